import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackSources

@Suite("Values in events")
struct ValueTests {
    private func seen(_ schema: String, _ statements: String, key: [String] = []) throws -> [CapturedEvent] {
        let panel = try Panel(schema)
        let intake = TestIntake()
        let watch = try panel.watch(panel.settings(tables: [("t", key, [])]), into: intake)
        try panel.execute(statements)
        _ = try watch.turn()
        return intake.events
    }

    @Test("what JSON cannot hold is written as something else, and said")
    func encoded() throws {
        let events = try seen(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, v)",
            "INSERT INTO t(v) VALUES (x'00ff10'), (9e999), (9007199254740992), (9007199254740993), (-9223372036854775808), "
                + "(CAST(x'ff41' AS TEXT)), ('a' || char(0) || 'b'), (0.1), (x'')")
        let values = events.map { $0.data["new"]?["v"] }
        #expect(
            values == [
                "AP8Q", .null, 9_007_199_254_740_992, "9007199254740993", "-9223372036854775808", "/0E=", "a\u{0}b",
                .double(0.1), "",
            ])
        let said = events.map { $0.data["encoded"] != nil }
        #expect(said == [true, true, false, true, true, true, false, false, true])
        #expect(events.first?.data["encoded"] == ["new.v"])
        for event in events { #expect((try? JSONParser.parse(Array(event.data.text.utf8))) == event.data) }
    }

    @Test("an update says for both sides what was encoded")
    func encodedBothSides() throws {
        let events = try seen(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, x'01'); UPDATE t SET v = x'02'")
        #expect(events.last?.data["encoded"] == ["new.v", "old.v"])
        #expect(events.last?.data["changed"] == ["v"])
    }

    @Test("large fields are cut out, the event says so, and a change in them is still seen")
    func truncated() throws {
        let events = try seen(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c)",
            "INSERT INTO t VALUES (1, zeroblob(50000000), 'small', NULL); UPDATE t SET a = zeroblob(50000001); "
                + "INSERT INTO t VALUES (2, hex(zeroblob(300000)), hex(zeroblob(280000)), 'kept')")
        #expect(events.map { $0.data["truncated"] } == [true, true, true])
        #expect(events[0].data["new"] == ["id": 1, "b": "small", "c": .null])
        #expect(events[1].data["changed"] == ["a"])
        #expect(events[2].data["new"]?["a"] == nil && events[2].data["new"]?["c"] == "kept")
        #expect(events.allSatisfy { $0.data.text.utf8.count < 1 << 20 })
    }

    @Test("a composite key is joined by commas and percent-encoded")
    func compositeKey() throws {
        let events = try seen(
            "CREATE TABLE t(a, b, c)", "INSERT INTO t VALUES ('x,y/ü', 2, 0), (NULL, 1.5, 0)", key: ["a", "b"])
        #expect(events.map(\.subject) == ["t/x%2Cy%2F%C3%BC,2", "t/null,1.5"])
    }

    @Test("texts that only look the same are a change")
    func normalization() throws {
        let events = try seen(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, v)",
            "INSERT INTO t VALUES (1, char(233)); UPDATE t SET v = 'e' || char(769)")
        #expect(events.last?.data["changed"] == ["v"])
    }

    @Test("the change's own time stands in the event")
    func time() throws {
        let before = SystemTimekeeper().now().milliseconds
        let events = try seen("CREATE TABLE t(id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
        let time = try #require(events.first?.time.milliseconds)
        #expect(time >= before - 1 && time <= SystemTimekeeper().now().milliseconds + 1)
    }

    @Test("100,000 rows of one transaction come in order and in batches")
    func manyRows() throws {
        let panel = try Panel("CREATE TABLE t(id INTEGER PRIMARY KEY, v)")
        let intake = TestIntake()
        let watch = try panel.watch(panel.settings(tables: [("t", [], [])]), into: intake)
        try panel.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
                + "INSERT INTO t SELECT i, 'v' FROM n")
        _ = try watch.turn()
        let batches = intake.state.withLock { $0.batches.map(\.events.count) }
        #expect(batches.allSatisfy { $0 <= 2000 } && batches.count > 50)
        #expect(intake.events.map(\.origin.position) == Array(1...100_000))
    }
}
