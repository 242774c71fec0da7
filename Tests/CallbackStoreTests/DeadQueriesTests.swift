import CallbackCore
import CallbackStore
import Testing

@Suite("dead letters in the state file")
struct DeadQueriesTests {
    @Test("each filter chooses its dead letters, for the list, the pages and the count alike")
    func filters() throws {
        let fixture = try StateFixture()
        let made = try fixture.journal(["a/1", "a/2", "a/3"])
        try fixture.settle(made[0], .dead(.refused))
        try fixture.settle(made[1], .dead(.exhausted))
        try fixture.settle(made[2], .delivered)
        let queries = try StateQueries(path: fixture.path)
        func chosen(_ filter: DeadFilter) throws -> [Int64] {
            let listed = try queries.deadLetters(filter, limit: 9).map(\.id)
            #expect(try queries.deadLetters(filter, after: nil, limit: 9) == listed)
            #expect(try queries.countDead(filter).reduce(0) { $0 + $1.count } == Int64(listed.count))
            return listed.map(\.event)
        }
        #expect(try chosen(DeadFilter()) == [1, 2])
        #expect(try chosen(DeadFilter(reason: .refused)) == [1])
        #expect(try chosen(DeadFilter(reason: .expired)) == [])
        #expect(try chosen(DeadFilter(subject: "a/2")) == [2])
        #expect(try chosen(DeadFilter(type: "x")) == [])
        #expect(try chosen(DeadFilter(target: "hook")) == [])
        #expect(try chosen(DeadFilter(rule: "bill")) == [1, 2])
        #expect(try chosen(DeadFilter(rule: "unheard-of")) == [])
        #expect(try chosen(DeadFilter(since: now)) == [1, 2])
        #expect(try chosen(DeadFilter(until: now)) == [])
        let groups = try queries.countDead(DeadFilter())
        #expect(groups == [DeadGroup(rule: "bill", target: "billing", count: 2, first: now, last: now)])
    }

    @Test("every dead letter says in words why it died, with the last attempt's own")
    func words() throws {
        let fixture = try StateFixture()
        let made = try fixture.journal(["a/1", "a/2"])
        try fixture.settle(made[0], .dead(.exhausted))
        try fixture.settle(made[1], .delivered)
        let queries = try StateQueries(path: fixture.path)
        let letter = try #require(try queries.deadLetters(DeadFilter(), limit: 1).first)
        #expect(letter.reasonWords == "every attempt of its schedule failed: connection refused")
        #expect(letter.json["reason_words"] == .string("every attempt of its schedule failed: connection refused"))
        #expect(letter.json["reason"] == "exhausted")
        #expect(try queries.delivery(made[1].id)?.summary.reasonWords == nil)
        // Attempts may be removed before the letter is.
        try fixture.execute("DELETE FROM attempts")
        #expect(try queries.deadLetters(DeadFilter(), limit: 1).first?.reasonWords == DeadReason.exhausted.words)
    }

    @Test("of dead letters that are queued again, the first of each lane is due and the others stand behind it")
    func redriveStates() throws {
        let fixture = try StateFixture()
        let made = try fixture.journal(["a/1", "a/1", "a/2"])
        for delivery in made { try fixture.settle(delivery, .dead(.refused)) }
        _ = try fixture.writer.write(
            Turn(), commands: [{ commands in for delivery in made { _ = try commands.redrive(delivery.id) } }], now: now
        )
        #expect(try fixture.waiting().map(\.state) == [.deferred, .pending, .deferred])
    }
}
