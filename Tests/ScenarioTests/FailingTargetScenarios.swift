import CallbackTestKit
import Glibc
import Synchronization
import Testing

@Suite("A target that fails", .serialized)
struct FailingTargetScenarios {
    /// A webhook to `/hooks`, with further keys.
    private static func targets(_ more: String, others: String = "") -> String {
        """
        targets:
          billing:
            webhook: {url: "http://127.0.0.1:${port}/hooks", sign: {secret: billing}}
            \(more)
        \(others)
        """
    }

    private static let alarm = """
          alarm:
            webhook: {url: "http://127.0.0.1:${port}/alarm", sign: {secret: billing}}
        """

    private static func rules(_ more: String = "") -> String {
        """
        rules:
          - name: bill
            events: [domain.created]
            deliver: [billing]
            \(more)
        """
    }

    private static let alarmRules =
        rules() + """

              - name: alarm
                events: [target.disabled, target.recovered, delivery.dead]
                deliver: [alarm]
            """

    private func addDomains(_ count: Int, to scenario: Scenario, prefix: String = "d") throws {
        let lines = (1...count).map { number in
            "INSERT INTO domains (name, displayName, cl_id, vendor_id) "
                + "VALUES ('\(prefix)\(number).example', 'x', 3, 2);"
        }
        try scenario.sql("BEGIN;\n" + lines.joined(separator: "\n") + "\nCOMMIT;")
    }

    private func target(_ scenario: Scenario, _ name: String = "billing") throws -> JSON {
        let result = try scenario.callbackd(["status", "--json"])
        return try JSON(parsing: result.output)["targets"].elements.first { $0["name"] == .text(name) } ?? .null
    }

    // MARK: Breaker

    @Test("the breaker opens after a few failures, probes, and lets more go step by step when the receiver is back")
    func breaker() throws {
        let isWell = Atomic(false)
        let together = Mutex((now: 0, most: [Int]()))
        let scenario = try Scenario { _ in
            guard isWell.load(ordering: .relaxed) else { return .status(503) }
            together.withLock { together in
                together.now += 1
                together.most.append(together.now)
            }
            // Long enough for the others of its round to come.
            LoadTime.pass(30)
            together.withLock { $0.now -= 1 }
            return .status(204)
        }
        try scenario.configure(
            targets: Self.targets(
                """
                retry: {first: 100ms, factor: 1, longest: 100ms, for: 1h, jitter: 0%}
                    breaker: {failures: 50%, window: 10s, at-least: 4, wait: 400ms, longest: 800ms}
                """), rules: Self.rules())
        let daemon = try scenario.start()
        try addDomains(30, to: scenario)
        try eventually("the breaker is open") { try target(scenario)["openUntil"].text != nil }
        #expect(try scenario.verb("targets", "list").contains("down"))
        try eventually("a probe has failed") { daemon.log.contains("too many attempts fail") }
        let before = scenario.receiver.requests.count
        isWell.store(true, ordering: .relaxed)
        try scenario.nothingIsOwed()
        #expect(before <= 14, "\(before) attempts were made while it was down")
        let most = together.withLock { $0.most }
        // The probe alone, then at most two, then at most four.
        #expect(most[0] == 1)
        #expect(most.prefix(3).allSatisfy { $0 <= 2 })
        #expect(most.prefix(5).allSatisfy { $0 <= 3 })
        #expect(most.allSatisfy { $0 <= 8 })
        #expect(try target(scenario)["openUntil"] == .null)
        #expect(daemon.log.contains("target answers again"))
        #expect(try scenario.deliveries("dead") == [])
        #expect(daemon.stop() == 0)
    }

    @Test("an open breaker survives kill -9, ages nothing, and a retry closes it")
    func breakerSurvives() throws {
        let isWell = Atomic(false)
        let scenario = try Scenario { _ in isWell.load(ordering: .relaxed) ? .status(204) : .status(503) }
        try scenario.configure(
            targets: Self.targets(
                """
                retry: {schedule: [1h], jitter: 0%}
                    concurrency: 1
                    breaker: {failures: 50%, window: 1m, at-least: 3, wait: 1h, longest: 1h}
                """), rules: Self.rules())
        let first = try scenario.start()
        try addDomains(10, to: scenario)
        try eventually("the breaker is open") { try target(scenario)["openUntil"].text != nil }
        #expect(scenario.receiver.requests.count == 3)
        first.kill()
        isWell.store(true, ordering: .relaxed)
        let second = try scenario.start()
        #expect(try target(scenario)["openUntil"].text != nil)
        // A delivery that comes now is owed, and waits like the others.
        try scenario.addDomain("later.example")
        try scenario.journal(holds: 11)
        #expect(scenario.receiver.requests.count == 3)
        let waiting = try scenario.json("deliveries", "list", "--limit", "100").elements
        #expect(waiting.count { $0["attempts"] == 0 && $0["state"] == "pending" } == 8)
        #expect(try scenario.verb("deliveries", "retry", "1-1") == "1-1: due now\n")
        try eventually("all but the two that wait for their hour") {
            try scenario.deliveries("delivered").count == 9
        }
        #expect(try target(scenario)["openUntil"] == .null)
        #expect(second.stop() == 0)
    }

    @Test("a receiver that asks for time gets it for all deliveries")
    func throttled() throws {
        let count = Atomic(0)
        let scenario = try Scenario { _ in
            count.add(1, ordering: .relaxed).oldValue == 0
                ? .status(429, headers: [("Retry-After", "3600")]) : .status(204)
        }
        try scenario.configure(targets: Self.targets("concurrency: 1"), rules: Self.rules())
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try eventually("it is throttled") { try target(scenario)["throttledUntil"].text != nil }
        try addDomains(5, to: scenario)
        try scenario.journal(holds: 6)
        #expect(try scenario.verb("targets", "list").contains("throttled"))
        #expect(scenario.receiver.requests.count == 1)
        #expect(try scenario.verb("targets", "resume", "billing") == "billing: resumed\n")
        try eventually("the others are delivered") { try scenario.deliveries("delivered").count == 5 }
        #expect(daemon.stop() == 0)
    }

    @Test("targets that hang leave room for the one that does not")
    func hanging() throws {
        let scenario = try Scenario { $0.path.hasPrefix("/hang") ? .hang : .status(204) }
        let names = (1...10).map { "hang\($0)" }
        let others = names.map {
            "  \($0):\n    webhook: {url: \"http://127.0.0.1:${port}/\($0)\"}"
        }
        try scenario.configure(
            targets: Self.targets("concurrency: 8", others: others.joined(separator: "\n")),
            rules: """
                rules:
                  - {name: bill, events: [domain.created], deliver: [\(names.joined(separator: ", ")), billing]}
                """, more: "limits: {in-flight: 16}")
        let daemon = try scenario.start()
        try addDomains(40, to: scenario)
        try eventually("the healthy one has everything", within: .seconds(15)) {
            scenario.receiver.requests.count { $0.path == "/hooks" } == 40
        }
        daemon.kill()
    }

    // MARK: Disabled

    @Test("410 disables the target and loses nothing; enabling it brings everything, and both are told")
    func gone() throws {
        let isWell = Atomic(false)
        let scenario = try Scenario { request in
            request.path == "/alarm" || isWell.load(ordering: .relaxed) ? .status(204) : .status(410)
        }
        try scenario.configure(targets: Self.targets("concurrency: 1", others: Self.alarm), rules: Self.alarmRules)
        let first = try scenario.start()
        try scenario.addDomain("a.example")
        let told = try scenario.receiver.request(2).json
        #expect(told["type"] == "target.disabled" && told["subject"] == "target/billing")
        #expect(told["data"]["reason"] == "gone")
        #expect(told["data"]["message"].text?.hasPrefix("HTTP 410: gone") == true)
        let delivery = try scenario.delivery("1-1", is: "pending")
        #expect(delivery["attempts"].elements.map(\.["code"]) == [410])
        #expect(delivery["attempts"][0]["outcome"] == "unavailable")
        try addDomains(4, to: scenario)
        try scenario.journal(holds: 6)
        let status = try scenario.callbackd(["status"])
        #expect(status.status == 1)
        #expect(status.output.contains("needs you") && status.output.contains("callbackd targets enable billing"))
        #expect(try scenario.verb("targets", "list").contains("disabled (gone)"))
        first.kill()

        let second = try scenario.start()
        #expect(try target(scenario)["disabled"]["reason"] == "gone")
        #expect(scenario.receiver.requests.count { $0.path == "/hooks" } == 1)
        isWell.store(true, ordering: .relaxed)
        #expect(try scenario.verb("targets", "enable", "billing") == "billing: enabled: what waits is sent\n")
        try scenario.nothingIsOwed()
        let hooks = scenario.receiver.requests.filter { $0.path == "/hooks" }
        #expect(hooks.count == 6)
        #expect(hooks.differentIDs == 5)
        let alarms = try scenario.receiver.requests.filter { $0.path == "/alarm" }.byType()
        #expect(alarms.keys.sorted() == ["target.disabled", "target.recovered"])
        #expect(try scenario.callbackd(["status"]).status == 0)
        #expect(try scenario.verb("targets", "enable", "billing", expecting: 1) == "billing: is not disabled\n")
        #expect(try scenario.verb("targets", "enable", "biling", expecting: 1).contains("did you mean \"billing\"?"))
        #expect(second.stop() == 0)
    }

    @Test("a target that fails for too long is disabled, and can be enabled while no daemon runs")
    func failing() throws {
        let scenario = try Scenario { $0.path == "/alarm" ? .status(204) : .status(500) }
        try scenario.configure(
            targets: Self.targets(
                """
                retry: {first: 100ms, factor: 1, longest: 100ms, for: 1h, jitter: 0%}
                    breaker: off
                    disable-after: 1s
                """, others: Self.alarm), rules: Self.alarmRules)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let told = try scenario.receiver.request(2) { $0.path == "/alarm" }.json
        #expect(told["data"]["reason"] == "failing")
        #expect(told["data"]["message"] == "every attempt of the last 1 s has failed")
        try scenario.delivery("1-1", is: "deferred")
        #expect(daemon.stop() == 0)
        #expect(try scenario.verb("targets", "enable", "billing") == "billing: enabled: what waits is sent\n")
        #expect(try scenario.json("targets", "list").elements.allSatisfy { $0["disabled"] == .null })
    }

    // MARK: Dead

    @Test("a dead delivery reaches the hook below on-dead with target and reason, and is told as an event")
    func onDead() throws {
        let scenario = try Scenario { $0.path == "/alarm" ? .status(204) : .status(500, body: "no") }
        let hook = try scenario.hook(
            "undertaker.sh",
            #"printf '%s|%s|%s\n' "$EVENT_TYPE" "$EVENT_DEAD_TARGET" "$EVENT_DEAD_REASON" >>"${dir}/hook.out""#)
        try scenario.configure(
            targets: Self.targets(
                "retry: {first: 10ms, factor: 2, longest: 20ms, for: 50ms, jitter: 0%}",
                others: Self.alarm + "\n  undertaker:\n    command: {run: [\(hook)]}"),
            rules: Self.rules("on-dead: [undertaker]") + """

                  - {name: alarm, events: [delivery.dead], deliver: [alarm]}
                """)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let letter = try scenario.delivery("1-1", is: "dead")
        #expect(letter["reason"] == "expired")
        #expect(letter["attempts"].elements.count == 4)
        let follower = try scenario.delivery("1-2", is: "delivered")
        #expect(follower["target"] == "undertaker" && follower["cause"] == "on-dead/billing")
        #expect(follower["webhook_id"] != letter["webhook_id"])
        #expect(
            try Shell.read(scenario.hookOutputPath) == "domain.created|billing|expired: HTTP 500\n")
        let told = try scenario.receiver.request(5) { $0.path == "/alarm" }.json
        #expect(told["subject"] == "delivery/1-1")
        #expect(told["data"]["reason"] == "expired" && told["data"]["message"] == "HTTP 500")
        #expect(told["data"]["event"]["type"] == "domain.created" && told["data"]["attempts"] == 4)
        #expect(told["data"]["rule"] == "bill" && told["data"]["target"] == "billing")
        #expect(daemon.stop() == 0)
    }

    @Test("a dead delivery of an event of our own raises no other")
    func noCircle() throws {
        let scenario = try Scenario { _ in .status(413) }
        try scenario.configure(
            targets: Self.targets("concurrency: 1"),
            rules: Self.rules() + """

                  - {name: alarm, events: [delivery.dead], deliver: [billing]}
                """)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.delivery("2-1", is: "dead")
        #expect(daemon.stop() == 0)
        #expect(try scenario.json("events", "list").elements.map(\.["type"]) == ["domain.created", "delivery.dead"])
    }

    // MARK: Statuses

    @Test(
        "a table of statuses of a webhook",
        arguments: [
            (404, "dead", "HTTP 404: \"statuses\" of the target says dead"), (409, "delivered", ""),
            (202, "deferred", "HTTP 202: \"statuses\" of the target says retry"),
            (410, "deferred", "HTTP 410: gone: the receiver wants no more deliveries at this address"),
            (401, "pending", "HTTP 401: the receiver does not accept our credentials"), (299, "delivered", ""),
        ])
    func webhookStatuses(status: Int, state: String, words: String) throws {
        let scenario = try Scenario { _ in .status(status) }
        try scenario.configure(
            targets: Self.targets(
                """
                retry: {schedule: [1h]}
                    statuses: {4xx: delivered, 404: dead, 202: retry, 410: retry, 401: disable}
                """), rules: Self.rules())
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.receiver.waitForRequests(1)
        try eventually("the attempt is on disk") {
            try scenario.json("deliveries", "show", "1-1")["attempts"].elements.count == 1
        }
        let delivery = try scenario.delivery("1-1", is: state)
        #expect(delivery["attempts"][0]["code"] == .number(Double(status)))
        #expect(delivery["attempts"][0]["reason"] == .text(words))
        #expect(daemon.stop() == 0)
    }

    @Test(
        "a table of exit codes of a command",
        arguments: [(3, "dead"), (4, "delivered"), (65, "deferred"), (0, "delivered"), (5, "pending"), (1, "deferred")])
    func commandStatuses(code: Int, state: String) throws {
        let scenario = try Scenario()
        let hook = try scenario.hook("hook.sh", "exit \(code)")
        try scenario.configure(
            targets: """
                targets:
                  billing:
                    command: {run: [\(hook)]}
                    retry: {schedule: [1h]}
                    statuses: {3: dead, 4: delivered, 5: disable, 65: retry}
                """, rules: Self.rules())
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try eventually("the attempt is on disk") {
            try scenario.callbackd(["deliveries", "show", "1-1", "--json"]).output.contains("\"number\"")
        }
        let delivery = try scenario.delivery("1-1", is: state)
        #expect(delivery["attempts"][0]["code"] == .number(Double(code)))
        #expect(daemon.stop() == 0)
    }
}

extension LoopbackReceiver {
    /// Waits for the first request that is like this among those that come, of which there will be so many at least.
    fileprivate func request(_ count: Int, where isMeant: (LoopbackRequest) -> Bool) throws -> LoopbackRequest {
        var found: LoopbackRequest?
        try eventually("a request that is meant") {
            found = requests.first(where: isMeant)
            return found != nil
        }
        guard let found, requests.count >= count else { throw ScenarioError("there are too few requests") }
        return found
    }
}
