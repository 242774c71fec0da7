package import CallbackCore

/// The members of a JSON object as they stand in its text: for lines that hold several texts.
package enum JSONMembers {
    /// - Parameter text: as for `MatchSession.match`.
    /// - Throws: `JSONError` where the text is not JSON, or no object.
    package static func read(
        _ text: UnsafeBufferPointer<UInt8>
    ) throws(JSONError) -> [(name: String, value: UnsafeBufferPointer<UInt8>)] {
        guard let start = text.baseAddress else { throw JSONError(message: "the text is empty", offset: 0) }
        let leaves = EventLeaves(pathCount: 0)
        var scanner = JSONScanner(trie: PathTrie.Builder().build(), leaves: leaves, text: start, count: text.count)
        defer { scanner.leaves.free() }
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
        skipSpace()
        guard position.pointee == UInt8(ascii: "{") else { return fail("a JSON object is expected") }
        position += 1
        skipSpace()
        if position.pointee == UInt8(ascii: "}") {
            position += 1
        } else {
            while true {
                guard position.pointee == UInt8(ascii: "\"") else {
                    return fail("a member name in double quotes is expected")
                }
                position += 1
                guard readString(keeps: true) else { return false }
                let name = String(decoding: UnsafeBufferPointer(start: string, count: stringLength), as: UTF8.self)
                skipSpace()
                guard position.pointee == UInt8(ascii: ":") else { return fail("\":\" is expected") }
                position += 1
                skipSpace()
                let start = position
                guard skipValue(depth: 1) else { return false }
                body(name, UnsafeBufferPointer(start: start, count: position - start))
                skipSpace()
                let separator = position.pointee
                guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: "}") else {
                    return fail("\",\" or \"}\" is expected")
                }
                position += 1
                if separator == UInt8(ascii: "}") { break }
                skipSpace()
            }
        }
        skipSpace()
        return position == end || fail("unexpected text after the value")
    }
}
