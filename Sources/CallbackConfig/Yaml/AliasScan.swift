/// A rough look at a text before it is parsed: how many aliases it has, and whether a key is something other than a
/// word. It errs towards finding too much, which matters only for texts with many aliases.
struct AliasScan {
    private(set) var aliases = 0
    /// The first line, from 1, with a key that is a list, a mapping or an alias.
    private(set) var complexKeyLine: Int?

    init(_ text: String) {
        var line = 1
        var previous: UInt8 = 0x0A
        var isInAlias = false
        for byte in text.utf8 {
            let isSpace = byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
            let opens = previous == 0x20 || previous == 0x09 || previous == 0x0A || "[{,".utf8.contains(previous)
            if byte == UInt8(ascii: "*"), opens {
                aliases += 1
                isInAlias = true
            } else if byte == UInt8(ascii: ":"),
                isInAlias || previous == UInt8(ascii: "]") || previous == UInt8(ascii: "}")
            {
                complexKeyLine = complexKeyLine ?? line
            } else if previous == UInt8(ascii: "?"), isSpace {
                complexKeyLine = complexKeyLine ?? line
            } else if byte == 0x0A || ",]}".utf8.contains(byte) {
                isInAlias = false
            }
            if byte == 0x0A { line += 1 }
            previous = byte
        }
    }
}
