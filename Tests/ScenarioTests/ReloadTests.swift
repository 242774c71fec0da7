import CallbackTestKit
import Glibc
import Synchronization
import Testing

@Suite("Reload", .serialized)
struct ReloadTests {
    @Test("a rule that SIGHUP brings fires for the next change and not for older ones")
    func newRule() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: Scenario.rules(Scenario.rule("items", events: "plan_item.created")), more: Scenario.unwatched)
        let daemon = try scenario.start()
        try scenario.addDomain("before.example")
        try scenario.journal(holds: 1)
        try scenario.configure(
            rules: Scenario.rules(Scenario.rule("items", events: "plan_item.created"), Scenario.rule("domains")),
            more: Scenario.unwatched)
        #expect(try scenario.configurationLine()["version"] == 1)
        daemon.hangUp()
        try scenario.version(becomes: 2)
        try scenario.addDomain("after.example")
        try #expect(scenario.receiver.request(1).json["data"]["new"]["name"] == "after.example")
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 1)
        #expect(try scenario.booksOfEvents() == [1, 2])
        // A burst may come as one, and none of them ends the daemon.
        for _ in 0..<50 { daemon.hangUp() }
        try scenario.addDomain("later.example")
        try scenario.receiver.waitForRequests(2)
        #expect(daemon.stop() == 0)
        #expect(daemon.log.contains("configuration reloaded"))
    }

    @Test("reload says what changed, and that nothing did")
    func report() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: Scenario.rules(Scenario.rule("old"), Scenario.rule("both", events: "domain.deleted")),
            more: Scenario.unwatched)
        let daemon = try scenario.start()
        #expect(try scenario.verb("reload") == "nothing changed: version 1 stays in force\n")
        try scenario.folder.write(
            "callbackd.yaml", "# a comment\n" + Shell.read(scenario.configurationPath).replacing("3}", with: "3 }"))
        #expect(try scenario.verb("reload") == "nothing changed: version 1 stays in force\n")
        try scenario.configure(
            targets: "\(Scenario.targets)\n    timeout: 7s\n  spare: {webhook: {url: \"http://127.0.0.1:${port}/\"}}",
            rules: Scenario.rules(Scenario.rule("both", events: "domain.updated"), Scenario.rule("new")),
            more: "retention: {age: 9d}\n" + Scenario.unwatched)
        #expect(
            try scenario.verb("reload") == """
                in force: rule book version 1 → 2
                rules added: new
                rules removed: old
                rules changed: both
                targets added: spare
                targets changed: billing
                changed: retention

                """)
        let report = try scenario.json("reload")
        #expect(report["verdict"] == "unchanged")
        #expect(report["version"] == 2)
        // What waits is not rendered anew for it: a target's limits are not part of the rule book.
        try scenario.configure(
            rules: Scenario.rules(Scenario.rule("both", events: "domain.updated"), Scenario.rule("new")),
            more: Scenario.unwatched)
        #expect(try scenario.verb("reload").hasPrefix("in force: rule book version 2 → 3\n"))
        #expect(daemon.stop() == 0)
        // The next start finds the same content under the same version.
        let again = try scenario.start()
        #expect(try scenario.configurationLine()["version"] == 3)
        #expect(again.stop() == 0)
    }

    @Test("a bad file keeps the old rules in force, and status says so until it is mended", arguments: [0, 1, 2])
    func badFile(kind: Int) throws {
        let scenario = try Scenario()
        let wholeRules = Scenario.rules(Scenario.rule("domains"))
        try scenario.configure(rules: wholeRules, more: Scenario.unwatched)
        let daemon = try scenario.start()
        switch kind {
        case 0:
            try scenario.configure(
                rules: "rules:\n  - {name: other, evnets: [domain.created], deliver: [nowhere]}\n",
                more: Scenario.unwatched)
        case 1:
            let text = try Shell.read(scenario.configurationPath)
            try scenario.folder.write("callbackd.yaml", text + "\nrules: [{name: \"\n")
        default:
            // Its words are right; what they name is not there.
            try scenario.configure(
                rules: wholeRules, secrets: #"gone: {file: "${dir}/gone.secret"}"#,
                more: Scenario.unwatched)
        }
        let refused = try scenario.callbackd(["reload"])
        #expect(refused.status == 78)
        #expect(refused.errors.contains("error["))
        #expect(refused.errors.contains("version 1 is still in force"))
        #expect(refused.output == "")
        if kind == 0 { #expect(refused.errors.contains("did you mean \"events\"?")) }
        let report = try scenario.json("reload", expecting: 78)
        #expect(report["verdict"] == "refused")
        #expect(!report["findings"].elements.isEmpty)
        let status = try scenario.callbackd(["status"])
        #expect(status.status == 1)
        #expect(status.output.contains("the last reload failed, version 1 is still in force"))
        #expect(status.output.contains("needs you"))
        #expect(try scenario.configurationLine()["failure"]["reason"].text?.isEmpty == false)
        try scenario.addDomain("meanwhile.example")
        try scenario.receiver.waitForRequests(1)
        try scenario.configure(rules: wholeRules, more: Scenario.unwatched)
        #expect(try scenario.verb("reload") == "nothing changed: version 1 stays in force\n")
        #expect(try scenario.callbackd(["status"]).status == 0)
        #expect(try scenario.configurationLine()["failure"] == nil)
        #expect(daemon.stop() == 0)
        #expect(daemon.log.contains("the new configuration is refused"))
    }

    @Test("deliveries of a rule that went away are parked, and go on when it comes back")
    func ruleAway() throws {
        let scenario = try Scenario()
        let both = Scenario.rules(Scenario.rule("domains"), Scenario.rule("items", events: "plan_item.created"))
        try scenario.configure(rules: both, more: Scenario.unwatched)
        let daemon = try scenario.start()
        try scenario.verb("targets", "pause", "billing")
        try scenario.addDomain("a.example")
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        try scenario.journal(holds: 2)
        try scenario.configure(
            rules: Scenario.rules(Scenario.rule("items", events: "plan_item.created")), more: Scenario.unwatched)
        let away = try scenario.verb("reload")
        #expect(away.contains("rules removed: domains\n"))
        #expect(away.contains("parked: 1 delivery"))
        try scenario.verb("targets", "resume", "billing")
        try #expect(scenario.receiver.request(1).json["type"] == "plan_item.created")
        try scenario.delivery("2-1", is: "delivered")
        #expect(try scenario.deliveries("parked") == ["1-1"])
        #expect(try scenario.json("targets", "list")[0]["parked"] == 1)
        #expect(try scenario.configurationLine()["parked"] == 1)
        #expect(try scenario.verb("status").contains("parked    1, whose rule or target is gone"))
        #expect(scenario.receiver.requests.count == 1)
        try scenario.configure(rules: both, more: Scenario.unwatched)
        #expect(try scenario.verb("reload").contains("released: 1 delivery"))
        try scenario.delivery("1-1", is: "delivered")
        try #expect(scenario.receiver.request(2).json["data"]["new"]["name"] == "a.example")
        #expect(try scenario.deliveries("parked") == [])
        #expect(daemon.stop() == 0)
    }

    @Test("a target that goes away finishes what it has begun; what waits is parked and goes on when it comes back")
    func targetAway() throws {
        let gate = Mutex(false)
        let arrived = Mutex(false)
        let scenario = try Scenario { _ in
            arrived.withLock { $0 = true }
            // The first request is answered when the test says so, at the latest after some seconds.
            for _ in 0..<2000 where !gate.withLock({ $0 }) { poll(nil, 0, 5) }
            return .status(204)
        }
        let spare = "  spare: {webhook: {url: \"http://127.0.0.1:1/\"}}"
        let whole = "\(Scenario.targets)\n    concurrency: 1\n\(spare)"
        try scenario.configure(
            targets: whole, rules: Scenario.rules(Scenario.rule("domains")), more: Scenario.unwatched)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.addDomain("b.example")
        try scenario.journal(holds: 2)
        try eventually("the first delivery is on its way") { arrived.withLock { $0 } }
        try scenario.configure(
            targets: "targets:\n\(spare)",
            rules: Scenario.rules(
                Scenario.rule(
                    "items", events: "plan_item.created",
                    deliver: "spare")), more: Scenario.unwatched)
        #expect(try scenario.verb("reload").contains("targets removed: billing\n"))
        #expect(try scenario.json("status")["targets"].elements.map(\.["name"]) == ["spare"])
        gate.withLock { $0 = true }
        try scenario.delivery("1-1", is: "delivered")
        try scenario.delivery("2-1", is: "parked")
        #expect(scenario.receiver.requests.count == 1)
        #expect(try scenario.verb("targets", "test", "billing", expecting: 1).contains("there is no such target"))
        try scenario.configure(
            targets: whole, rules: Scenario.rules(Scenario.rule("domains")), more: Scenario.unwatched)
        #expect(try scenario.verb("reload").contains("released: 1 delivery"))
        try scenario.delivery("2-1", is: "delivered")
        #expect(scenario.receiver.requests.differentIDs == 2)
        #expect(scenario.receiver.requests.count == 2)
        #expect(try scenario.json("targets", "test", "billing")[0]["done"] == true)
        #expect(daemon.stop() == 0)
    }

    @Test("a changed url, a changed secret and the old body: what waits goes to the new place as it was meant")
    func changedTarget() throws {
        let scenario = try Scenario()
        scenario.receiver.stop()
        func rules(_ word: String) -> String {
            """
            rules:
              - name: domains
                events: [domain.created]
                deliver: [{target: billing, body: {\(word): "{{ data.new.name }}"}}]
            """
        }
        try scenario.configure(rules: rules("first"), more: Scenario.unwatched)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "deferred")
        let elsewhere = try LoopbackReceiver()
        let targets = Scenario.targets.replacing("${port}/hooks", with: "\(elsewhere.port)/other")
        let secret = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
        try scenario.folder.write("billing.secret", secret + "\n")
        try scenario.configure(targets: targets, rules: rules("second"), more: Scenario.unwatched)
        let report = try scenario.verb("reload")
        #expect(report.contains("targets changed: billing\n"))
        #expect(report.contains("secrets changed: billing\n"))
        let request = try elsewhere.request(1)
        #expect(request.path == "/other")
        #expect(try request.json == ["first": "a.example"])
        try OfficialVerifier.expectAll([request], secret: secret)
        try scenario.delivery("1-1", is: "delivered")
        try scenario.addDomain("b.example")
        #expect(try elsewhere.request(2).json == ["second": "b.example"])
        // A secret alone is reason enough, too.
        try scenario.folder.write("billing.secret", Scenario.secret + "\n")
        #expect(
            try scenario.verb("reload") == "in force: rule book version 2, as before\nsecrets changed: billing\n")
        try scenario.addDomain("c.example")
        try OfficialVerifier.expectAll([elsewhere.request(3)])
        #expect(daemon.stop() == 0)
    }

    @Test("a command and a webhook that come with a reload work at once")
    func newKind() throws {
        let scenario = try Scenario()
        try scenario.configure(more: Scenario.unwatched)
        let daemon = try scenario.start()
        let hook = try scenario.hook("new.sh", "echo \"$NEW_DOMAIN_NAME\" >> '${dir}/new.out'")
        try scenario.configure(
            targets: "\(Scenario.targets)\n  hook: {command: {run: [\(hook)]}}",
            rules: Scenario.rules(Scenario.rule("domains", deliver: "hook, billing")), more: Scenario.unwatched)
        #expect(try scenario.verb("reload").contains("targets added: hook\n"))
        try scenario.addDomain("a.example")
        try scenario.delivery("1-1", is: "delivered")
        try scenario.delivery("1-2", is: "delivered")
        #expect(try Shell.read(scenario.folder.file("new.out")) == "a.example\n")
        #expect(try scenario.json("targets", "test", "hook")[0]["done"] == true)
        #expect(try scenario.verb("targets", "pause", "hook").contains("paused"))
        #expect(daemon.stop() == 0)
    }

    @Test("what needs a restart is refused whole, with its name, and nothing else of it counts")
    func restartNeeded() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Scenario.rules(Scenario.rule("domains")), more: Scenario.unwatched)
        let daemon = try scenario.start()
        let other = "sources: {panel: {sqlite: {path: \"${dir}/panel/panel.db\", install: never}, profile: plesk}}"
        try scenario.configure(
            sources: other, rules: Scenario.rules(Scenario.rule("items", events: "plan_item.created")),
            more: "hooks: {runner: /run/hooks.sock}\n" + Scenario.unwatched)
        let refused = try scenario.callbackd(["reload"])
        #expect(refused.status == 78)
        #expect(refused.errors.contains("error[L001]: sources.panel changed: this needs a restart"))
        #expect(refused.errors.contains("error[L001]: hooks changed: this needs a restart"))
        #expect(refused.errors.contains("systemctl restart callbackd"))
        #expect(try scenario.callbackd(["status"]).status == 1)
        try scenario.addDomain("a.example")
        try scenario.receiver.waitForRequests(1)
        #expect(try scenario.configurationLine()["version"] == 1)
        #expect(daemon.stop() == 0)
        let again = try scenario.start()
        #expect(try scenario.configurationLine()["version"] == 2)
        #expect(again.stop() == 0)
    }

    @Test("reload without a daemon ends with 69, whatever the file says")
    func noDaemon() throws {
        let scenario = try Scenario()
        let result = try scenario.callbackd(["reload"])
        #expect(result.status == 69)
        #expect(
            result.errors
                == "callbackd: no daemon runs: nobody listens on \(scenario.folder.file("run/control.sock"))\n")
        try scenario.configure(rules: "rules: [")
        #expect(try scenario.callbackd(["reload"]).status == 69)
        try scenario.rename("callbackd.yaml", to: "gone.yaml")
        #expect(try scenario.callbackd(["reload"]).status == 78)
    }

    @Test("reloads that are asked for together are all answered, also while the daemon stops")
    func together() throws {
        let scenario = try Scenario()
        try scenario.configure(more: Scenario.unwatched)
        let daemon = try scenario.start()
        func ask() throws -> Child {
            try Child(Programs.callbackd, ["reload", "--config", scenario.configurationPath])
        }
        try scenario.configure(rules: Scenario.rules(Scenario.rule("domains")), more: Scenario.unwatched)
        let verdicts = try (0..<8).map { _ in try ask() }
        for verdict in verdicts { #expect(verdict.waitForEnd() == 0) }
        #expect(try scenario.configurationLine()["version"] == 2)
        try scenario.configure(more: Scenario.unwatched)
        let last = try (0..<4).map { _ in try ask() }
        daemon.hangUp()
        #expect(daemon.stop() == 0)
        // Each was in force, came too late, or found nobody.
        for verdict in last { #expect([0, 69].contains(verdict.waitForEnd())) }
        let again = try scenario.start()
        #expect(again.stop() == 0)
    }
}
