/// Comparisons of strings that are more than equality.
enum OracleText {
    /// What one character of an ignore-case pattern stands for: its own upper or lower form. "ß" stands for "SS" and
    /// "ß", the Kelvin sign for itself and "k"; nothing is folded on the side of the event.
    typealias Forms = [[UInt8]]

    static func forms(_ text: [UInt8]) -> [Forms] {
        String(decoding: text, as: UTF8.self).unicodeScalars.map { scalar in
            [Array(scalar.properties.uppercaseMapping.utf8), Array(scalar.properties.lowercaseMapping.utf8)]
        }
    }

    /// The places where a match of all characters can end that begins at `start`.
    static func ends(of pattern: [Forms], in value: [UInt8], from start: Int) -> Set<Int> {
        var places: Set<Int> = [start]
        for forms in pattern {
            var next: Set<Int> = []
            for place in places {
                for form in forms where value[place...].starts(with: form) { next.insert(place + form.count) }
            }
            places = next
        }
        return places
    }

    static func equalsIgnoringCase(_ pattern: [Forms], _ value: [UInt8]) -> Bool {
        ends(of: pattern, in: value, from: 0).contains(value.count)
    }

    static func hasPrefixIgnoringCase(_ pattern: [Forms], _ value: [UInt8]) -> Bool {
        !ends(of: pattern, in: value, from: 0).isEmpty
    }

    static func hasSuffixIgnoringCase(_ pattern: [Forms], _ value: [UInt8]) -> Bool {
        (0...value.count).contains { ends(of: pattern, in: value, from: $0).contains(value.count) }
    }

    static func hasSuffix(_ suffix: [UInt8], _ value: [UInt8]) -> Bool {
        value.count >= suffix.count && Array(value.suffix(suffix.count)) == suffix
    }

    enum Glob: Equatable {
        case byte(UInt8)
        /// Any bytes, or none.
        case any
    }

    /// `*` is any text, `\*` an asterisk, `\\` a backslash; `**` and every other backslash are refused.
    static func glob(_ text: [UInt8]) throws -> [Glob] {
        var glob: [Glob] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            let next = index + 1 < text.count ? text[index + 1] : nil
            if byte == UInt8(ascii: "*") {
                guard next != UInt8(ascii: "*") else { throw Refusal("wildcard") }
                glob.append(.any)
            } else if byte == UInt8(ascii: "\\") {
                guard let next, next == UInt8(ascii: "*") || next == UInt8(ascii: "\\") else {
                    throw Refusal("wildcard")
                }
                glob.append(.byte(next))
                index += 1
            } else {
                glob.append(.byte(byte))
            }
            index += 1
        }
        return glob
    }

    static func matches(_ glob: ArraySlice<Glob>, _ value: ArraySlice<UInt8>) -> Bool {
        guard let first = glob.first else { return value.isEmpty }
        switch first {
        case .byte(let byte): return value.first == byte && matches(glob.dropFirst(), value.dropFirst())
        case .any: return (value.startIndex...value.endIndex).contains { matches(glob.dropFirst(), value[$0...]) }
        }
    }
}
