package import CallbackCore

/// The members of a JSON object as they stand in its text: for lines that hold several texts.
package enum JSONMembers {
    /// - Parameter text: as for `MatchSession.match`.
    /// - Throws: `JSONError` where the text is not JSON, or no object.
    package static func read(
        _ text: UnsafeBufferPointer<UInt8>
    ) throws(JSONError) -> [(name: String, value: UnsafeBufferPointer<UInt8>)] {
        guard let start = text.baseAddress else { throw JSONError(message: "the text is empty", offset: 0) }
        let store = SlabStore()
        let trie = PathTrie.Builder().build(store)
        var leaves = EventLeaves(pathCount: 0)
        var heads = MemberHeads(capacity: 2)
        defer {
            leaves.free()
            heads.free()
        }
        return try withUnsafeMutablePointer(to: &leaves) { leaves throws(JSONError) in
            try withUnsafeMutablePointer(to: &heads) { heads throws(JSONError) in
                defer { withExtendedLifetime(store) {} }
                return try read(
                    JSONScanner(
                        trie: trie, tables: nil, leaves: leaves, heads: heads, text: start, count: text.count))
            }
        }
    }

    private static func read(
        _ scanner: JSONScanner
    ) throws(JSONError) -> [(name: String, value: UnsafeBufferPointer<UInt8>)] {
        var scanner = scanner
        var members: [(name: String, value: UnsafeBufferPointer<UInt8>)] = []
        guard scanner.readMembers({ members.append(($0, $1)) }) else {
            throw scanner.error ?? JSONError(message: "the text is no object", offset: 0)
        }
        return members
    }
}

extension JSONScanner {
    /// Reads a text that is an object, and hands over each member.
    fileprivate mutating func readMembers(_ body: (String, UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        let start = skipSpace(text)
        guard let brace = take(UInt8(ascii: "{"), start, orElse: "a JSON object is expected") else { return false }
        var place = skipSpace(brace)
        if place.pointee == UInt8(ascii: "}") { return isEnd(place + 1) }
        while true {
            guard let name = take(UInt8(ascii: "\""), place, orElse: "a member name in double quotes is expected"),
                let afterName = readString(name, keeps: true)
            else { return false }
            let key = String(decoding: UnsafeBufferPointer(start: string, count: stringLength), as: UTF8.self)
            guard let colon = take(UInt8(ascii: ":"), skipSpace(afterName), orElse: "\":\" is expected") else {
                return false
            }
            let first = skipSpace(colon)
            guard let next = skipValue(first, depth: 1) else { return false }
            body(key, UnsafeBufferPointer(start: first, count: next - first))
            place = skipSpace(next)
            if place.pointee == UInt8(ascii: ",") {
                place = skipSpace(place + 1)
                continue
            }
            guard let after = take(UInt8(ascii: "}"), place, orElse: "\",\" or \"}\" is expected") else {
                return false
            }
            return isEnd(after)
        }
    }
}
