import CallbackTestKit
import Testing

@Suite("Crashes under load", .serialized)
struct CrashTests {
    @Test("kill -9 at random moments under load loses nothing, doubles at most what was in flight, and keeps order")
    func killedAtRandomMoments() throws {
        let kills = Programs.isSoak ? 1000 : 50
        var generator = LoadGenerator()
        print("crash under load: seed \(generator.seed)")
        let scenario = try Scenario.underLoad()
        // What is committed before the first installation would not count.
        try scenario.start().kill()
        let stream = try LoadStream(scenario, generator: generator)
        var ledger = LoadLedger()
        var slowest = 0
        for round in 0..<kills {
            try feed(stream, scenario)
            let begun = LoadTime.now()
            let daemon = try RunningDaemon(scenario)
            if round % 4 == 3 {
                // Also while it starts.
                LoadTime.pass(Int.random(in: 1...250, using: &generator))
            } else {
                try daemon.waitUntilReady()
                slowest = max(slowest, LoadTime.now() - begun)
                let moment = LoadTime.now() + Int.random(in: 5...150, using: &generator)
                while LoadTime.now() < moment {
                    try feed(stream, scenario)
                    LoadTime.pass(5)
                }
            }
            daemon.kill()
        }
        try stream.finish()
        let daemon = try scenario.start()
        let held = try scenario.releaseHeld()
        try scenario.waitForAll(stream.committed, &ledger)
        #expect(daemon.stop() == 0)
        try ledger.take(scenario.receiver.requests)

        let hooks = ledger.hookVerdict(try Shell.read(scenario.hookOutputPath), on: stream.committed)
        print("crash under load: \(held) held, because they were under way at three kills in a row")
        print(
            "crash under load: \(kills) kills, \(stream.committed.count) changes, \(ledger.receipts.count) accepted,",
            "\(ledger.duplicates) webhooks and \(hooks.duplicates) hooks twice, slowest start \(slowest) ms")
        #expect(ledger.verdict(on: stream.committed) == [])
        #expect(hooks.objections == [])
        // One more kill ended the installation, with nothing in flight.
        #expect(ledger.duplicates + hooks.duplicates <= kills * Scenario.loadInFlight)
        #expect(stream.committed.count >= kills * 4)
        #expect(try LoadStream.objection(to: scenario, rows: stream.finalRows) == nil)
        #expect(try scenario.sql("SELECT count(*) FROM load_twins;") == "\(stream.committed.count)\n")
        #expect(try !scenario.hasGap())
        expectVerdictToFail(ledger, stream.committed)
    }

    @Test("SIGTERM under load ends with 0, loses nothing and repeats nothing that was finished")
    func endedUnderLoad() throws {
        let ends = Programs.isSoak ? 100 : 20
        var generator = LoadGenerator()
        print("SIGTERM under load: seed \(generator.seed)")
        let scenario = try Scenario.underLoad()
        try #require(try scenario.start().stop() == 0)
        let stream = try LoadStream(scenario, generator: generator)
        var ledger = LoadLedger()
        for _ in 0..<ends {
            try feed(stream, scenario)
            let daemon = try scenario.start()
            let moment = LoadTime.now() + Int.random(in: 5...150, using: &generator)
            while LoadTime.now() < moment {
                try feed(stream, scenario)
                LoadTime.pass(5)
            }
            #expect(daemon.stop() == 0)
        }
        try stream.finish()
        let daemon = try scenario.start()
        try scenario.waitForAll(stream.committed, &ledger)
        #expect(daemon.stop() == 0)
        try ledger.take(scenario.receiver.requests)

        let hooks = ledger.hookVerdict(try Shell.read(scenario.hookOutputPath), on: stream.committed)
        print(
            "SIGTERM under load: \(ends) ends, \(stream.committed.count) changes, \(ledger.receipts.count) accepted,",
            "\(ledger.duplicates) webhooks and \(hooks.duplicates) hooks twice")
        #expect(ledger.verdict(on: stream.committed) == [])
        #expect(hooks.objections == [])
        #expect(ledger.duplicates == 0)
        #expect(hooks.duplicates == 0)
        #expect(try LoadStream.objection(to: scenario, rows: stream.finalRows) == nil)
    }

    /// The same receipts, held against other changes, must not pass.
    private func expectVerdictToFail(_ ledger: LoadLedger, _ committed: [LoadChange]) {
        #expect(ledger.verdict(on: committed.dropLast()).contains { $0.contains("never committed") })
        var more = committed
        more.append(LoadChange(type: "domain.created", subject: "domain/1", value: "lost", previous: nil))
        #expect(ledger.verdict(on: more).contains { $0.contains("1 lost") })
        var swapped = committed
        guard let last = swapped.popLast(), let first = swapped.firstIndex(where: { $0.subject == last.subject }) else {
            return
        }
        swapped.insert(last, at: first)
        #expect(ledger.verdict(on: swapped).contains { $0.contains("came as") })
    }

    /// Keeps about so many changes waiting that the daemon never runs dry and never falls far behind.
    private func feed(_ stream: LoadStream, _ scenario: Scenario) throws {
        let waiting = stream.committed.count - scenario.receiver.requests.count
        if waiting < 100 { try stream.feed(100 - waiting) }
    }
}
