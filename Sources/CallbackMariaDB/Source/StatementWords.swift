/// What a statement of the binlog does, by its first words.
struct StatementWords {
    enum Kind {
        /// It changes rows, which the binlog then does not show.
        case rows
        case emptiesTable
        /// It may change how tables look.
        case schema
        /// It changes neither rows nor columns.
        case harmless

        /// Whether tables may look different afterwards.
        var mayAlter: Bool { self == .schema || self == .emptiesTable }
    }

    let kind: Kind

    init(_ statement: UnsafeBufferPointer<UInt8>) {
        let rest = Self.withoutComments(statement[...])
        let word = Self.word(rest)
        switch word {
        case "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "WITH", "CALL", "SELECT", "DO": kind = .rows
        case "TRUNCATE": kind = .emptiesTable
        case "ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "GRANT", "REVOKE", "FLUSH", "SET": kind = .harmless
        case "CREATE", "DROP":
            let next = Self.word(Self.withoutComments(rest.dropFirst(word.utf8.count)))
            if word == "DROP", next == "TABLE" || next == "TABLES" {
                kind = .emptiesTable
            } else {
                kind = Self.beside.contains(next) ? .harmless : .schema
            }
        default: kind = .schema
        }
    }

    /// What can be created and dropped without touching a table's columns.
    private static let beside: Set<String> = [
        "TRIGGER", "VIEW", "PROCEDURE", "FUNCTION", "EVENT", "USER", "ROLE", "INDEX", "UNIQUE", "SERVER",
    ]

    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    /// The letters at the beginning, as capitals.
    private static func word(_ bytes: Bytes) -> String {
        let letters = bytes.prefix { ASCIIText.lowercased($0) >= 0x61 && ASCIIText.lowercased($0) <= 0x7A }
        return String(decoding: letters.prefix(16), as: UTF8.self).uppercased()
    }

    /// Leaves out white space, comments and opening brackets. What stands in `/*! … */` is no comment.
    private static func withoutComments(_ bytes: Bytes) -> Bytes {
        var rest = bytes
        while let first = rest.first {
            if first <= 0x20 || first == UInt8(ascii: "(") {
                rest = rest.dropFirst()
            } else if rest.starts(with: "/*!".utf8) || rest.starts(with: "/*M!".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "!") }.dropFirst().drop { $0 >= 0x30 && $0 <= 0x39 }
            } else if rest.starts(with: "*/".utf8) {
                rest = rest.dropFirst(2)
            } else if rest.starts(with: "/*".utf8) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
            } else if rest.starts(with: "--".utf8) || first == UInt8(ascii: "#") {
                rest = rest.drop { $0 != 0x0A }
            } else {
                break
            }
        }
        return rest
    }
}
