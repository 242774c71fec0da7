import CallbackTestKit
import Synchronization
import Testing

@Suite("The daemon on a MariaDB server", .serialized)
struct MariaDBTests {
    private static let sources = """
        sources:
          shop:
            mariadb: {socket: "${dir}/server", user: callbackd, password: shop-database, database: shop}
            tables:
              orders:
                events: {insert: order.placed, update: order.changed, delete: order.withdrawn}
                sensitive: [card_number]
        """

    private static let rules = """
        rules:
          - name: orders
            events: [order.placed, order.changed, order.withdrawn]
            deliver: [billing]
        """

    private func scenario(_ server: PrivateMariaDB, more: String = "") throws -> Scenario {
        try server.sql(
            """
            CREATE DATABASE shop;
            CREATE TABLE shop.orders (id BIGINT UNSIGNED PRIMARY KEY, item VARCHAR(50), amount DECIMAL(10,2),
                card_number VARCHAR(30), placed TIMESTAMP NULL, photo BLOB);
            INSERT INTO shop.orders VALUES (1, 'before', 1, 'CARD-1', NULL, NULL);
            CREATE USER callbackd@localhost IDENTIFIED BY 'hunter2';
            GRANT REPLICATION SLAVE ON *.* TO callbackd@localhost;
            GRANT SELECT ON shop.* TO callbackd@localhost;
            """)
        let scenario = try Scenario(sample: false)
        try scenario.folder.write("database.secret", "hunter2\n")
        let sources = Self.sources.replacing("${dir}/server", with: server.socket)
        try scenario.configure(
            sources: sources, rules: Self.rules, secrets: "shop-database: {file: \"${dir}/database.secret\"}",
            more: more)
        return scenario
    }

    @Test("rows of MariaDB become webhooks, and what changes while the daemon is down comes when it is back")
    func rows() throws {
        let server = try PrivateMariaDB()
        let scenario = try scenario(server)
        let first = try scenario.start()
        try server.sql(
            "INSERT INTO orders VALUES (18446744073709551615, 'Täschchen', 12.5, 'CARD-2', '2026-11-30 12:00:00', x'00ff');"
                + "UPDATE orders SET amount = 2 WHERE id = 1;", database: "shop")
        _ = try scenario.receiver.waitForRequests(2)
        #expect(first.stop() == 0)
        try server.sql("DELETE FROM orders WHERE id = 1;", database: "shop")
        let second = try scenario.start()
        let requests = try scenario.receiver.waitForRequests(3)
        try OfficialVerifier.expectAll(requests)
        let events = try requests.byType()
        let placed = try #require(events["order.placed"])
        let new: JSON = [
            "id": "18446744073709551615", "item": "Täschchen", "amount": "12.50", "placed": "2026-11-30 12:00:00",
            "photo": "AP8=",
        ]
        #expect(placed["subject"] == "orders/18446744073709551615")
        #expect(placed["data"]["new"] == new)
        #expect(placed["data"]["redacted"] == ["card_number"])
        #expect(try #require(events["order.changed"])["data"]["changed"] == ["amount"])
        #expect(try #require(events["order.withdrawn"])["data"]["old"]["amount"] == "2.00")
        #expect(try scenario.json("status")["sources"].elements.first?["state"] == "watching")
        #expect(second.stop() == 0)
        #expect(!second.log.contains("hunter2") && !second.log.contains("CARD-"))
        #expect(try !scenario.stateHolds("CARD-"))
    }

    @Test("changes that cannot be taken in are told as a lag, and all of them come later")
    func lagging() throws {
        let server = try PrivateMariaDB()
        let scenario = try scenario(server, more: "limits: {queue: 16KiB, source-lag: 1s}")
        let daemon = try scenario.start()
        try scenario.verb("targets", "pause", "billing")
        var number = 1
        func order() throws {
            number += 1
            try server.sql("INSERT INTO orders VALUES (\(number), 'item', 1, 'CARD', NULL, NULL)", database: "shop")
        }
        try eventually("the queue is full") {
            try order()
            return try JSON(parsing: scenario.callbackd(["status", "--json"]).output)["queue"]["intakePaused"] == true
        }
        try order()
        try eventually("the source is behind") {
            let source = try JSON(parsing: scenario.callbackd(["status", "--json"]).output)["sources"][0]
            return source["behind"].number.map { $0 >= 1 } == true && source["behindSince"] != .null
        }
        try scenario.verb("targets", "resume", "billing")
        _ = try scenario.receiver.waitForRequests(number - 1)
        try eventually("it is over") {
            let status = try JSON(parsing: scenario.callbackd(["status", "--json"]).output)
            return status["sources"][0]["behindSince"] == .null && status["alarms"] == []
        }
        #expect(daemon.stop() == 0)
        let told = try scenario.receiver.requests.map { try $0.json["subject"].text ?? "" }
        #expect(told.count == number - 1)
        #expect(Set(told) == Set((2...number).map { "orders/\($0)" }))
    }
}
