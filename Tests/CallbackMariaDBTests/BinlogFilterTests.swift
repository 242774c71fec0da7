import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("Binlogs that leave databases out", .serialized)
struct BinlogFilterTests {
    private func server(_ options: [String]) throws -> PrivateMariaDB {
        let server = try PrivateMariaDB(options)
        try server.sql("CREATE DATABASE psa; CREATE TABLE psa.a (id INT PRIMARY KEY, v INT)")
        return server
    }

    private func failure(of watched: WatchedServer) throws -> String {
        var words = ""
        try watched.waitUntil("the source fails: \(watched.intake.statuses)") {
            if case .failed(let text)? = watched.intake.statuses.last { words = text }
            return !words.isEmpty
        }
        watched.stop()
        return words
    }

    @Test(
        "a server that leaves the database out is refused with the lines that do it",
        arguments: ["--binlog-do-db=shop", "--binlog-ignore-db=psa"])
    func leftOut(_ option: String) throws {
        let watched = WatchedServer(try server([option, "--binlog-ignore-db=mail"]), tables: ["a": []])
        try watched.start()
        let words = try failure(of: watched)
        #expect(words.contains(option.dropFirst(2).replacing("-", with: "_")), "\(words)")
        #expect(words.contains("my.cnf"))
    }

    @Test("what was left out between two contacts is a gap, also over a restart of the source")
    func between() throws {
        let server = try server([])
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        watched.stop()
        try server.stop()
        try server.start(["--binlog-ignore-db=psa"])
        try watched.start()
        _ = try failure(of: watched)
        try server.sql("INSERT INTO psa.a VALUES (1, 1)")
        try server.stop()
        try server.start([])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (2, 2)")
        let events = try watched.events(1)
        watched.stop()
        #expect(events.map(\.subject) == ["a/2"])
        #expect(watched.intake.gaps.map(\.reason) == [.replaced])
        #expect(watched.intake.gaps[0].message.contains("binlog_ignore_db"))
    }

    @Test("a server that leaves another database out is read, with a note of what that may hide")
    func elsewhere() throws {
        let server = try server(["--binlog-ignore-db=shop", "--binlog-ignore-db=PSA"])
        let watched = WatchedServer(server, tables: ["a": []])
        try watched.watch()
        try server.sql("INSERT INTO psa.a VALUES (1, 1)")
        _ = try watched.events(1)
        watched.stop()
        #expect(watched.intake.notes.contains { $0.contains("binlog_ignore_db=shop,PSA") && $0.contains("TRUNCATE") })
    }
}
