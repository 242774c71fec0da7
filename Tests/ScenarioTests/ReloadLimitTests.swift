import CallbackTestKit
import Testing

@Suite("Limits that a reload changes", .serialized)
struct ReloadLimitTests {
    private func scenario(limits: String, receiver: @escaping LoopbackReceiver.Script) throws -> Scenario {
        let scenario = try Scenario(receiver: receiver)
        try change(scenario, limits: limits)
        return scenario
    }

    private func change(_ scenario: Scenario, limits: String) throws {
        try scenario.configure(more: "limits: {\(limits)}\n" + Scenario.unwatched)
    }

    private func reload(_ scenario: Scenario, limits: String) throws {
        try change(scenario, limits: limits)
        #expect(try scenario.verb("reload").contains("limits"))
    }

    @Test("a queue that was full takes in what waits at once, and a smaller limit pauses it")
    func queue() throws {
        let scenario = try scenario(limits: "queue: 16KiB") { _ in .status(204) }
        let daemon = try scenario.start()
        try scenario.verb("targets", "pause", "billing")
        var count = 0
        try eventually("the queue is full") {
            count += 1
            try scenario.addDomain("d\(count).example")
            return try status(scenario)["queue"]["intakePaused"] == true
        }
        try scenario.addDomain("late.example")
        try reload(scenario, limits: "queue: 1GiB")
        try scenario.journal(holds: count + 1)
        #expect(try scenario.json("status")["queue"]["limit"] == .number(Double(1 << 30)))
        try reload(scenario, limits: "queue: 4KiB")
        #expect(try status(scenario)["queue"]["intakePaused"] == true)
        try reload(scenario, limits: "queue: 1GiB")
        try scenario.verb("targets", "resume", "billing")
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == count + 1)
        #expect(daemon.stop() == 0)
    }

    @Test("more in flight starts more at once")
    func inFlight() throws {
        let scenario = try scenario(limits: "in-flight: 2") { _ in .hang }
        let daemon = try scenario.start()
        for number in 1...6 { try scenario.addDomain("d\(number).example") }
        try scenario.receiver.waitForRequests(2)
        try scenario.journal(holds: 6)
        #expect(try scenario.json("status")["targets"][0]["inFlight"] == 2)
        try reload(scenario, limits: "in-flight: 5")
        try scenario.receiver.waitForRequests(5)
        #expect(try scenario.json("status")["targets"][0]["inFlight"] == 5)
        daemon.kill()
    }

    @Test("another number of events of a subject counts from then on")
    func subjectEvents() throws {
        let scenario = try scenario(limits: "subject-events: 2") { _ in .status(204) }
        let daemon = try scenario.start()
        func write(_ from: Int, _ to: Int) throws {
            for round in from...to { try scenario.sql("UPDATE domains SET description = '\(round)' WHERE id = 1;") }
        }
        try reload(scenario, limits: "subject-events: 0")
        try write(1, 5)
        try scenario.delivery("5-1", is: "delivered")
        try reload(scenario, limits: "subject-events: 1")
        try write(6, 8)
        try scenario.delivery("7-1", is: "held")
        #expect(try scenario.json("status", expecting: 1)["heldSubjects"] == ["domain/1"])
        #expect(daemon.stop() == 0)
    }

    /// Whatever its exit code says.
    private func status(_ scenario: Scenario) throws -> JSON {
        try JSON(parsing: scenario.callbackd(["status", "--json"]).output)
    }
}
