import CallbackTestKit
import Synchronization
import Testing

/// `make soak` makes fifty kills, the suite six.
@Suite("MariaDB under kills", .serialized)
struct MariaDBCrashTests {
    /// Writes random transactions for as long as it is let; while the server is down it fails and tries again.
    private final class Writer: Sendable {
        private let isOver = Mutex(false)
        private let server: PrivateMariaDB
        private let generator: LoadGenerator

        init(_ server: PrivateMariaDB, _ generator: LoadGenerator) {
            self.server = server
            self.generator = generator
        }

        func end() { isOver.withLock { $0 = true } }

        func run() {
            var random = generator
            var next = 0
            while !isOver.withLock({ $0 }) {
                var statements = ""
                for _ in 0..<8 {
                    statements += "BEGIN; "
                    for _ in 0..<(1 + Int.random(in: 0..<9, using: &random)) {
                        next += 1
                        statements += "INSERT INTO orders (id, note) VALUES (\(next), 'note \(next)'); "
                    }
                    statements += Int.random(in: 0..<6, using: &random) == 0 ? "ROLLBACK; " : "COMMIT; "
                }
                // What a server that is killed had committed is asked for at the end.
                if (try? server.sql(statements, database: "shop")) == nil { LoadTime.pass(20) }
            }
        }
    }

    @Test(
        "after kills of the daemon, of the server and of both, every committed row is once in the journal",
        arguments: ["binlog", "change-table"])
    func everyRowOnce(capture: String) throws {
        let kills = Programs.isSoak ? 50 : 6
        var random = LoadGenerator()
        print("MariaDB under kills, \(capture): seed \(random.seed)")
        let server = try PrivateMariaDB(["--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1"])
        try server.sql(
            "CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, note VARCHAR(40)); "
                + "CREATE USER callbackd@'127.0.0.1'; GRANT REPLICATION SLAVE ON *.* TO callbackd@'127.0.0.1'; "
                + "GRANT SELECT, TRIGGER ON shop.* TO callbackd@'127.0.0.1'")
        let scenario = try Scenario(sample: false)
        try scenario.configure(
            sources: """
                sources:
                  shop:
                    mariadb: {port: \(server.port), user: callbackd, database: shop, capture: \(capture)}
                    tables: {orders: {events: {insert: order.placed}}}
                """,
            rules: "rules: [{name: all, events: [order.placed], deliver: [billing]}]")
        if capture == "change-table" {
            try server.sql(try scenario.callbackd(["source", "install", "shop", "--print"]).output)
        }
        // What is committed before the first contact would not count.
        #expect(try scenario.start().stop() == 0)
        let writer = Writer(server, random)
        let thread = try LoopbackThread { writer.run() }
        for _ in 0..<kills {
            let daemon = try RunningDaemon(scenario)
            LoadTime.pass(150 + Int.random(in: 0..<500, using: &random))
            switch Int.random(in: 0..<3, using: &random) {
            case 0: daemon.kill()
            case 1:
                server.kill()
                LoadTime.pass(Int.random(in: 0..<100, using: &random))
                daemon.kill()
                try server.start()
            default:
                server.kill()
                try server.start()
                LoadTime.pass(Int.random(in: 0..<300, using: &random))
                daemon.kill()
            }
        }
        writer.end()
        thread.join()
        let heir = try scenario.start()
        let committed = try server.sql("SELECT id FROM shop.orders").split(separator: "\n").map { "orders/\($0)" }
        try eventually("all \(committed.count) rows are in the journal", within: .seconds(60)) {
            try journal(scenario).count >= committed.count
        }
        let told = try journal(scenario)
        #expect(told.count == committed.count)
        #expect(Set(told) == Set(committed))
        #expect(try !scenario.hasGap())
        #expect(committed.count > kills * 10)
        #expect(heir.stop() == 0)
        print("MariaDB under kills, \(capture): \(kills) kills, \(committed.count) rows")
    }

    private func journal(_ scenario: Scenario) throws -> [String] {
        try scenario.sql("SELECT subject FROM events;", on: scenario.statePath).split(separator: "\n").map(String.init)
    }
}
