import CallbackTestKit
import Glibc

@testable import CallbackMariaDB

/// One client of a server, whose statements follow each other on one connection.
final class Session: @unchecked Sendable {
    let connection: MariaDBConnection

    init(_ server: PrivateMariaDB) throws {
        let address = ServerAddress(
            host: "", port: 0, socket: server.socket, user: "root", database: "psa", protection: .off)
        connection = try MariaDBConnection(to: address, password: nil)
        try run("USE psa")
    }

    func run(_ statements: String...) throws {
        for statement in statements { try connection.query(statement) }
    }

    var id: UInt { get throws { UInt(try connection.value("SELECT CONNECTION_ID()") ?? "") ?? 0 } }
}
