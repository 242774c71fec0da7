package import CallbackCore

/// Everything that one callback carries, filled in.
struct CallbackContent: Sendable {
    var kind: String
    /// Nil for a command, and where the target is not in the configuration whose URLs count.
    var url: String?
    var headers: [String: String]
    var arguments: [String]?
    var environment: [String: String]
    var body: [UInt8]

    /// The first thing in which two callbacks differ; nil where they are the same.
    func firstDifference(from earlier: CallbackContent) -> CallbackDifference? {
        if kind != earlier.kind { return CallbackDifference("kind", before: earlier.kind, after: kind) }
        // The URL of a target that is gone is not kept, so nothing can be said about it.
        if let url, let before = earlier.url, url != before {
            return CallbackDifference("url", before: before, after: url)
        }
        return Self.member("header", earlier.headers, headers)
            ?? argument(earlier) ?? Self.member("environment", earlier.environment, environment)
            ?? CallbackDifference(bodies: earlier.body, body)
    }

    private func argument(_ earlier: CallbackContent) -> CallbackDifference? {
        let (before, after) = (earlier.arguments ?? [], arguments ?? [])
        for index in 0..<max(before.count, after.count) {
            let old = before.indices.contains(index) ? before[index] : nil
            let new = after.indices.contains(index) ? after[index] : nil
            if old != new { return CallbackDifference("argument \(index)", before: old, after: new) }
        }
        return nil
    }

    private static func member(
        _ part: String, _ before: [String: String], _ after: [String: String]
    ) -> CallbackDifference? {
        let names = Set(before.keys).union(after.keys).sorted()
        guard let name = names.first(where: { before[$0] != after[$0] }) else { return nil }
        return CallbackDifference("\(part) \(name)", before: before[name], after: after[name])
    }
}

/// One thing in which a callback would differ.
package struct CallbackDifference: Hashable, Sendable {
    /// Such as `ordering key`, `url`, `header X-Kind`, `argument 2` or `body`.
    package let part: String
    /// Where in a body it is, such as `items[0].name`; empty where it is the whole part.
    package let path: String
    /// Nil where there is nothing. JSON text inside a body, else the text itself.
    package let before: String?
    package let after: String?

    package init(_ part: String, path: String = "", before: String?, after: String?) {
        self.part = part
        self.path = path
        self.before = before
        self.after = after
    }

    package var json: JSONValue {
        [
            "part": .string(part), "path": .string(path), "before": before.map { .string($0) } ?? .null,
            "after": after.map { .string($0) } ?? .null,
        ]
    }
}

extension CallbackDifference {
    /// The first place at which two bodies differ; nil where they are the same bytes.
    init?(bodies before: [UInt8], _ after: [UInt8]) {
        guard before != after else { return nil }
        let texts = (String(decoding: before, as: UTF8.self), String(decoding: after, as: UTF8.self))
        guard let old = Self.parsed(before), let new = Self.parsed(after),
            let place = Self.place(old, new, path: "")
        else {
            self.init("body", before: texts.0, after: texts.1)
            return
        }
        self.init("body", path: place.path, before: place.before?.text, after: place.after?.text)
    }

    private static func parsed(_ bytes: [UInt8]) -> JSONValue? {
        do { return try JSONParser.parse(bytes) } catch { return nil }
    }

    private typealias Place = (path: String, before: JSONValue?, after: JSONValue?)

    /// Nil where the values hold the same, in whatever order.
    private static func place(_ before: JSONValue?, _ after: JSONValue?, path: String) -> Place? {
        switch (before, after) {
        case (.object(let old)?, .object(let new)?):
            for member in old.members {
                let path = path.isEmpty ? member.key : "\(path).\(member.key)"
                if let place = place(member.value, new[member.key], path: path) { return place }
            }
            for member in new.members where old[member.key] == nil {
                return (path.isEmpty ? member.key : "\(path).\(member.key)", nil, member.value)
            }
            return nil
        case (.array(let old)?, .array(let new)?):
            for index in 0..<max(old.count, new.count) {
                let values = (
                    old.indices.contains(index) ? old[index] : nil, new.indices.contains(index) ? new[index] : nil
                )
                if let place = place(values.0, values.1, path: "\(path)[\(index)]") { return place }
            }
            return nil
        default: return before == after ? nil : (path, before, after)
        }
    }
}
