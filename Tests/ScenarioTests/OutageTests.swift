import CallbackTestKit
import Synchronization
import Testing

@Suite("A receiver in trouble", .serialized)
struct OutageTests {
    /// Few attempts, soon after each other.
    private static func targets(_ schedule: String) -> String {
        """
        targets:
          billing:
            webhook: {url: "http://127.0.0.1:${port}/hooks", sign: {secret: billing}}
            retry: {schedule: \(schedule), jitter: 0%}
        """
    }

    @Test("a receiver that was down gets everything when it is back, once, and in order for each subject")
    func outage() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("first.example")
        try scenario.receiver.waitForRequests(1)
        try scenario.nothingIsOwed()
        scenario.receiver.stop()

        for round in 1...10 {
            try scenario.sql("UPDATE domains SET description = 'round \(round)';")
            if round == 3 { try scenario.packet(PrintedPackets.addPlanItemToPanel) }
        }
        try scenario.journal(holds: 22)
        try eventually("the target is left alone") {
            try scenario.json("status")["targets"][0]["openUntil"].text != nil
        }

        let receiver = try scenario.receiverAgain()
        let requests = try receiver.waitForRequests(21)
        try scenario.nothingIsOwed()
        #expect(receiver.requests.count == 21)
        #expect(requests.differentIDs == 21)
        try OfficialVerifier.expectAll(requests)
        let events = try requests.map { try $0.json }
        let bySubject = Dictionary(grouping: events) { $0["subject"].text ?? "?" }
        #expect(bySubject.mapValues(\.count) == ["domain/1": 10, "domain/2": 10, "plan_item/1235": 1])
        for (subject, events) in bySubject where subject.hasPrefix("domain/") {
            let rounds = (1...10).map { JSON.text("round \($0)") }
            #expect(events.map(\.["data"]["new"]["description"]) == rounds, "\(subject)")
            #expect(events.map { $0["sequence"].text ?? "" } == events.map { $0["sequence"].text ?? "" }.sorted())
        }
        #expect(try scenario.deliveries("dead") == [])
        #expect(daemon.stop() == 0)
    }

    @Test("what changed while the daemon was stopped is delivered when it is back")
    func stoppedDaemon() throws {
        let scenario = try Scenario()
        #expect(try scenario.start().stop() == 0)
        try scenario.addDomain("while-away.example")
        try scenario.packet(PrintedPackets.addAppToPlan)
        let daemon = try scenario.start()
        let events = try scenario.receiver.waitForRequests(2).byType()
        #expect(events.keys.sorted() == ["domain.created", "service_plan.app_added"])
        #expect(daemon.stop() == 0)
    }

    @Test("what is owed survives a restart, with its ids")
    func restart() throws {
        let scenario = try Scenario()
        scenario.receiver.stop()
        let first = try scenario.start()
        for number in 1...5 { try scenario.addDomain("d\(number).example") }
        try scenario.journal(holds: 5)
        let owed = try scenario.json("deliveries", "list").elements.map(\.["webhook_id"])
        #expect(first.stop() == 0)
        let receiver = try scenario.receiverAgain()
        let second = try scenario.start()
        let requests = try receiver.waitForRequests(5)
        #expect(Set(requests.map { JSON.text($0.webhookID) }) == Set(owed))
        #expect(second.stop() == 0)
    }

    @Test("a failed attempt is repeated with the same id and body, and each attempt is kept")
    func repetition() throws {
        let count = Atomic(0)
        let scenario = try Scenario { _ in
            count.add(1, ordering: .relaxed).oldValue < 2 ? .status(500, body: "not today") : .status(204)
        }
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let requests = try scenario.receiver.waitForRequests(3)
        #expect(requests.differentIDs == 1)
        #expect(Set(requests.map(\.body)).count == 1)
        try OfficialVerifier.expectAll(requests)
        let delivery = try scenario.delivery("1-1", is: "delivered")
        #expect(delivery["attempts"].elements.map(\.["code"]) == [500, 500, 204])
        #expect(delivery["attempts"][0]["output"] == "not today")
        #expect(delivery["webhook_id"] == .text(requests[0].webhookID))
        #expect(daemon.stop() == 0)
    }

    @Test("Retry-After lengthens the wait")
    func retryAfter() throws {
        let moments = Mutex<[ContinuousClock.Instant]>([])
        let scenario = try Scenario { _ in
            let count = moments.withLock { moments in
                moments.append(.now)
                return moments.count
            }
            return count == 1 ? .status(503, headers: [("Retry-After", "1")]) : .status(204)
        }
        try scenario.configure(targets: Self.targets("[10ms]"))
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.receiver.waitForRequests(2)
        let wait = moments.withLock { $0[0].duration(to: $0[1]) }
        #expect(wait >= .milliseconds(990))
        #expect(daemon.stop() == 0)
    }

    @Test(
        "answers that mean never make a dead letter with words at once",
        arguments: [
            (413, "HTTP 413: the receiver does not take a body of this size"),
            (415, "HTTP 415: the receiver does not understand the format of the body"),
        ])
    func refusal(status: Int, words: String) throws {
        let scenario = try Scenario { _ in .status(status, body: "no more of this") }
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(letter["reason"] == "refused")
        #expect(letter["attempts"].elements.count == 1)
        #expect(letter["attempts"][0]["reason"] == .text(words))
        #expect(letter["attempts"][0]["output"] == "no more of this")
        #expect(daemon.stop() == 0)
        #expect(scenario.receiver.requests.count == 1)
    }

    @Test("after the last wait of the schedule a delivery is dead, and what comes after it in order goes on")
    func exhaustion() throws {
        let scenario = try Scenario { $0.text.contains("domain.created") ? .status(500) : .status(204) }
        try scenario.configure(targets: Self.targets("[10ms, 10ms]"))
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'a.example';")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(letter["reason"] == "exhausted")
        #expect(letter["attempts"].elements.map(\.["code"]) == [500, 500, 500])
        try scenario.delivery("2-1", is: "delivered")
        #expect(daemon.stop() == 0)
    }

    @Test("a redriven dead letter is sent with the same webhook-id and body")
    func redrive() throws {
        let isWell = Atomic(false)
        let scenario = try Scenario { _ in isWell.load(ordering: .relaxed) ? .status(204) : .status(413) }
        let daemon = try scenario.start()
        for name in ["a", "b", "c"] { try scenario.addDomain("\(name).example") }
        try eventually("three dead letters") { try scenario.deliveries("dead").count == 3 }
        let refused = scenario.receiver.requests
        isWell.store(true, ordering: .relaxed)

        #expect(try scenario.verb("dead", "redrive", "2-1") == "2-1: queued again\n")
        let again = try scenario.receiver.request(4)
        #expect(again.webhookID == refused.first { $0.body == again.body }?.webhookID)
        try scenario.delivery("2-1", is: "delivered")
        #expect(try scenario.verb("dead", "redrive", "2-1", expecting: 1).contains("is not among the dead letters"))

        try scenario.verb("dead", "redrive", "--target", "billing")
        let all = try scenario.receiver.waitForRequests(6)
        #expect(all.differentIDs == 3)
        #expect(Set(all.map(\.body)).count == 3)
        try scenario.delivery("1-1", is: "delivered")
        try scenario.delivery("3-1", is: "delivered")
        #expect(try scenario.json("dead", "list") == [])
        #expect(daemon.stop() == 0)
    }

    @Test("a broken target delays only itself")
    func isolation() throws {
        let scenario = try Scenario { $0.path == "/broken" ? .status(503) : .status(204) }
        try scenario.configure(
            targets: Scenario.targets + """

                  broken:
                    webhook: {url: "http://127.0.0.1:${port}/broken", sign: {secret: billing}}
                    retry: {schedule: [1h], jitter: 0%}
                """,
            rules: """
                rules:
                  - {name: bill, events: [domain.updated], deliver: [broken, billing]}
                """)
        let daemon = try scenario.start()
        for round in 1...20 { try scenario.sql("UPDATE domains SET description = '\(round)';") }
        try eventually("all twenty at the one that works") {
            scenario.receiver.requests.count { $0.path == "/hooks" } == 20
        }
        let lines = try scenario.json("targets", "list").elements
        #expect(lines.first { $0["name"] == "broken" }?["dead"] == 0)
        #expect(try scenario.deliveries("delivered").count == 20)
        #expect(daemon.stop() == 0)
    }

    @Test("a receiver that does not answer is given up at the timeout, and tried again")
    func timeout() throws {
        let count = Atomic(0)
        let scenario = try Scenario { _ in count.add(1, ordering: .relaxed).oldValue == 0 ? .hang : .status(204) }
        try scenario.configure(targets: Self.targets("[10ms]") + "\n    timeout: 300ms")
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let attempts = try scenario.delivery("1-1", is: "delivered")["attempts"]
        #expect(attempts[0]["reason"].text?.hasPrefix("timeout") == true)
        #expect(attempts[0]["duration_ms"].number.map { $0 >= 290 } == true)
        #expect(scenario.receiver.requests.differentIDs == 1)
        #expect(daemon.stop() == 0)
    }
}
