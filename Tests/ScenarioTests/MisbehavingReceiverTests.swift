import CallbackTestKit
import Glibc
import Synchronization
import Testing

@Suite("A receiver that misbehaves", .serialized)
struct MisbehavingReceiverTests {
    private static let bad = "webhook: {url: \"http://127.0.0.1:${port}/bad\"}"

    /// A receiver whose first answer at `/bad` is the given one.
    private func scenario(_ misbehaviour: Misbehaviour, retry: String = "[10ms]") throws -> Scenario {
        let count = Atomic(0)
        let port = Mutex<UInt16>(0)
        let scenario = try Scenario { request in
            guard request.path == "/bad", count.add(1, ordering: .relaxed).oldValue == 0 else { return .status(204) }
            return misbehaviour.answer(port.withLock { $0 })
        }
        port.withLock { $0 = scenario.receiver.port }
        try scenario.configure(bad: Self.bad, retry: retry)
        return scenario
    }

    @Test(
        "that passes: its attempt says what happened, its slot is free for the next one, and no other target waits",
        arguments: Misbehaviour.passing)
    func passing(_ misbehaviour: Misbehaviour) throws {
        let scenario = try scenario(misbehaviour)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let delivery = try scenario.delivery("1-1", is: "delivered")
        let attempts = delivery["attempts"].elements
        #expect(attempts.count == 2)
        #expect(attempts[0].hasReason(misbehaviour.reason), "\(attempts[0])")
        #expect(attempts[0]["code"] == (misbehaviour.code.map { .number(Double($0)) } ?? .null))
        #expect(attempts[0]["duration_ms"].number.map { $0 < 1_500 } == true)
        #expect((attempts[0]["output"].text?.utf8.count ?? 0) <= 65_536)
        #expect(attempts.last?["code"] == 204)
        try scenario.expectGoodTargetUnharmed()
        // One request for each attempt: nothing was followed, nothing was sent twice.
        let requests = scenario.receiver.requests
        #expect(requests.count { $0.path == "/bad" } == 2)
        #expect(requests.count == 3)
        #expect(Set(requests.filter { $0.path == "/bad" }.map(\.webhookID)).count == 1)
        #expect(daemon.stop() == 0)
    }

    @Test("that is final: one attempt with its words, and the slot is free", arguments: Misbehaviour.final)
    func final(_ misbehaviour: Misbehaviour) throws {
        let scenario = try scenario(misbehaviour)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(letter["attempts"].elements.count == 1)
        #expect(letter["attempts"][0]["reason"] == .text(misbehaviour.reason))
        try scenario.expectGoodTargetUnharmed()
        try scenario.addDomain("b.example")
        try scenario.delivery("2-1", is: "delivered")
        #expect(daemon.stop() == 0)
    }

    @Test("and says 410: the attempt says that it is gone, and no other target waits")
    func gone() throws {
        let scenario = try scenario(Misbehaviour("", "", .status(410, body: "moved out")))
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempt = try scenario.attempts("1-1", atLeast: 1)[0]
        #expect(attempt["reason"] == "HTTP 410: gone: the receiver wants no more deliveries at this address")
        #expect(attempt["output"] == "moved out")
        try scenario.expectGoodTargetUnharmed()
        #expect(daemon.stop() == 0)
    }

    @Test("a 200 with a body without end is a delivery, and 64 KiB of the body are kept")
    func endlessSuccess() throws {
        let scenario = try scenario(
            Misbehaviour(
                "", "",
                .endless(
                    first: Array("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".utf8),
                    forever: Array(repeating: UInt8(ascii: "b"), count: 65_536))))
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-1", is: "delivered")["attempts"].elements
        #expect(attempts.map(\.["code"]) == [200])
        #expect(attempts[0]["output"].text?.utf8.count == 65_536)
        #expect(attempts[0]["output_truncated"] == true)
        try scenario.expectGoodTargetUnharmed()
        #expect(daemon.stop() == 0)
    }

    @Test("Retry-After on a success changes nothing")
    func retryAfterSuccess() throws {
        let scenario = try scenario(Misbehaviour("", "", .status(200, headers: [("Retry-After", "3600")])))
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        #expect(try scenario.delivery("1-1", is: "delivered")["attempts"].elements.map(\.["code"]) == [200])
        try scenario.addDomain("b.example")
        try scenario.delivery("2-1", is: "delivered")
        #expect(daemon.stop() == 0)
    }

    @Test("a flaky one gets everything once, in order")
    func flaky() throws {
        let count = Atomic(0)
        let answers: [LoopbackAnswer] = [.status(500), .reset, .status(204), .close, .status(204)]
        let accepted = Mutex<[String]>([])
        let scenario = try Scenario { request in
            let answer = answers[count.add(1, ordering: .relaxed).oldValue % answers.count]
            if case .response(204, _, _) = answer { accepted.withLock { $0.append(request.webhookID) } }
            return answer
        }
        try scenario.configure(
            targets: """
                targets:
                  billing:
                    webhook: {url: "http://127.0.0.1:${port}/hooks"}
                    retry: {schedule: [10ms, 10ms, 10ms, 10ms, 10ms], jitter: 0%}
                    connections: 1
                """)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        for round in 1...5 {
            try scenario.sql("UPDATE domains SET description = 'round \(round)' WHERE name = 'a.example';")
        }
        for number in 1...6 { try scenario.delivery("\(number)-1", is: "delivered") }
        let inOrder = try scenario.json("deliveries", "list", "--limit", "100").elements
            .sorted { ($0["delivery"].text ?? "") < ($1["delivery"].text ?? "") }.map(\.["webhook_id"])
        #expect(accepted.withLock { $0.map { JSON.text($0) } } == inOrder)
        #expect(daemon.stop() == 0)
    }

    // MARK: Retry-After

    /// What a receiver writes, and after how many seconds the next attempt is due; the schedule says 600.
    private static let forms: [(header: @Sendable (time_t) -> String, due: Int)] = [
        ({ _ in "3600" }, 3600),
        ({ date($0 + 3600, "%a, %d %b %Y %H:%M:%S GMT") }, 3600),
        ({ date($0 + 3600, "%A, %d-%b-%y %H:%M:%S GMT") }, 3600),
        ({ date($0 + 3600, "%a %b %e %H:%M:%S %Y") }, 3600),
        ({ _ in "172800" }, 86_400),
        ({ _ in "315360000" }, 600),
        ({ date($0 + 315_360_000, "%a, %d %b %Y %H:%M:%S GMT") }, 600),
        ({ _ in "-3600" }, 600),
        ({ date($0 - 3600, "%a, %d %b %Y %H:%M:%S GMT") }, 600),
        ({ _ in "soon" }, 600),
    ]

    private static func date(_ time: time_t, _ format: String) -> String {
        var time = time
        var parts = tm()
        gmtime_r(&time, &parts)
        var space = [CChar](repeating: 0, count: 64)
        let count = strftime(&space, space.count, format, &parts)
        return String(decoding: space[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test("Retry-After is followed in each of its forms, within a day, and nonsense is left to the schedule")
    func retryAfter() throws {
        let forms = Self.forms
        let scenario = try Scenario { request in
            let index = Int(request.path.dropFirst()) ?? 0
            return .status(503, headers: [("Retry-After", forms[index].header(time(nil)))])
        }
        let names = forms.indices.map { "t\($0)" }
        try scenario.configure(
            targets: "targets:\n"
                + forms.indices.map { index in
                    """
                      t\(index):
                        webhook: {url: "http://127.0.0.1:${port}/\(index)"}
                        retry: {schedule: [10m], jitter: 0%}

                    """
                }.joined(),
            rules: "rules:\n  - {name: all, events: [domain.created], deliver: [\(names.joined(separator: ", "))]}")
        let daemon = try scenario.start()
        let start = time(nil)
        try scenario.addDomain("a.example")
        for (index, form) in forms.enumerated() {
            let delivery = try scenario.delivery("1-\(index + 1)", is: "deferred")
            let due = try #require(delivery["due"].text)
            let seconds = try seconds(due) - start
            // A date has whole seconds, and the attempt took a moment.
            #expect((form.due - 2...form.due + 15).contains(seconds), "\(form.header(start)): \(seconds)")
        }
        #expect(daemon.stop() == 0)
    }

    /// Seconds since 1970 of a moment as the ledger writes it.
    private func seconds(_ text: String) throws -> Int {
        let numbers = text.split { "-T:.Z".contains($0) }.compactMap { Int32($0) }
        try #require(numbers.count >= 6, "\(text)")
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        return timegm(&parts)
    }
}
