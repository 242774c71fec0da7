/// What the server or the client library answered, in its own words.
struct MariaDBError: Error, Hashable, CustomStringConvertible {
    /// MariaDB's number: from 1000 on the server's, from 2000 on the client library's.
    let code: UInt32
    let message: String
    /// The statement that it was about, without values.
    let statement: String
    /// Whom the server takes us for, `user@host`, where it refused a right.
    let account: String?

    init(code: UInt32, message: String, statement: String = "", account: String? = nil) {
        self.code = code
        self.message = message
        self.statement = statement
        self.account = account
    }

    var description: String {
        let words = "\(message) (\(code))"
        return statement.isEmpty ? words : "\(words), in: \(statement.prefix(200))"
    }
}
