import CMariaDB

/// The server's character sets: which one a collation belongs to, and how its bytes become text.
final class CharacterSets {
    private let namesByCollation: [Int: String]
    private let tables: [String: CharacterCoding]
    private var multibyte: [String: CharacterCoding] = [:]

    /// Asks the server for what each byte of its small character sets means.
    init(_ connection: MariaDBConnection) throws(MariaDBError) {
        var names: [Int: String] = [:]
        var collations = try connection.query(
            "SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATIONS WHERE ID IS NOT NULL")
        do {
            collations += try connection.query(
                "SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY")
        } catch {
            // Servers before 10.10 have no such column there, and no collations that only stand there.
            guard error.code == UInt32(ER_BAD_FIELD_ERROR) else { throw error }
        }
        for row in collations {
            if let id = row[0].flatMap({ Int($0) }), let name = row[1] { names[id] = name }
        }
        namesByCollation = names
        let small = try connection.query(
            "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS "
                + "WHERE MAXLEN = 1 AND CHARACTER_SET_NAME <> 'binary'"
        ).compactMap { $0[0] }
        let bytes = (0...255).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let meanings = try connection.query(
            "SELECT "
                + small.map { "HEX(CONVERT(CONVERT(x'\(bytes)' USING \($0)) USING utf32))" }.joined(separator: ", "))
        var tables: [String: CharacterCoding] = [:]
        for (name, hex) in zip(small, meanings.first ?? []) {
            guard let hex, let table = Self.table(hex) else { continue }
            tables[name] = CharacterCoding(table: table)
        }
        self.tables = tables
    }

    /// Nil where the server knows no collation of this number.
    func name(ofCollation id: Int) -> String? { namesByCollation[id] }

    /// Nil where texts in it cannot be read here.
    func coding(_ name: String) -> CharacterCoding? {
        if let coding = tables[name] ?? multibyte[name] { return coding }
        let coding = name.hasPrefix("utf8") ? .utf8 : CharacterCoding(multibyte: name)
        multibyte[name] = coding
        return coding
    }

    /// 256 scalars of eight digits; a question mark in the place of another byte says that the byte has no meaning.
    private static func table(_ hex: String) -> [Unicode.Scalar?]? {
        let digits = Array(hex)
        guard digits.count == 256 * 8 else { return nil }
        return (0..<256).map { byte in
            let text = String(digits[byte * 8..<byte * 8 + 8])
            guard let scalar = UInt32(text, radix: 16).flatMap({ Unicode.Scalar($0) }) else { return nil }
            return scalar == "?" && byte != 0x3F ? nil : scalar
        }
    }
}
