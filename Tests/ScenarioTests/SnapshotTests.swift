import CallbackTestKit
import Testing

@Suite("Snapshots", .serialized)
struct SnapshotTests {
    private static let rules = """
        rules:
          - name: first-fill
            events: [customer.existing, domain.existing, service_plan.existing, plan_item.existing,
                     service_plan.assigned.existing]
            deliver: [billing]
          - name: bill
            events: [domain.created, domain.updated]
            deliver: [billing]
        """

    private func types(_ requests: some Sequence<LoopbackRequest>) throws -> [String: Int] {
        try requests.reduce(into: [:]) { counts, request in counts[try request.json["type"].text ?? "", default: 0] += 1
        }
    }

    @Test("with snapshot: true what the panel holds is told once, and changes go on")
    func configured() throws {
        let scenario = try Scenario()
        try scenario.configure(sources: Scenario.sources + "\n    snapshot: true", rules: Self.rules)
        let daemon = try scenario.start()
        let requests = try scenario.receiver.waitForRequests(7)
        try scenario.nothingIsOwed()
        let counts = try types(requests)
        #expect(
            counts == [
                "customer.existing": 3, "domain.existing": 1, "service_plan.existing": 1, "plan_item.existing": 1,
                "service_plan.assigned.existing": 1,
            ])
        let plan = try #require(try requests.byType()["service_plan.existing"])
        #expect(plan["data"]["new"]["name"] == "base_plan")
        #expect(plan["data"]["plan"]["owner_login"] == "JDoe")
        try scenario.addDomain("new.example")
        _ = try scenario.receiver.waitForRequests(8)
        #expect(daemon.stop() == 0)
        let again = try scenario.start()
        try scenario.addDomain("newer.example")
        _ = try scenario.receiver.waitForRequests(9)
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 9)
        let status = try scenario.json("source", "status")[0]
        #expect(status["snapshot"] == nil)
        #expect(status["last_snapshot"].text?.hasPrefix("all read, ") == true)
        #expect(again.stop() == 0)
    }

    @Test("asked for without a daemon the next start reads it; with one it begins at once; a condition chooses rows")
    func asked() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.rules)
        #expect(try scenario.start().stop() == 0)
        #expect(
            try scenario.verb("source", "snapshot", "panel", "--table", "clients", "--where", "type = 'client'")
                .contains("asked for"))
        #expect(try scenario.json("source", "status")[0]["snapshot"] == "asked for, not begun")
        try scenario.verb("source", "snapshot", "panel", expecting: 1)
        let daemon = try scenario.start()
        let customer = try #require(try scenario.receiver.waitForRequests(1).first).json
        #expect(customer["type"] == "customer.existing")
        #expect(customer["subject"] == "customer/3")
        try scenario.nothingIsOwed()
        try eventually("the snapshot is over") { try scenario.json("source", "status")[0]["snapshot"] == nil }
        try scenario.verb("source", "snapshot", "panel", "--table", "domains", "--table", "Templates")
        let counts = try types(try scenario.receiver.waitForRequests(3))
        #expect(counts == ["customer.existing": 1, "domain.existing": 1, "service_plan.existing": 1])
        try scenario.nothingIsOwed()
        #expect(daemon.stop() == 0)
    }

    @Test("what cannot be read is refused with its reason and 64, and nothing is asked for")
    func refusals() throws {
        let scenario = try Scenario()
        #expect(try scenario.start().stop() == 0)
        let cases: [(words: [String], says: String)] = [
            (["--table", "domain"], "did you mean domains?"),
            (["--table", "domains", "--where", "nam = 'x'"], "no such column: nam"),
            (["--table", "domains", "--where", "name = "], "cannot be used with domains"),
            (["--table", "domains", "--where", "1); DROP TABLE domains; --"], "cannot be used with domains"),
            (["--where", "1"], "give one --table with it"),
            (["--stop", "--table", "domains"], "leave --table and --where out"),
        ]
        for (words, says) in cases {
            let result = try scenario.callbackd(["source", "snapshot", "panel"] + words)
            #expect(result.status == 64, "\(words): \(result.errors)")
            #expect(result.errors.contains(says), "\(words): \(result.errors)")
        }
        #expect(try scenario.callbackd(["source", "snapshot", "panle"]).errors.contains("did you mean \"panel\"?"))
        try scenario.verb("source", "snapshot", "panel", "--stop", expecting: 1)
        #expect(try scenario.json("source", "status")[0]["snapshot"] == nil)
    }

    @Test("kill -9 in the middle, again and again: every row is told once, and the panel goes on writing")
    func kills() throws {
        let scenario = try Scenario(sample: false)
        let shop = scenario.folder.file("panel/shop.db")
        let count = 20_000
        try scenario.sql(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
            INSERT INTO orders SELECT i, 'item ' || i FROM n;
            """, on: shop)
        try scenario.configure(
            sources: """
                sources:
                  shop:
                    sqlite: {path: "${dir}/panel/shop.db"}
                    tables: {orders: {events: {insert: order.placed, update: order.changed}}}
                """,
            rules:
                "rules: [{name: never, events: [order.existing, order.changed], match: {data: {new: {item: [nothing]}}}, deliver: [billing]}]"
        )
        #expect(try scenario.start().stop() == 0)
        try scenario.verb("source", "snapshot", "shop")
        var kills = 0
        var written = 0
        while kills < 6 {
            let daemon = try scenario.start()
            try scenario.sql("UPDATE orders SET item = item || '!' WHERE id % 1000 = \(kills);", on: shop)
            written += count / 1000
            let wanted = (kills + 1) * 1_500
            try eventually("the journal has grown") {
                try scenario.sql("SELECT count(*) >= \(wanted) FROM events;", on: scenario.statePath).trimmed == "1"
            }
            daemon.kill()
            kills += 1
        }
        let daemon = try scenario.start()
        try eventually("the snapshot is over") { try scenario.json("source", "status")[0]["snapshot"] == nil }
        try scenario.expectOrders(existing: count, changed: written)
        #expect(try !scenario.hasGap())
        #expect(daemon.stop() == 0)
    }

    @Test("what is asked for can be taken back before it begins, and nothing of it is told")
    func stop() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.rules)
        #expect(try scenario.start().stop() == 0)
        try scenario.verb("source", "snapshot", "panel")
        #expect(try scenario.verb("source", "snapshot", "panel", "--stop").contains("the snapshot ends"))
        #expect(try scenario.verb("source", "status").contains("it is to end"))
        #expect(
            try scenario.callbackd(["source", "snapshot", "panel"]).output
                .contains("it ends when the source runs; ask again then"))
        let daemon = try scenario.start()
        try eventually("the snapshot is over") {
            try scenario.json("source", "status")[0]["last_snapshot"].text?.hasPrefix("stopped by an operator") == true
        }
        #expect(scenario.receiver.requests.isEmpty)
        #expect(daemon.stop() == 0)
    }
}
