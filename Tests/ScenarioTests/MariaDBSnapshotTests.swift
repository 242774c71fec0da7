import CallbackTestKit
import Testing

@Suite("Snapshots of MariaDB", .serialized)
struct MariaDBSnapshotTests {
    private static let rules = """
        rules:
          - name: never
            events: [order.existing, order.changed]
            match: {data: {new: {item: [nothing]}}}
            deliver: [billing]
        """

    @Test(
        "kill -9 of the daemon and of the server in the middle: every row is told once, and none older after newer",
        arguments: ["binlog", "change-table"])
    func kills(capture: String) throws {
        let count = 20_000
        let server = try PrivateMariaDB(["--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1"])
        try server.sql(
            """
            CREATE DATABASE shop; USE shop;
            CREATE TABLE orders (id INT PRIMARY KEY, item VARCHAR(60));
            INSERT INTO orders SELECT seq, CONCAT('item ', seq) FROM seq_1_to_\(count);
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
                    tables: {orders: {events: {update: order.changed}}}
                """,
            rules: Self.rules)
        if capture == "change-table" {
            try server.sql(try scenario.callbackd(["source", "install", "shop", "--print"]).output)
        }
        #expect(try scenario.start().stop() == 0)
        try scenario.verb("source", "snapshot", "shop")
        let kills = 6
        for kill in 0..<kills {
            let daemon = try scenario.start()
            try server.sql("UPDATE orders SET item = CONCAT(item, '!') WHERE id % 1000 = \(kill)", database: "shop")
            let wanted = (kill + 1) * 1_500
            try eventually("the journal has grown") {
                try scenario.sql("SELECT count(*) >= \(wanted) FROM events;", on: scenario.statePath).trimmed == "1"
            }
            if kill % 2 == 1 { server.kill() }
            daemon.kill()
            if kill % 2 == 1 { try server.start() }
        }
        let daemon = try scenario.start()
        try eventually("the snapshot is over") { try scenario.json("source", "status")[0]["snapshot"] == nil }
        let written = kills * count / 1000
        try scenario.expectOrders(existing: count, changed: written)
        #expect(try !scenario.hasGap())
        #expect(daemon.stop() == 0)
    }
}
