import CallbackTestKit
import Testing

@Suite("Reload under load", .serialized)
struct ReloadLoadTests {
    private func configure(_ scenario: Scenario, _ rules: String...) throws {
        let events = "domain.created, domain.updated, domain.deleted"
        try scenario.configure(
            rules: "rules:\n" + rules.map { Scenario.rule($0, events: events) }.joined(), more: Scenario.unwatched)
    }

    @Test("reloads while changes rush in lose nothing and keep order, though each takes the other's rule away")
    func manyReloads() throws {
        let reloads = Programs.isSoak ? 400 : 24
        let generator = LoadGenerator()
        print("reload under load: seed \(generator.seed)")
        let scenario = try Scenario()
        try configure(scenario, "even")
        let daemon = try scenario.start()
        let stream = try LoadStream(scenario, generator: generator)
        for round in 1...reloads {
            try stream.feed(50)
            try configure(scenario, round.isMultiple(of: 2) ? "even" : "odd")
            if round % 5 == 0 { daemon.hangUp() } else { try scenario.verb("reload") }
        }
        try stream.feed(50)
        try stream.finish()
        try scenario.journal(holds: stream.committed.count)
        // What the rule that is away has parked goes on when both are there.
        try configure(scenario, "even", "odd")
        try scenario.verb("reload")
        var ledger = LoadLedger()
        try scenario.nothingIsOwed()
        #expect(daemon.stop() == 0)
        try ledger.take(scenario.receiver.requests)
        #expect(stream.committed.count >= 1000)
        #expect(ledger.verdict(on: stream.committed) == [])
        #expect(ledger.duplicates == 0)
        let books = try scenario.booksOfEvents()
        #expect(books == books.sorted(), "a change was matched with an earlier book than the one before it")
        #expect(Set(books).count > 2)
        // Each event has its one delivery by the rule of its own book.
        let rules = try scenario.sql(
            """
            SELECT count(*) FROM ledger JOIN events ON sequence = event JOIN books ON version = book
                JOIN rules ON rules.number = rule
            WHERE instr(content, '"' || rules.name || '"') = 0;
            SELECT count(*) FROM ledger;
            """, on: scenario.statePath)
        #expect(rules == "0\n\(stream.committed.count)\n")
    }
}
