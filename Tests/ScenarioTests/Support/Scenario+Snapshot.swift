import Testing

extension Scenario {
    /// Waits for the journal of a snapshot of `orders`, and looks that each row was told once and none in an older state
    /// after a newer one. Each change must make a row's `item` longer.
    func expectOrders(existing: Int, changed: Int) throws {
        try journal(holds: existing + changed)
        func number(_ what: String) throws -> Int? { Int(try sql("SELECT \(what);", on: statePath).trimmed) }
        let told = "FROM events WHERE type = 'order.existing'"
        #expect(try number("count(*) \(told)") == existing)
        #expect(try number("count(DISTINCT subject) \(told)") == existing)
        #expect(try number("count(*) FROM events WHERE type = 'order.changed'") == changed)
        let length = "length(json_extract(CAST(%.body AS TEXT), '$.data.new.item'))"
        let older = """
            count(*) FROM events c JOIN events e ON e.subject = c.subject
            WHERE c.type = 'order.changed' AND e.type = 'order.existing' AND c.sequence < e.sequence
            AND \(length.replacing("%", with: "c")) > \(length.replacing("%", with: "e"))
            """
        #expect(try number(older) == 0)
    }
}
