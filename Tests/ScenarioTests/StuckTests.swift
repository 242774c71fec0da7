import CallbackTestKit
import Testing

@Suite("What is stuck, and what is kept", .serialized)
struct StuckTests {
    private static let targets = """
        targets:
          billing:
            webhook: {url: "http://127.0.0.1:${port}/hooks", sign: {secret: billing}}
            retry: {schedule: [1h], jitter: 0%}
          other:
            webhook: {url: "http://127.0.0.1:${port}/other", sign: {secret: billing}}
        """

    private static let rules = """
        rules:
          - {name: bill, events: [domain.created, domain.updated], deliver: [billing, other]}
        """

    @Test("shape counts what waits by age, and deliveries list --stuck says why, beside the daemon and without it")
    func shapeAndStuck() throws {
        let scenario = try Scenario { $0.path == "/hooks" ? .status(500) : .status(204) }
        try scenario.configure(targets: Self.targets, rules: Self.rules)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "deferred")
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'a.example';")
        try scenario.delivery("2-2", is: "delivered")
        try scenario.verb("targets", "pause", "other")
        try scenario.addDomain("b.example")
        try scenario.delivery("3-1", is: "deferred")
        try eventually("all is settled") { try scenario.json("targets", "list")[0]["deferred"] == 2 }

        for isRunning in [true, false] {
            if !isRunning { #expect(daemon.stop() == 0) }
            let shape = try scenario.json("shape")
            #expect(shape["by"] == "target")
            #expect(shape["total"] == 4)
            #expect(shape["rows"].elements.map(\.["name"]) == ["billing", "other"])
            #expect(shape["rows"].elements.map(\.["total"]) == [3, 1])
            #expect(shape["rows"][0]["counts"].elements.first == 3)
            let states = try scenario.json("shape", "--by", "state")["rows"].elements
            #expect(states.map(\.["name"]) == ["deferred", "pending"])
            let text = try scenario.verb("shape", "--by", "rule")
            #expect(text.hasPrefix("RULE   TOTAL  <1m  <5m  <15m  <1h  <6h  <1d  <3d  3d+\nTOTAL      4    4    ."))

            let stuck = try scenario.json("deliveries", "list", "--stuck").elements
            #expect(stuck.map(\.["delivery"]) == ["1-1", "2-1", "3-1", "3-2"])
            let why = stuck.map { $0["why"].text ?? "" }
            #expect(why[0].hasPrefix("deferred until 20") && why[0].hasSuffix(", after: HTTP 500"))
            #expect(why[1].hasPrefix("behind 1-1, which is deferred until 20"))
            #expect(why[3] == "the target is paused: callbackd targets resume other")
            #expect(try scenario.json("deliveries", "list", "--stuck", "--target", "other").elements.count == 1)
            #expect(try scenario.json("deliveries", "list", "--stuck", "--older-than", "1h") == [])
            #expect(try scenario.json("deliveries", "list", "--older-than", "0s").elements.count == 6)
            let table = try scenario.callbackd(["deliveries", "list", "--stuck", "--limit", "2"])
            #expect(table.output.hasPrefix("DELIVERY  TYPE "))
            #expect(table.output.contains("behind 1-1"))
            #expect(table.errors.contains("these are the oldest 2"))
            #expect(table.errors.contains("no daemon runs") == !isRunning)
        }
        #expect(try scenario.callbackd(["deliveries", "list", "--stuck", "--state", "delivered"]).status == 64)
        #expect(try scenario.callbackd(["shape", "--by", "colour"]).status == 64)
        for words in [["--target", "biling"], ["--stuck", "--target", "biling"]] {
            let unknown = try scenario.callbackd(["deliveries", "list"] + words)
            #expect(unknown.status == 66)
            #expect(unknown.errors.contains("there never was a target \"biling\": did you mean \"billing\"?"))
        }
        let none = try scenario.callbackd(["deliveries", "list", "--state", "held"])
        #expect(none.status == 0 && none.output == "" && none.errors == "no delivery fits\n")
        #expect(try scenario.callbackd(["deliveries", "list", "--older-than", "soon"]).status == 64)
    }

    @Test("texts and attempts past their retention are gone, and every verb says so in their place")
    func pastRetention() throws {
        let scenario = try Scenario()
        let first = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.addDomain("b.example")
        try scenario.delivery("2-1", is: "delivered")
        #expect(first.stop() == 0)
        try scenario.configure(more: "retention: {payloads: 1ms, attempts: 1ms}")
        let second = try scenario.start()
        try eventually("the text of the first event is gone") {
            try scenario.json("events", "show", "1")["past_retention"] == true
        }
        let shown = try scenario.verb("events", "show", "1")
        #expect(shown.contains("the text of this event is past its retention (retention: payloads)"))
        #expect(shown.contains("delivered"))
        try eventually("its attempts are gone") {
            try scenario.json("deliveries", "show", "1-1")["attempts_past_retention"] == 1
        }
        #expect(try scenario.verb("deliveries", "show", "1-1").contains("1 attempt is past retention"))
        let why = try scenario.verb("why", "1")
        #expect(why.contains("is past its retention"))
        #expect(why.contains("1 attempt is past retention"))
        let plan = try scenario.verb("plan", scenario.configurationPath)
        #expect(plan.contains("1 event left out: their text is past its retention"))
        // The last event of the journal stays whole.
        #expect(try scenario.json("events", "show", "2")["event"]["data"]["new"]["name"] == "b.example")
        #expect(second.stop() == 0)
    }

    @Test("a queue at its limit pauses the intake, status says so, and it goes on when deliveries have gone")
    func queueLimit() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: Self.rules.replacing("[billing, other]", "[billing]"), more: "limits: {queue: 40KiB}")
        let daemon = try scenario.start()
        try scenario.verb("targets", "pause", "billing")
        for number in 1...100 { try scenario.addDomain("d\(number).example") }
        var last = JSON.null
        try eventually("the intake pauses, it is \(last)") {
            last = try JSON(parsing: scenario.callbackd(["status", "--json"]).output)
            return last["queue"]["intakePaused"] == true && last["sources"][0]["state"] == "waiting"
        }
        #expect(last["ready"] == false)
        #expect(last["alarms"][0].text?.contains("the intake pauses until some have gone") == true)
        let text = try scenario.verb("status", expecting: 1)
        #expect(text.contains("not ready"))
        #expect(daemon.log.contains("(limits: queue)"))
        // The panel's own writers never wait for us.
        try scenario.addDomain("still.example")
        try scenario.verb("targets", "resume", "billing")
        try scenario.receiver.waitForRequests(101)
        try scenario.nothingIsOwed()
        try eventually("all is well") { try scenario.callbackd(["status"]).status == 0 }
        #expect(scenario.receiver.requests.differentIDs == 101)
        #expect(daemon.stop() == 0)
    }
}

extension String {
    fileprivate func replacing(_ text: String, _ other: String) -> String {
        guard let found = firstRange(of: text) else { return self }
        return self[..<found.lowerBound] + other + self[found.upperBound...]
    }
}
