/// What a statement of the binlog does, by its first words.
struct StatementWords {
    enum Kind {
        /// It changes rows, which the binlog then does not show.
        case rows
        case emptiesTable
        /// It creates a table with rows, which the binlog then does not show.
        case fillsTable
        /// A table comes with other rows under the name of one that went.
        case replacesTable
        case dropsDatabase
        /// It may change how tables look.
        case schema
        /// It changes neither rows nor columns.
        case harmless

        /// Whether tables may look different afterwards.
        var mayAlter: Bool { self != .rows && self != .harmless }
    }

    let kind: Kind

    init(_ statement: UnsafeBufferPointer<UInt8>) { kind = Self.kind(statement[...], mayBeSet: true) }

    /// - Parameter mayBeSet: whether settings may stand before it.
    private static func kind(_ statement: Bytes, mayBeSet: Bool) -> Kind {
        var rest = withoutComments(statement)
        let first = nextWord(&rest)
        var behind = rest
        let second = nextWord(&behind)
        switch first {
        case "INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "WITH", "CALL", "SELECT", "DO": return .rows
        case "TRUNCATE": return .emptiesTable
        case "ANALYZE": return ["TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG"].contains(second) ? .harmless : .rows
        case "OPTIMIZE", "REPAIR", "CHECK", "GRANT", "REVOKE", "FLUSH": return .harmless
        // `SET STATEMENT lock_wait_timeout = 5 FOR ALTER TABLE …`
        case "SET" where second == "STATEMENT":
            return mayBeSet ? kind(Self.behind(word: "FOR", behind), mayBeSet: false) : .schema
        case "SET": return .harmless
        case "RENAME": return second == "USER" ? .harmless : .replacesTable
        case "ALTER": return kindOfAlter(rest)
        case "CREATE": return kindOfCreate(rest)
        case "DROP":
            if second == "TABLE" || second == "TABLES" { return .emptiesTable }
            if second == "DATABASE" || second == "SCHEMA" { return .dropsDatabase }
            return beside.contains(second) ? .harmless : .schema
        default: return .schema
        }
    }

    /// A CREATE may also replace a table, and bring rows.
    private static func kindOfCreate(_ statement: Bytes) -> Kind {
        var rest = statement
        var word = nextWord(&rest)
        let replaces = word == "OR"
        if replaces, nextWord(&rest) == "REPLACE" { word = nextWord(&rest) }
        let isTemporary = word == "TEMPORARY"
        if isTemporary { word = nextWord(&rest) }
        guard word == "TABLE" else { return replaces || !beside.contains(word) ? .schema : .harmless }
        while !rest.isEmpty {
            word = nextWord(&rest)
            if word == "SELECT" { return .fillsTable }
            // Partitions have VALUES IN and VALUES LESS THAN.
            if word == "VALUES" {
                var behind = rest
                if !["IN", "LESS"].contains(nextWord(&behind)) { return .fillsTable }
            }
        }
        return replaces && !isTemporary ? .emptiesTable : .schema
    }

    /// An ALTER may also take rows away, or bring others.
    private static func kindOfAlter(_ statement: Bytes) -> Kind {
        var rest = statement
        var word = nextWord(&rest)
        while word == "ONLINE" || word == "IGNORE" { word = nextWord(&rest) }
        guard word == "TABLE" else { return .schema }
        var before = ""
        while !rest.isEmpty {
            word = nextWord(&rest)
            switch (before, word) {
            case ("RENAME", "COLUMN"), ("RENAME", "INDEX"), ("RENAME", "KEY"): break
            case ("RENAME", _), ("EXCHANGE", "PARTITION"), ("CONVERT", "PARTITION"), ("CONVERT", "TABLE"),
                ("IMPORT", "TABLESPACE"):
                return .replacesTable
            case ("DROP", "PARTITION"), ("TRUNCATE", "PARTITION"), ("DISCARD", "TABLESPACE"): return .emptiesTable
            default: break
            }
            before = word
        }
        return before == "RENAME" ? .replacesTable : .schema
    }

    /// What can be created and dropped without touching a table's columns.
    private static let beside: Set<String> = [
        "TRIGGER", "VIEW", "PROCEDURE", "FUNCTION", "EVENT", "USER", "ROLE", "INDEX", "UNIQUE", "SERVER",
    ]

    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    /// Takes the word at the beginning, as capitals, with the white space and comments behind it. Of anything else, such
    /// as a text or a name in quotes, it is empty.
    private static func nextWord(_ bytes: inout Bytes) -> String {
        let letters = bytes.prefix { isOfWord($0) }
        if letters.isEmpty, let first = bytes.popFirst(), first == 0x22 || first == 0x27 || first == 0x60 {
            while let byte = bytes.popFirst(), byte != first {
                if byte == UInt8(ascii: "\\"), first != 0x60 { bytes = bytes.dropFirst() }
            }
        }
        bytes = withoutComments(bytes.dropFirst(letters.count))
        return String(decoding: letters.prefix(20), as: UTF8.self).uppercased()
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch ASCIIText.lowercased(byte) {
        case 0x30...0x39, 0x61...0x7A, 0x24, 0x5F, 0x80...0xFF: true
        default: false
        }
    }

    /// What stands behind a word; nothing where it does not come.
    private static func behind(word: String, _ bytes: Bytes) -> Bytes {
        var rest = bytes
        while !rest.isEmpty { if nextWord(&rest) == word { return rest } }
        return rest
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
