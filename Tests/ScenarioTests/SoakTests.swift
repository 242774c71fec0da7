import CallbackTestKit
import Testing

/// The sentence that an operator relies on, over many kills: `make soak` makes two hundred, the suite twelve.
@Suite("Soak under load", .serialized)
struct SoakTests {
    private static let targets = """
        targets:
          plain:
            webhook: {url: "http://127.0.0.1:${port}/plain", sign: {secret: billing}}
            retry: {schedule: [200ms, 200ms, 200ms, 500ms, 500ms, 1s, 1s, 2s, 2s], jitter: 0%}
          asked:
            webhook: {url: "http://127.0.0.1:${port}/asked", sign: {secret: billing}}
            retry: {schedule: [200ms, 200ms, 200ms, 500ms, 500ms, 1s, 1s, 2s, 2s], jitter: 0%}
            verify: {url: "http://127.0.0.1:${port}/processed"}
          once:
            webhook: {url: "http://127.0.0.1:${port}/once", sign: {secret: billing}}
            retry: {schedule: [200ms, 200ms, 200ms, 500ms, 500ms, 1s, 1s, 2s, 2s], jitter: 0%}
            at-most-once: true
        """

    private static let rules = """
        rules:
          - {name: bill, events: [domain.created, domain.updated, domain.deleted], deliver: [plain, asked, once]}
        """

    private static let inFlight = 12

    @Test(
        "after many kills under load nothing is lost, duplicates stay within what was in flight, order is kept, and nothing at most once came twice"
    )
    func manyKills() throws {
        let kills = Programs.kills ?? (Programs.isSoak ? 200 : 12)
        var generator = LoadGenerator()
        print("soak: seed \(generator.seed)")
        // Also without kills, some requests are cut before or after they were processed.
        let receiver = ProcessingReceiver { number, request in
            if request.path == "/plain" { return .answers }
            return number % 61 == 0 ? .processesAndCuts : number % 67 == 0 ? .cuts : .answers
        }
        let scenario = try Scenario(receiver: receiver.script)
        try scenario.configure(
            targets: Self.targets, rules: Self.rules, more: "limits: {in-flight: \(Self.inFlight)}")
        // What is committed before the first installation would not count.
        try #require(try scenario.start().stop() == 0)
        let stream = try LoadStream(scenario, generator: generator)
        for round in 0..<kills {
            try feed(stream, scenario)
            let daemon = try RunningDaemon(scenario)
            // One in four dies while it starts.
            if round % 4 != 3 { try daemon.waitUntilReady() }
            let moment = LoadTime.now() + Int.random(in: 5...250, using: &generator)
            while LoadTime.now() < moment {
                try feed(stream, scenario)
                LoadTime.pass(5)
            }
            daemon.kill()
        }
        try stream.finish()
        let heir = try scenario.start()
        let held = try finish(scenario, changes: stream.committed.count)
        // The sweeper never had anything to take up again.
        #expect(try scenario.json("status")["targets"].elements.allSatisfy { $0["healed"] == 0 })
        #expect(heir.stop() == 0)

        let ledger = try SoakLedger(scenario, receiver)
        print(
            "soak: \(kills) kills, \(stream.committed.count) changes, \(ledger.duplicates) plain twice,",
            "\(receiver.questions.count) questions, \(ledger.given.count) given up at most once, \(held) held")
        #expect(ledger.verdict(on: stream.committed) == [])
        #expect(ledger.duplicates <= kills * Self.inFlight)
        let cuts = receiver.seen.count / 61 + receiver.seen.count / 67 + 2
        #expect(ledger.given.count <= kills * Self.inFlight + cuts)
        #expect(stream.committed.count >= kills * 4)
        #expect(try LoadStream.objection(to: scenario, rows: stream.finalRows) == nil)
        #expect(try scenario.sql("PRAGMA integrity_check;", on: scenario.statePath) == "ok\n")
        #expect(try !scenario.hasGap())
        // The same ledger, held against one change more, must not pass.
        let more = LoadChange(type: "domain.created", subject: "domain/1", value: "lost", previous: nil)
        #expect(ledger.verdict(on: stream.committed + [more]).count(where: { $0.contains("1 lost") }) == 3)
    }

    /// Waits until every change is in the journal and nothing is owed, letting go on what was held after three kills.
    /// - Returns: how many were held.
    private func finish(_ scenario: Scenario, changes: Int) throws -> Int {
        var held = 0
        try eventually("\(changes) changes are settled", within: .seconds(120)) {
            held += try scenario.releaseHeld()
            let settled = try scenario.sql(
                "SELECT (SELECT count(*) FROM events WHERE type LIKE 'domain.%') || ' ' || (SELECT count(*) FROM queue);",
                on: scenario.statePath)
            return settled == "\(changes) 0\n"
        }
        return held
    }

    /// Keeps about a hundred changes waiting, each for three targets.
    private func feed(_ stream: LoadStream, _ scenario: Scenario) throws {
        let waiting = stream.committed.count - scenario.receiver.requests.count / 3
        if waiting < 100 { try stream.feed(100 - waiting) }
    }
}
