import CallbackCore

/// The way from the event to one of its fields, such as `data.plan.name`.
package struct EventPath: Hashable, Sendable, CustomStringConvertible {
    package let segments: [String]

    package init(_ segments: [String]) { self.segments = segments }

    /// Dotted and nested names are the same path.
    package init(dotted text: String) {
        let hasDots = text.utf8.contains(UInt8(ascii: "."))
        segments = hasDots ? text.split(separator: ".", omittingEmptySubsequences: false).map(String.init) : [text]
    }

    package var description: String { segments.joined(separator: ".") }
}

extension JSONValue {
    /// Follows a path of member names; a member whose own name holds dots is found as well.
    func value(along path: ArraySlice<String>) -> JSONValue? {
        guard let first = path.first else { return self }
        guard case .object(let object) = self else { return nil }
        if let member = object[first] { return member.value(along: path.dropFirst()) }
        var name = first
        for end in path.indices.dropFirst() {
            name += "." + path[end]
            if let member = object[name] { return member.value(along: path[(end + 1)...]) }
        }
        return nil
    }
}
