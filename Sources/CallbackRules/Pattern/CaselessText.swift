/// A text each character of which may also be written as its own upper or lower case. Nothing is normalised.
package struct CaselessText: Hashable, Sendable {
    package let text: String
    /// The text in lower case where it is all ASCII, which has one other way to write each letter.
    let plain: [UInt8]?
    /// Otherwise for each character the one or two ways to write it, as UTF-8.
    private let letters: [[[UInt8]]]
    private let lengths: ClosedRange<Int>

    package init(_ text: String) {
        self.text = text
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            plain = text.utf8.map { Self.lower($0) }
            letters = []
            lengths = text.utf8.count...text.utf8.count
            return
        }
        plain = nil
        letters = text.unicodeScalars.map { scalar in
            let lower = Array(scalar.properties.lowercaseMapping.utf8)
            let upper = Array(scalar.properties.uppercaseMapping.utf8)
            return lower == upper ? [lower] : [lower, upper]
        }
        let shortest = letters.reduce(0) { $0 + ($1.map(\.count).min() ?? 0) }
        let longest = letters.reduce(0) { $0 + ($1.map(\.count).max() ?? 0) }
        lengths = shortest...longest
    }

    func equals(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        lengths.contains(bytes.count) && accepts(bytes, at: 0, letter: 0) { $0 == bytes.count }
    }

    func isPrefix(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.count >= lengths.lowerBound && accepts(bytes, at: 0, letter: 0) { _ in true }
    }

    func isSuffix(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= lengths.lowerBound else { return false }
        return (lengths.lowerBound...min(lengths.upperBound, bytes.count)).contains { length in
            accepts(bytes, at: bytes.count - length, letter: 0) { $0 == bytes.count }
        }
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

    private func accepts(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, letter: Int, end: (Int) -> Bool
    ) -> Bool {
        if let plain {
            for index in plain.indices where Self.lower(bytes[start + index]) != plain[index] { return false }
            return end(start + plain.count)
        }
        var position = start
        for index in letter..<letters.count {
            let forms = letters[index].filter { bytes[position...].starts(with: $0) }
            guard let first = forms.first else { return false }
            // Both forms fit only where one begins with the other.
            if forms.count > 1, accepts(bytes, at: position + forms[1].count, letter: index + 1, end: end) {
                return true
            }
            position += first.count
        }
        return end(position)
    }

    /// One text for all the ways to write this one, where there is such a text: texts that match have it in common.
    /// Nil where the cases of a character do not lead to one form.
    var folded: [UInt8]? {
        if let plain { return plain }
        var folded: [UInt8] = []
        for forms in letters {
            let all = Set(forms.map { Self.fold($0) })
            guard all.count == 1, let form = all.first else { return nil }
            folded += form
        }
        return folded
    }

    /// The form that stands for a text in look-ups.
    static func fold(_ bytes: some Collection<UInt8>) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x80 }) {
            return bytes.map { lower($0) }
        }
        var folded: [UInt8] = []
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                folded += Array(upper.properties.lowercaseMapping.utf8)
            }
        }
        return folded
    }
}
