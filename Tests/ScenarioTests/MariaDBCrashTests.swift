import CallbackTestKit
import Testing

/// `CALLBACKD_SOAK` makes it 50 kills, `CALLBACKD_KILLS` as many as it says.
@Suite("MariaDB under kills", .serialized)
struct MariaDBCrashTests {
    @Test(
        "kill -9 of daemon, of server and of both under load: every committed change is in the journal once",
        arguments: ["binlog", "change-table"])
    func everyChangeOnce(capture: String) throws {
        let kills = Programs.kills ?? (Programs.isSoak ? 50 : 8)
        var random = LoadGenerator()
        print("MariaDB under kills, \(capture): seed \(random.seed)")
        let server = try PrivateMariaDB(["--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1"])
        let scenario = try scenario(server, capture)
        // What is committed before the first contact would not count.
        try scenario.start().kill()
        let writer = try OrderWriter(server)
        for round in 0..<kills {
            let daemon = try RunningDaemon(scenario)
            if round % 4 != 3 { try daemon.waitUntilReady() }
            LoadTime.pass(Int.random(in: 5...400, using: &random))
            switch Int.random(in: 0..<3, using: &random) {
            case 0: daemon.kill()
            case 1:
                server.kill()
                LoadTime.pass(Int.random(in: 0...300, using: &random))
                try server.start()
                LoadTime.pass(Int.random(in: 0...300, using: &random))
                daemon.kill()
            default:
                server.kill()
                daemon.kill()
                try server.start()
            }
        }
        writer.finish()
        let batches = try server.sql("SELECT batch FROM shop.committed ORDER BY batch;").split(separator: "\n")
            .compactMap { Int($0) }
        let expected = batches.flatMap { OrderWriter.events(of: $0) }.sorted()
        let heir = try scenario.start()
        func journal() throws -> [String] {
            try scenario.sql(
                "SELECT type || ' ' || subject FROM events WHERE type LIKE 'order.%';", on: scenario.statePath
            ).split(separator: "\n").map(String.init)
        }
        try eventually("\(expected.count) events are in the journal", within: .seconds(60)) {
            try journal().count >= expected.count
        }
        #expect(heir.stop() == 0)
        #expect(try journal().sorted() == expected)
        #expect(try !scenario.hasGap())
        #expect(batches.count > kills)
        print(
            "MariaDB under kills, \(capture): \(kills) kills, \(batches.count) transactions, \(expected.count) events")
    }

    private func scenario(_ server: PrivateMariaDB, _ capture: String) throws -> Scenario {
        try server.sql(
            """
            CREATE DATABASE shop;
            CREATE TABLE shop.orders (id INT PRIMARY KEY, amount INT);
            CREATE TABLE shop.committed (batch INT PRIMARY KEY);
            CREATE USER callbackd@'127.0.0.1';
            GRANT REPLICATION SLAVE ON *.* TO callbackd@'127.0.0.1';
            GRANT SELECT, TRIGGER ON shop.* TO callbackd@'127.0.0.1';
            """)
        let scenario = try Scenario(sample: false)
        try scenario.configure(
            sources: """
                sources:
                  shop:
                    mariadb: {port: \(server.port), user: callbackd, database: shop, capture: \(capture)}
                    tables:
                      orders: {events: {insert: order.placed, update: order.changed, delete: order.withdrawn}}
                """,
            rules: """
                rules:
                  - {name: all, events: [order.placed, order.changed, order.withdrawn], deliver: [billing]}
                """)
        if capture == "change-table" {
            try server.sql(try scenario.callbackd(["source", "install", "shop", "--print"]).output)
        }
        return scenario
    }
}
