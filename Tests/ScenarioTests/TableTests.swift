import CallbackTestKit
import Testing

@Suite("Any table of any SQLite database", .serialized)
struct TableTests {
    private static let rules = """
        rules:
          - name: orders
            events: [order.placed, order.changed, order.withdrawn, visit.counted]
            deliver: [billing]
        """

    private static let sources = """
        sources:
          shop:
            sqlite: {path: "${dir}/panel/shop.db"}
            tables:
              orders:
                events: {insert: order.placed, update: order.changed, delete: order.withdrawn}
                sensitive: [card_number]
              visits:
                key: [day, page]
                events: {insert: visit.counted}
        """

    private func scenario() throws -> (Scenario, shop: String) {
        let scenario = try Scenario(sample: false)
        let shop = scenario.folder.file("panel/shop.db")
        try scenario.sql(
            """
            CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT, amount REAL, card_number TEXT, photo BLOB);
            CREATE TABLE visits (day TEXT, page TEXT, n INTEGER, PRIMARY KEY (day, page)) WITHOUT ROWID;
            CREATE TABLE other (id INTEGER PRIMARY KEY);
            """, on: shop)
        try scenario.configure(sources: Self.sources, rules: Self.rules)
        return (scenario, shop)
    }

    @Test("rows become events with the columns as they are")
    func rows() throws {
        let (scenario, shop) = try scenario()
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO orders VALUES (7, 'Täschchen', 12.5, '4111111111111111', x'00ff');
            UPDATE orders SET amount = 13 WHERE id = 7;
            DELETE FROM orders WHERE id = 7;
            INSERT INTO other VALUES (1);
            INSERT INTO visits VALUES ('2026-11-22', '/a,b', 5);
            """, on: shop)
        let requests = try scenario.receiver.waitForRequests(4)
        try OfficialVerifier.expectAll(requests)
        let events = try requests.byType()
        let placed: JSON = ["id": 7, "item": "Täschchen", "amount": .number(12.5), "photo": "AP8="]
        let data = try #require(events["order.placed"])["data"]
        #expect(try #require(events["order.placed"])["subject"] == "orders/7")
        #expect(data["new"] == placed)
        #expect(data["old"] == nil)
        #expect(data["operation"] == nil)
        #expect(data["redacted"] == ["card_number"])
        #expect(data["encoded"] == ["new.photo"])
        #expect(try #require(events["order.changed"])["data"]["changed"] == ["amount"])
        #expect(try #require(events["order.changed"])["data"]["old"]["amount"] == .number(12.5))
        #expect(try #require(events["order.changed"])["data"]["new"]["amount"] == 13)
        #expect(try #require(events["order.withdrawn"])["data"]["new"] == nil)
        #expect(try #require(events["visit.counted"])["subject"] == "visits/2026-11-22,%2Fa%2Cb")
        #expect(try #require(events["visit.counted"])["data"]["new"]["n"] == 5)
        #expect(try scenario.json("events", "list").elements.count == 4)
        #expect(daemon.stop() == 0)
    }

    @Test("a sensitive column is in no request, not in the change log and in no file of ours")
    func sensitive() throws {
        let (scenario, shop) = try scenario()
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO orders VALUES (1, 'visible-item', 1, 'CARD-4111', NULL);
            UPDATE orders SET card_number = 'CARD-5222', amount = 2 WHERE id = 1;
            INSERT OR REPLACE INTO orders VALUES (1, 'visible-item', 3, 'CARD-6333', NULL);
            DELETE FROM orders WHERE id = 1;
            """, on: shop)
        try scenario.journal(holds: 4)
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.allSatisfy { !$0.text.contains("CARD-") })
        let log = try scenario.sql("SELECT * FROM callbackd_log;", on: shop)
        #expect(log.contains("visible-item"))
        #expect(!log.contains("CARD-"))
        #expect(try scenario.stateHolds("visible-item"))
        #expect(try !scenario.stateHolds("CARD-"))
        #expect(!daemon.log.contains("CARD-"))
        #expect(daemon.stop() == 0)
        #expect(try !scenario.stateHolds("CARD-"))
    }

    @Test("an update that changes nothing gives no event")
    func idleUpdate() throws {
        let (scenario, shop) = try scenario()
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO orders VALUES (1, 'a', 1, 'c', NULL);
            UPDATE orders SET item = 'a', amount = 1.0;
            UPDATE orders SET item = 'b';
            """, on: shop)
        try scenario.nothingIsOwed()
        let events = try scenario.receiver.waitForRequests(2).map { try $0.json["type"] }
        #expect(events == ["order.placed", "order.changed"])
        #expect(daemon.stop() == 0)
    }
}
