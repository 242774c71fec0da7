import CallbackCore
import CallbackStore
import Testing

@Suite("Reading the journal again")
struct JournalQueriesTests {
    private let all = JournalSpan(since: Timestamp(milliseconds: 0), until: Timestamp(milliseconds: .max))

    @Test("pages follow each other in commit order, with text, source and rule book")
    func pages() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2", "a/3"])
        let queries = try StateQueries(path: state.path)
        let first = try queries.recorded(in: all, after: 0, upTo: 3, limit: 2)
        #expect(first.map(\.event.subject) == ["a/1", "a/2"])
        #expect(first.map(\.event.sequence) == [1, 2])
        #expect(first[0].source == "panel")
        #expect(first[0].book == 1)
        #expect(try JSONParser.parse(first[0].event.body)["data"]?["position"] == 1)
        let second = try queries.recorded(in: all, after: 2, upTo: 3, limit: 2)
        #expect(second.map(\.event.subject) == ["a/3"])
        #expect(try queries.recorded(in: all, after: 3, upTo: 3).isEmpty)
    }

    @Test("what comes after the last number is left for another time")
    func upTo() throws {
        let state = try StateFixture()
        try state.journal(["a/1", "a/2"])
        let queries = try StateQueries(path: state.path)
        #expect(try queries.recorded(in: all, after: 0, upTo: 1).map(\.event.sequence) == [1])
    }

    @Test("a page of large events ends early, and the next one goes on")
    func large() throws {
        let state = try StateFixture()
        var turn = Turn()
        let text = JSONValue.string(String(repeating: "x", count: 1 << 20))
        let events = (1...10).map { (number: Int64) in
            let id = EventID(incarnation: "in", origin: EventOrigin(position: number, nonce: 1, ordinal: 0))
            return IntakeEntry.EventEntry(
                id: id, type: "order.placed", subject: "a/\(number)", time: now,
                draft: CloudEvent.draft(
                    id: id, source: "/st/panel", type: "order.placed", subject: "a/\(number)", time: now,
                    data: ["text": text]), deliveries: [])
        }
        turn.intakes = [IntakeEntry(source: "panel", book: 1, events: events, mark: nil)]
        _ = try state.writer.write(turn, now: now)
        let queries = try StateQueries(path: state.path)
        let page = try queries.recorded(in: all, after: 0, upTo: 10)
        #expect(page.map(\.event.sequence) == [1, 2, 3, 4])
        #expect(try queries.recorded(in: all, after: 4, upTo: 10).first?.event.sequence == 5)
    }

    @Test("the first moment of a span belongs to it, the last one does not")
    func span() throws {
        let state = try StateFixture()
        try state.journal(["a/1"])
        let queries = try StateQueries(path: state.path)
        func count(_ since: Int64, _ until: Int64) throws -> Int {
            let span = JournalSpan(
                since: Timestamp(milliseconds: now.milliseconds + since),
                until: Timestamp(milliseconds: now.milliseconds + until))
            let found = try queries.recorded(in: span, after: 0, upTo: 9).count
            #expect(try queries.reach(of: span).count == Int64(found))
            return found
        }
        #expect(try count(0, 1) == 1)
        #expect(try count(-1, 0) == 0)
        #expect(try count(1, 2) == 0)
    }

    @Test("what retention has removed is counted")
    func removed() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2", "a/3", "a/4", "a/5"])
        for delivery in [made[0], made[2], made[3]] { try state.settle(delivery, .delivered) }
        let queries = try StateQueries(path: state.path)
        #expect(try queries.reach(of: all).removed == 0)
        _ = try state.writer.write(
            Turn(),
            commands: [
                { commands in
                    _ = try commands.remove(
                        after: 0, before: Timestamp(milliseconds: now.milliseconds + 1), count: 100)
                }
            ], now: now)
        let reach = try queries.reach(of: all)
        #expect(reach.count == 2)
        #expect(reach.removed == 3)
        #expect(reach.oldest == .init(sequence: 2, time: now))
        #expect(reach.latest == .init(sequence: 5, time: now))
    }

    @Test("an empty journal reaches nowhere")
    func empty() throws {
        let state = try StateFixture()
        let reach = try StateQueries(path: state.path).reach(of: all)
        #expect(reach.count == 0)
        #expect(reach.oldest == nil)
        #expect(reach.removed == 0)
        #expect(reach.began == nil)
    }

    @Test("an event's deliveries come with their attempts, waiting or finished")
    func deliveries() throws {
        let state = try StateFixture()
        let made = try state.journal(["a/1", "a/2"])
        try state.settle(made[0], .deferred(until: now + .seconds(5)))
        try state.settle(made[0], .delivered, attempt: 2)
        let queries = try StateQueries(path: state.path)
        let finished = try queries.deliveries(ofEvent: 1)
        #expect(finished.map(\.summary.state) == [.delivered])
        #expect(finished[0].attempts.map(\.number) == [1, 2])
        #expect(finished[0].attempts.map(\.reason) == ["connection refused", ""])
        let waiting = try queries.deliveries(ofEvent: 2)
        #expect(waiting.map(\.summary.state) == [.pending])
        #expect(waiting[0].attempts.isEmpty)
        #expect(try queries.deliveries(ofEvent: 3).isEmpty)
    }

    @Test("every rule book that was in force can be read again")
    func books() throws {
        let state = try StateFixture()
        let first = try state.file.version(ofBook: Array("one".utf8), now: now)
        let second = try state.file.version(ofBook: Array("two".utf8), now: now + .seconds(1))
        let queries = try StateQueries(path: state.path)
        #expect(
            try queries.books() == [
                .init(version: first, since: now), .init(version: second, since: now + .seconds(1)),
            ])
        #expect(try queries.book(version: first) == Array("one".utf8))
        #expect(try queries.book(version: second + 1) == nil)
        #expect(try queries.reach(of: all).began == now)
    }
}
