package import CallbackCore

/// Why the text of a kept rule book cannot be read.
package struct RuleBookArchiveError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = "this rule book cannot be read: \(description)" }
}

// MARK: Writing

extension RuleBookSource {
    private static let formatVersion: Int64 = 1

    /// The rule book as JSON text. Equal rule books have equal bytes; a change of places alone changes nothing.
    package var archive: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendJSON([
            "version": .integer(Self.formatVersion),
            "rules": .array(rules.map(Self.json)),
            "targets": .array(targets.sorted { $0.name < $1.name }.map(Self.json)),
        ])
        return bytes
    }

    private static func json(_ rule: RuleSettings) -> JSONValue {
        var object = JSONObject()
        object.append("name", .string(rule.name.rawValue))
        object.append("events", .array(rule.events.map { .string($0.type.rawValue) }))
        if let match = rule.match { object.append("match", match.json) }
        if let orderBy = rule.orderBy { object.append("order-by", orderBy.json) }
        object.append("deliver", .array(rule.deliver.map(json)))
        if !rule.onDead.isEmpty { object.append("on-dead", .array(rule.onDead.map { .string($0.rawValue) })) }
        return .object(object)
    }

    private static func json(_ deliver: RuleSettings.Deliver) -> JSONValue {
        var object = JSONObject()
        object.append("target", .string(deliver.target.rawValue))
        if let retry = deliver.retry {
            object.append("retry", json(retry))
        }
        if let body = deliver.body { object.append("body", body.json) }
        return .object(object)
    }

    private static func json(_ retry: RetryPolicy) -> JSONValue {
        switch retry.waits {
        case .schedule(let waits):
            ["schedule": .array(waits.map { .integer($0.milliseconds) }), "jitter": .double(retry.jitter)]
        case .growing(let growth):
            [
                "first": .integer(growth.first.milliseconds), "factor": .double(growth.factor),
                "longest": .integer(growth.longest.milliseconds), "for": .integer(growth.total.milliseconds),
                "jitter": .double(retry.jitter),
            ]
        }
    }

    private static func json(_ target: TargetParts) -> JSONValue {
        var object = JSONObject()
        object.append("name", .string(target.name.rawValue))
        object.append("kind", .string(target.kind))
        object.append("headers", json(target.headers))
        if let run = target.run { object.append("run", .array(run.map { .string($0.text) })) }
        object.append("environment", json(target.environment))
        // Left out where they say nothing: books that were kept before these keys were there read the same.
        if target.format != .cloudEvents { object.append("format", .string(target.format.rawValue)) }
        if let type = target.contentType { object.append("content-type", .string(type.text)) }
        if let body = target.body { object.append("body", body.json) }
        return .object(object)
    }

    private static func json(_ texts: [(name: String, value: TargetParts.Text)]) -> JSONValue {
        .object(JSONObject(members: texts.map { .init(key: $0.name, value: .string($0.value.text)) }))
    }
}

// MARK: Reading

extension RuleBookSource {
    /// Everything in an archive stands at this place: where it stood in a file is not kept.
    private static let place = ConfigPlace(file: "kept rule book", line: 1, column: 1)

    /// Reads what `archive` wrote.
    package init(archive: [UInt8]) throws(RuleBookArchiveError) {
        let json: JSONValue
        do { json = try JSONParser.parse(archive) } catch { throw RuleBookArchiveError("\(error)") }
        guard json["version"] == .integer(Self.formatVersion) else {
            throw RuleBookArchiveError("its format is not version \(Self.formatVersion)")
        }
        var rules: [RuleSettings] = []
        for rule in try Self.elements(json, "rules") { rules.append(try Self.rule(rule)) }
        var targets: [TargetParts] = []
        for target in try Self.elements(json, "targets") { targets.append(try Self.target(target)) }
        self.init(rules: rules, targets: targets)
    }

    private static func rule(_ json: JSONValue) throws(RuleBookArchiveError) -> RuleSettings {
        var events: [RuleSettings.EventReference] = []
        for type in try elements(json, "events") {
            events.append(.init(type: EventType(try text(type, "events")), place: place))
        }
        var deliver: [RuleSettings.Deliver] = []
        for element in try elements(json, "deliver") { deliver.append(try self.deliver(element)) }
        var onDead: [TargetName] = []
        if json["on-dead"] != nil {
            for target in try elements(json, "on-dead") { onDead.append(TargetName(try text(target, "on-dead"))) }
        }
        return RuleSettings(
            name: RuleName(try text(json["name"], "name")),
            events: events,
            match: json["match"].map { ConfigNode(json: $0, at: place) },
            orderBy: json["order-by"].map { ConfigNode(json: $0, at: place) },
            deliver: deliver,
            onDead: onDead,
            place: place
        )
    }

    private static func deliver(_ json: JSONValue) throws(RuleBookArchiveError) -> RuleSettings.Deliver {
        let retry = try json["retry"].map(retry)
        let target = TargetName(try text(json["target"], "target"))
        let body = json["body"].map { ConfigNode(json: $0, at: place) }
        return RuleSettings.Deliver(target: target, retry: retry, body: body, place: place)
    }

    private static func retry(_ policy: JSONValue) throws(RuleBookArchiveError) -> RetryPolicy {
        guard let jitter = policy["jitter"]?.number else { throw RuleBookArchiveError("\"jitter\" is no number") }
        if policy["schedule"] != nil {
            let waits = try elements(policy, "schedule").compactMap(\.integer)
            return RetryPolicy(schedule: waits.map { .milliseconds($0) }, jitter: jitter)
        }
        guard let first = policy["first"]?.integer, let factor = policy["factor"]?.number,
            let longest = policy["longest"]?.integer, let total = policy["for"]?.integer
        else { throw RuleBookArchiveError("\"retry\" has neither a schedule nor growing waits") }
        let growth = RetryPolicy.Growth(
            first: .milliseconds(first), factor: factor, longest: .milliseconds(longest), total: .milliseconds(total))
        return RetryPolicy(.growing(growth), jitter: jitter)
    }

    private static func target(_ json: JSONValue) throws(RuleBookArchiveError) -> TargetParts {
        var run: [TargetParts.Text]?
        if json["run"] != nil {
            var arguments: [TargetParts.Text] = []
            for argument in try elements(json, "run") {
                arguments.append(.init(text: try text(argument, "run"), place: place))
            }
            run = arguments
        }
        var format = WebhookFormat.cloudEvents
        if let name = json["format"] {
            guard let known = WebhookFormat(rawValue: try text(name, "format")) else {
                throw RuleBookArchiveError("\"format\" is none that this version has")
            }
            format = known
        }
        var contentType: TargetParts.Text?
        if let type = json["content-type"] { contentType = .init(text: try text(type, "content-type"), place: place) }
        return TargetParts(
            name: TargetName(try text(json["name"], "name")),
            kind: try text(json["kind"], "kind"),
            headers: try texts(json, "headers"),
            run: run,
            environment: try texts(json, "environment"),
            format: format,
            contentType: contentType,
            body: json["body"].map { ConfigNode(json: $0, at: place) },
            place: place
        )
    }

    private static func texts(
        _ json: JSONValue, _ key: String
    ) throws(RuleBookArchiveError) -> [(name: String, value: TargetParts.Text)] {
        guard case .object(let object)? = json[key] else { throw RuleBookArchiveError("\"\(key)\" is no object") }
        var texts: [(name: String, value: TargetParts.Text)] = []
        for member in object.members {
            texts.append((member.key, .init(text: try text(member.value, key), place: place)))
        }
        return texts
    }

    private static func text(_ json: JSONValue?, _ key: String) throws(RuleBookArchiveError) -> String {
        guard let text = json?.string else { throw RuleBookArchiveError("\"\(key)\" is no text") }
        return text
    }

    private static func elements(_ json: JSONValue, _ key: String) throws(RuleBookArchiveError) -> [JSONValue] {
        guard case .array(let elements)? = json[key] else { throw RuleBookArchiveError("\"\(key)\" is no list") }
        return elements
    }
}

extension JSONValue {
    fileprivate var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}

extension ConfigNode {
    /// A value that stands in no file of its own.
    package init(json: JSONValue, at place: ConfigPlace) {
        let content: Content =
            switch json {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let number): .integer(number)
            case .double(let number): .double(number)
            case .string(let text): .string(text)
            case .array(let elements): .sequence(elements.map { ConfigNode(json: $0, at: place) })
            case .object(let object):
                .mapping(
                    object.members.map {
                        ConfigMember(key: $0.key, keyPlace: place, value: ConfigNode(json: $0.value, at: place))
                    }
                )
            }
        self.init(content, at: place)
    }
}
