import CallbackTestKit

/// Writes JSON values in random spellings: blanks, escapes and numbers vary, the meaning does not.
struct RandomJSON {
    var random: SeededGenerator
    private var bytes: [UInt8] = []
    private var isSpaced = false

    init(random: SeededGenerator) { self.random = random }

    mutating func text(_ value: TextJSON) -> [UInt8] {
        bytes = []
        isSpaced = once(in: 4)
        space()
        write(value)
        space()
        return bytes
    }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { random.next() % UInt64(count) == 0 }

    private mutating func space() {
        guard isSpaced, once(in: 3) else { return }
        let blanks: [UInt8] = [0x20, 0x0A, 0x09, 0x0D]
        for _ in 0...Int(random.next() % UInt64(2)) {
            bytes.append(blanks[Int(random.next() % UInt64(4))])
        }
    }

    private mutating func punctuation(_ character: Unicode.Scalar) {
        space()
        bytes.append(UInt8(ascii: character))
        space()
    }

    private mutating func write(_ value: TextJSON) {
        switch value {
        case .null: bytes += Array("null".utf8)
        case .bool(let flag): bytes += Array((flag ? "true" : "false").utf8)
        case .number(let text): bytes += Self.spellings[text].map { choose($0) } ?? text
        case .string(let text): write(string: text)
        case .array(let elements):
            punctuation("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { punctuation(",") }
                write(element)
            }
            punctuation("]")
        case .object(let members):
            punctuation("{")
            for (index, member) in members.enumerated() {
                if index > 0 { punctuation(",") }
                write(string: member.key)
                punctuation(":")
                write(member.value)
            }
            punctuation("}")
        }
    }

    private mutating func choose<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    private mutating func write(string: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let escapesMuch = once(in: 20)
        let isPlain = string.allSatisfy { $0 >= 0x20 && $0 < 0x80 && $0 != 0x22 && $0 != 0x5C }
        if isPlain, !escapesMuch {
            bytes += string
        } else {
            for scalar in String(decoding: string, as: UTF8.self).unicodeScalars {
                let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                if escapesMuch ? once(in: 2) : mustEscape && once(in: 2) {
                    for unit in String(scalar).utf16 { write(unit: unit) }
                } else if mustEscape {
                    bytes.append(UInt8(ascii: "\\"))
                    switch scalar {
                    case "\n": bytes.append(UInt8(ascii: "n"))
                    case "\t": bytes.append(UInt8(ascii: "t"))
                    case "\"", "\\": bytes.append(UInt8(ascii: scalar))
                    default:
                        bytes.removeLast()
                        for unit in String(scalar).utf16 { write(unit: unit) }
                    }
                } else if scalar == "/", once(in: 2) {
                    bytes += Array("\\/".utf8)
                } else {
                    bytes += Array(String(scalar).utf8)
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(unit: UInt16) {
        var digits = String(unit, radix: 16, uppercase: once(in: 2))
        digits = String(repeating: "0", count: 4 - digits.count) + digits
        bytes += Array("\\u\(digits)".utf8)
    }

    /// Numbers that compare, by their first spelling; every other number is written as it is.
    private static let spellings: [[UInt8]: [[UInt8]]] = {
        let families = [
            ["0", "-0", "0.0", "0e5", "-0.000e-3"], ["1", "1.0", "1e0", "10E-1", "0.1e+1"],
            ["2", "2.00", "0.02e2", "20e-1"], ["10", "1e1", "10.0", "1E+1"], ["-1", "-1.0", "-10e-1"],
            ["300", "3.0e2", "300.0", "3E2"], ["0.1", "1e-1", "0.10"], ["1.5", "15e-1", "1.50"],
            ["0.30000000000000004", "30000000000000004e-17"],
            ["9007199254740992", "9.007199254740992e15", "9007199254740992.0"], ["1e21", "1000000000000000000000"],
        ]
        var spellings: [[UInt8]: [[UInt8]]] = [:]
        for family in families { spellings[Array(family[0].utf8)] = family.map { Array($0.utf8) } }
        return spellings
    }()
}
