import CallbackTestKit
import Glibc
import Testing

@Suite("What operators do", .serialized)
struct OperatorTests {
    @Test("status says what is watched and where callbacks go, for people and for programs")
    func status() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        let status = try scenario.json("status")
        #expect(status["ready"] == true)
        #expect(status["pid"] == JSON.number(Double(daemon.id)))
        #expect(status["statePath"] == .text(scenario.statePath))
        #expect(status["lastSequence"] == 1)
        #expect(status["sources"][0]["name"] == "panel")
        #expect(status["sources"][0]["state"] == "watching")
        #expect(status["targets"][0]["name"] == "billing")
        #expect(status["targets"][0]["delivered"] == 1)
        let text = try scenario.verb("status")
        #expect(text.hasPrefix("callbackd 0.1.0  ready  process \(daemon.id), since "))
        #expect(text.contains("panel   watching"))
        #expect(!text.contains("\u{1B}"))
        #expect(daemon.output == "ready\n")
        #expect(daemon.stop() == 0)
    }

    @Test("events are listed, chosen and shown, beside a running daemon and without one")
    func events() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        try scenario.receiver.waitForRequests(2)
        try scenario.nothingIsOwed()
        for isRunning in [true, false] {
            if !isRunning { #expect(daemon.stop() == 0) }
            let all = try scenario.json("events", "list").elements
            #expect(all.map(\.["type"]) == ["domain.created", "plan_item.created"])
            #expect(all.map(\.["sequence"]) == [1, 2])
            #expect(all.map(\.["deliveries"]) == [1, 1])
            #expect(try scenario.json("events", "list", "--type", "domain.created").elements.count == 1)
            #expect(try scenario.json("events", "list", "--subject", "plan_item/1235").elements.count == 1)
            #expect(try scenario.json("events", "list", "--limit", "1")[0]["sequence"] == 2)
            #expect(try scenario.json("events", "list", "--since", "1h").elements.count == 2)
            #expect(try scenario.json("events", "list", "--since", "2100-01-01T00:00:00Z") == [])
            let shown = try scenario.json("events", "show", "2")
            #expect(shown["event"] == (try scenario.receiver.requests.byType()["plan_item.created"]))
            #expect(shown["deliveries"][0]["state"] == "delivered")
            let byID = try scenario.verb("events", "show", all[1]["id"].text ?? "")
            #expect(byID.hasPrefix("event 2  plan_item.created\n"))
            #expect(byID.contains("New Service"))
            let table = try scenario.verb("events", "list")
            #expect(table.hasPrefix("EVENT  TIME "))
            #expect(table.contains("plan_item/1235"))
        }
        #expect(try scenario.callbackd(["events", "show", "99"]).status == 66)
    }

    @Test("events tail shows the last ones and then each new one")
    func tail() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.journal(holds: 1)
        let output = scenario.folder.file("tail.out")
        let tail = try Child(
            Programs.callbackd, ["events", "tail", "--json", "--config", scenario.configurationPath], output: output)
        try eventually("the first event is shown") { try Shell.read(output).contains("domain/2") }
        try scenario.addDomain("b.example")
        try eventually("the new event is shown") { try Shell.read(output).contains("domain/3") }
        tail.signal(SIGTERM)
        #expect(tail.waitForEnd() == 128 + SIGTERM)
        let lines = try Shell.read(output).split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(lines.map(\.["sequence"]) == [1, 2])
        #expect(daemon.stop() == 0)
    }

    @Test("a paused target gets nothing and loses nothing, also over a restart")
    func pause() throws {
        let scenario = try Scenario()
        let first = try scenario.start()
        #expect(
            try scenario.verb("targets", "pause", "billing") == "billing: paused: nothing is sent, nothing is lost\n")
        try scenario.addDomain("a.example")
        try scenario.journal(holds: 1)
        #expect(first.stop() == 0)
        let second = try scenario.start()
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'a.example';")
        try scenario.journal(holds: 2)
        #expect(try scenario.json("status")["targets"][0]["paused"] == true)
        #expect(try scenario.json("targets", "list")[0]["waiting"] == 2)
        #expect(scenario.receiver.requests.isEmpty)
        #expect(try scenario.verb("targets", "resume", "billing") == "billing: resumed\n")
        let types = try scenario.receiver.waitForRequests(2).map { try $0.json["type"] }
        #expect(types == ["domain.created", "domain.updated"])
        #expect(second.stop() == 0)
    }

    @Test("a target's test sends one signed target.test event and says how it went")
    func testEvent() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let answer = try scenario.json("targets", "test", "billing")
        #expect(answer[0]["done"] == true)
        let request = try scenario.receiver.request(1)
        #expect(try request.json["type"] == "target.test")
        #expect(try request.json["subject"] == "target/billing")
        #expect(try request.json["data"] == ["target": "billing"])
        try OfficialVerifier.expectAll([request])
        #expect(try scenario.json("events", "list") == [])
        scenario.receiver.stop()
        #expect(try scenario.verb("targets", "test", "billing", expecting: 1).contains("not delivered"))
        #expect(
            try scenario.verb("targets", "test", "biling", expecting: 1).contains(
                "there is no such target; did you mean \"billing\"?"))
        #expect(daemon.stop() == 0)
    }

    @Test("a held delivery stops its order until it is released; others go on", arguments: [true, false])
    func hold(daemonRuns: Bool) throws {
        let scenario = try Scenario()
        var daemon = try scenario.start()
        try scenario.verb("targets", "pause", "billing")
        try scenario.addDomain("a.example")
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'a.example';")
        try scenario.addDomain("b.example")
        try scenario.journal(holds: 3)
        if !daemonRuns { #expect(daemon.stop() == 0) }
        #expect(try scenario.verb("deliveries", "hold", "1-1") == "1-1: held\n")
        try scenario.verb("targets", "resume", "billing")
        if !daemonRuns { daemon = try scenario.start() }
        try scenario.delivery("3-1", is: "delivered")
        #expect(try scenario.deliveries("held") == ["1-1"])
        #expect(scenario.receiver.requests.count == 1)
        if !daemonRuns { #expect(daemon.stop() == 0) }
        #expect(try scenario.verb("deliveries", "release", "1-1") == "1-1: released\n")
        if !daemonRuns { daemon = try scenario.start() }
        let subjects = try scenario.receiver.waitForRequests(3).map { try $0.json["subject"] }
        #expect(subjects == ["domain/3", "domain/2", "domain/2"])
        #expect(try scenario.receiver.requests[1].json["type"] == "domain.created")
        #expect(daemon.stop() == 0)
    }

    @Test("a cancelled delivery is never sent, and what comes after it goes on", arguments: [true, false])
    func cancel(daemonRuns: Bool) throws {
        let scenario = try Scenario()
        var daemon = try scenario.start()
        try scenario.verb("targets", "pause", "billing")
        try scenario.addDomain("a.example")
        try scenario.sql("UPDATE domains SET description = 'x' WHERE name = 'a.example';")
        try scenario.journal(holds: 2)
        if !daemonRuns { #expect(daemon.stop() == 0) }
        #expect(
            try scenario.json("deliveries", "cancel", "1-1") == [["name": "1-1", "done": true, "words": "cancelled"]])
        #expect(try scenario.verb("deliveries", "cancel", "1-1", expecting: 1).hasPrefix("1-1: does not wait"))
        try scenario.verb("targets", "resume", "billing")
        if !daemonRuns { daemon = try scenario.start() }
        try scenario.delivery("2-1", is: "delivered")
        try scenario.delivery("1-1", is: "cancelled")
        #expect(try scenario.receiver.requests.map { try $0.json["type"] } == ["domain.updated"])
        #expect(daemon.stop() == 0)
    }

    @Test("retry makes a deferred delivery due at once", arguments: [true, false])
    func retry(daemonRuns: Bool) throws {
        let scenario = try Scenario()
        scenario.receiver.stop()
        try scenario.configure(
            targets: """
                targets:
                  billing:
                    webhook: {url: "http://127.0.0.1:${port}/hooks", sign: {secret: billing}}
                    retry: {schedule: [1h], jitter: 0%}
                """)
        var daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try eventually("the first attempt has failed") {
            try scenario.json("deliveries", "list")[0]["attempts"] == 1
        }
        let line = try scenario.verb("deliveries", "list")
        #expect(line.contains("deferred until "))
        if !daemonRuns { #expect(daemon.stop() == 0) }
        let receiver = try scenario.receiverAgain()
        #expect(try scenario.verb("deliveries", "retry", "1-1") == "1-1: due now\n")
        if !daemonRuns { daemon = try scenario.start() }
        try receiver.waitForRequests(1)
        let delivery = try scenario.delivery("1-1", is: "delivered")
        #expect(delivery["attempts"].elements.count == 2)
        let shown = try scenario.verb("deliveries", "show", "1-1")
        #expect(shown.hasPrefix("delivery 1-1  delivered\n"))
        #expect(shown.contains("\nattempt 1  "))
        #expect(shown.contains("\nattempt 2  "))
        #expect(shown.contains("no connection"))
        #expect(daemon.stop() == 0)
    }

    @Test("dead letters are listed, chosen and given up", arguments: [true, false])
    func discard(daemonRuns: Bool) throws {
        let scenario = try Scenario { _ in .status(413) }
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        try eventually("two dead letters") { try scenario.json("dead", "list").elements.count == 2 }
        if !daemonRuns { #expect(daemon.stop() == 0) }
        let table = try scenario.verb("dead", "list")
        #expect(table.contains("refused: the target will never take it: "))
        #expect(try scenario.json("dead", "list")[0]["reason_words"].text?.contains("413") == true)
        #expect(try scenario.json("dead", "list", "--type", "domain.created")[0]["delivery"] == "1-1")
        let counted = try scenario.json("dead", "discard", "--all", "--dry-run")
        #expect(counted.elements.map(\.["count"]) == [2])
        #expect(counted[0]["rule"] == "bill")
        #expect(
            try scenario.verb("dead", "discard", "--all", "--dry-run").hasSuffix("2 dead letters would be discarded\n"))
        #expect(try scenario.json("dead", "list").elements.count == 2)
        #expect(try scenario.verb("dead", "discard", "--type", "domain.created") == "1 dead letter discarded\n")
        try scenario.delivery("1-1", is: "discarded")
        #expect(try scenario.verb("dead", "discard", "--all") == "1 dead letter discarded\n")
        #expect(try scenario.json("dead", "list") == [])
        #expect(try scenario.callbackd(["dead", "discard", "--all"]).errors == "no dead letter fits\n")
        if daemonRuns { #expect(daemon.stop() == 0) }
    }

    @Test("source status says what stands in the panel's database, and when triggers are missing")
    func sourceStatus() throws {
        let scenario = try Scenario()
        let before = try scenario.json("source", "status", expecting: 1)
        #expect(before[0]["installed"] == false)
        try scenario.verb("source", "install", "panel")
        let after = try scenario.json("source", "status", "panel")
        #expect(after[0]["installed"] == true)
        #expect(after[0]["intact"] == true)
        try scenario.sql("DROP TRIGGER callbackd_domains_inserted;")
        #expect(try scenario.json("source", "status", expecting: 1)[0]["intact"] == false)
        #expect(try scenario.callbackd(["source", "status", "pannel"]).errors.contains("did you mean \"panel\"?"))
        #expect(try scenario.callbackd(["source", "status", "pannel"]).status == 64)
    }

    @Test("what was committed after source install is delivered when run starts later")
    func installFirst() throws {
        let scenario = try Scenario()
        #expect(try scenario.verb("source", "install", "panel") == "panel: installed\n")
        try scenario.addDomain("early.example")
        let daemon = try scenario.start()
        #expect(try scenario.receiver.request(1).json["data"]["new"]["name"] == "early.example")
        #expect(daemon.stop() == 0)
    }

    @Test("source remove leaves the panel's database as it was before us")
    func remove() throws {
        let scenario = try Scenario()
        let schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name;"
        let before = try scenario.sql(schema)
        let daemon = try scenario.start()
        #expect(try scenario.sql(schema) != before)
        let busy = try scenario.callbackd(["source", "remove", "panel"])
        #expect(busy.status == 75)
        #expect(busy.errors.contains("process \(daemon.id) holds the state file"))
        #expect(daemon.stop() == 0)
        #expect(try scenario.verb("source", "remove", "panel") == "panel: removed\n")
        #expect(try scenario.sql(schema) == before)
    }

    @Test("an open gap turns status red until it is accepted", arguments: [true, false])
    func accept(daemonRuns: Bool) throws {
        let scenario = try Scenario()
        #expect(try scenario.start().stop() == 0)
        try scenario.sql("DROP TRIGGER callbackd_domains_inserted;")
        let daemon = try scenario.start()
        let event = try scenario.receiver.request(1).json
        #expect(event["type"] == "source.gap")
        #expect(event["data"]["reason"] == "triggers_missing")
        let text = try scenario.verb("status", expecting: 1)
        #expect(text.contains("needs you"))
        #expect(text.contains("callbackd source accept panel"))
        if !daemonRuns { #expect(daemon.stop() == 0) }
        #expect(try scenario.verb("source", "accept", "panel") == "panel: the gap is accepted\n")
        #expect(try scenario.callbackd(["source", "accept", "panel"]).status == 1)
        let misspelt = try scenario.callbackd(["source", "accept", "panle"])
        #expect(misspelt.status == 64 && misspelt.errors.contains("did you mean \"panel\"?"))
        let after = daemonRuns ? daemon : try scenario.start()
        #expect(try scenario.verb("status").contains("ready"))
        #expect(after.stop() == 0)
    }
}
