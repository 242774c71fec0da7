import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackMariaDB

@Suite("A change log under many writers", .serialized)
struct ChangeTableLoadTests {
    /// A writer of its own: random transactions, some of them rolled back, some of them slow.
    private final class Writer: Sendable {
        /// The rows that were committed.
        let committed = Mutex<[Int]>([])
        let trouble = Mutex<String?>(nil)
        private let number: Int
        private let socket: String

        init(_ number: Int, _ socket: String) {
            self.number = number
            self.socket = socket
        }

        func run(seed: UInt64) {
            do {
                let connection = try MariaDBConnection(
                    to: ServerAddress(
                        host: "", port: 0, socket: socket, user: "root", database: "psa", protection: .off,
                        authorities: nil), password: nil)
                var random = SeededGenerator(seed: seed)
                var next = number * 1_000_000
                for _ in 0..<60 {
                    try connection.query("BEGIN")
                    var rows: [Int] = []
                    for _ in 0..<Int.random(in: 1...12, using: &random) {
                        next += 1
                        try connection.query("INSERT INTO psa.notes (id, n) VALUES (\(next), 0)")
                        rows.append(next)
                        if Int.random(in: 0..<8, using: &random) == 0 { try connection.query("DO SLEEP(0.003)") }
                    }
                    guard Int.random(in: 0..<5, using: &random) > 0 else {
                        try connection.query("ROLLBACK")
                        continue
                    }
                    try connection.query("COMMIT")
                    committed.withLock { $0 += rows }
                }
            } catch {
                trouble.withLock { $0 = "\(error)" }
            }
        }
    }

    @Test("every committed row is told once, whatever commits when, and wherever the source is ended")
    func everyRowOnce() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("change log under load: seed \(seed)")
        let server = try PrivateMariaDB(["--skip-log-bin"])
        try server.sql("CREATE DATABASE psa; CREATE TABLE psa.notes (id INT PRIMARY KEY, n INT)")
        let watched = WatchedServer(server, tables: ["notes": []], own: ["capture": .text("change-table")])
        try ChangeTableInstallation(settings: watched.settings) { _ in nil }
            .install(as: .init(user: "root", password: nil))
        let writers = (1...4).map { Writer($0, server.socket) }
        let threads = try writers.enumerated().map { index, writer in
            try LoopbackThread { writer.run(seed: seed &+ UInt64(index)) }
        }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<6 {
            try watched.watch()
            let wanted = watched.intake.events.count + Int.random(in: 0..<200, using: &random)
            // The end of the writers may come first: then there is nothing more to wait for.
            _ = try? watched.events(wanted, within: .seconds(2))
            watched.stop()
        }
        for thread in threads { thread.join() }
        try watched.watch()
        #expect(writers.compactMap { $0.trouble.withLock { $0 } } == [])
        let committed = writers.flatMap { $0.committed.withLock { $0 } }
        _ = try watched.events(committed.count)
        try watched.waitUntil("the log is empty") {
            (try? server.sql("SELECT COUNT(*) FROM psa.callbackd_log")) == "0\n"
        }
        let told = watched.intake.events.map(\.subject)
        #expect(told.count == committed.count)
        #expect(Set(told) == Set(committed.map { "notes/\($0)" }))
        #expect(watched.intake.gaps.isEmpty)
    }
}
