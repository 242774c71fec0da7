import CScan

/// A text with `*` for any number of characters; `\*` and `\\` stand for themselves.
package struct WildcardText: Hashable, Sendable {
    package let text: String
    /// The literals between the stars: at least one, and empty where a star stands at an end.
    let literals: [[UInt8]]

    /// Why a text is no wildcard pattern, with the character where it stops being one, counted from 0.
    package struct Problem: Error {
        package let message: String
        package let offset: Int
    }

    package init(_ text: String) throws(Problem) {
        self.text = text
        var literals: [[UInt8]] = [[]]
        var literal: [UInt8] = []
        var isEscaped = false
        var wasStar = false
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            if isEscaped {
                guard scalar == "*" || scalar == "\\" else {
                    throw Problem(message: "\"\\\(scalar)\" is no escape: only \\* and \\\\ are", offset: offset - 1)
                }
                literal += Array(String(scalar).utf8)
                isEscaped = false
                wasStar = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "*" {
                guard !wasStar else { throw Problem(message: "two stars in a row", offset: offset) }
                literals[literals.count - 1] = literal
                literals.append([])
                literal = []
                wasStar = true
            } else {
                literal += Array(String(scalar).utf8)
                wasStar = false
            }
        }
        guard !isEscaped else {
            throw Problem(message: "a backslash at the end escapes nothing", offset: text.unicodeScalars.count - 1)
        }
        literals[literals.count - 1] = literal
        self.literals = literals
    }

    func accepts(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let first = literals[0]
        let last = literals[literals.count - 1]
        guard literals.count > 1 else { return bytes.elementsEqual(first) }
        // The two ends may not share a character.
        guard bytes.count >= first.count + last.count else { return false }
        guard bytes.starts(with: first), bytes.suffix(last.count).elementsEqual(last) else { return false }
        var position = first.count
        let end = bytes.count - last.count
        for literal in literals[1..<literals.count - 1] {
            guard let found = Self.find(literal, in: bytes, from: position, to: end) else { return false }
            position = found + literal.count
        }
        return true
    }

    private static func find(
        _ literal: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        guard start + literal.count <= end, let base = bytes.baseAddress else { return nil }
        return literal.withUnsafeBufferPointer { needle in
            // An empty literal stands everywhere.
            guard let bytes = needle.baseAddress, needle.count > 0 else { return start }
            return cscan_find(base + start, end - start, bytes, needle.count).map { $0 - base }
        }
    }
}
