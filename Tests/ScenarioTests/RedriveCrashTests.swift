import CallbackTestKit
import Glibc
import Synchronization
import Testing

@Suite("A redrive or a replay that is disturbed", .serialized)
struct RedriveCrashTests {
    private static let count = 40

    private static let rules = """
        rules:
          - name: short
            events: [domain.created, domain.updated]
            deliver: [{target: billing, body: {text: "{{ data.new.name }}"}}]
        """

    /// As many dead letters, of a receiver that is well from now on.
    private func deadLetters() throws -> (Scenario, RunningDaemon) {
        let isWell = Atomic(false)
        let scenario = try Scenario { _ in isWell.load(ordering: .relaxed) ? .status(204) : .status(413) }
        try scenario.configure(rules: Self.rules)
        let daemon = try scenario.start()
        for number in 1...Self.count { try scenario.addDomain("d\(number).example") }
        try eventually("\(Self.count) dead letters") { try scenario.deliveries("dead").count == Self.count }
        isWell.store(true, ordering: .relaxed)
        return (scenario, daemon)
    }

    private func redrive(_ scenario: Scenario) throws -> Child {
        try Child(
            Programs.callbackd,
            ["dead", "redrive", "--all", "--rate", "20/s", "--config", scenario.configurationPath],
            output: scenario.folder.file("redrive.out"), errors: scenario.folder.file("redrive.err"))
    }

    /// That the receiver has taken what it had refused, under the same ids.
    private func expectAllDelivered(_ scenario: Scenario, repeated limit: Int) throws {
        try eventually("all are delivered") { try scenario.deliveries("delivered").count == Self.count }
        let requests = scenario.receiver.requests
        let refused = requests.prefix(Self.count).map(\.webhookID)
        let taken = requests.dropFirst(Self.count).map(\.webhookID)
        #expect(Set(taken) == Set(refused))
        #expect(taken.count <= Self.count + limit)
    }

    @Test("kill -9 of the daemon in the middle: the rest is queued for its next start, and nothing is lost")
    func daemonKilled() throws {
        let (scenario, daemon) = try deadLetters()
        let verb = try redrive(scenario)
        try scenario.receiver.waitForRequests(Self.count + 6)
        daemon.kill()
        #expect(verb.waitForEnd() == 0)
        #expect(try Shell.read(scenario.folder.file("redrive.out")) == "\(Self.count) dead letters queued again\n")
        #expect(try scenario.deliveries("dead") == [])
        #expect(try scenario.deliveries("delivered").count < Self.count)
        let heir = try scenario.start()
        // What was in flight at the kill may come again.
        try expectAllDelivered(scenario, repeated: 8)
        #expect(heir.stop() == 0)
    }

    @Test("a redrive whose own process is killed in the middle leaves the rest dead, and the same command goes on")
    func verbKilled() throws {
        let (scenario, daemon) = try deadLetters()
        let verb = try redrive(scenario)
        try scenario.receiver.waitForRequests(Self.count + 6)
        verb.signal(SIGKILL)
        #expect(verb.waitForEnd() == 128 + SIGKILL)
        try scenario.nothingIsOwed()
        let left = try scenario.deliveries("dead").count
        #expect(left > 0 && left < Self.count)
        #expect(try scenario.verb("dead", "redrive", "--all", "--rate", "1000/s").hasPrefix("\(left) dead letter"))
        try expectAllDelivered(scenario, repeated: 0)
        #expect(daemon.stop() == 0)
    }

    @Test("a replay that a reload meets goes on with the rule book that it began with, and new events take the new one")
    func replayAcrossReload() throws {
        let scenario = try Scenario()
        try scenario.configure(rules: Self.rules)
        let daemon = try scenario.start()
        for number in 1...Self.count { try scenario.addDomain("d\(number).example") }
        try scenario.receiver.waitForRequests(Self.count)
        try scenario.nothingIsOwed()
        try scenario.verb("replay", "billing", "--since", "1h", "--rate", "20/s")
        try scenario.receiver.waitForRequests(Self.count + 4)
        try scenario.configure(rules: Self.rules.replacing("text:", with: "other:"))
        try scenario.verb("reload")
        try scenario.addDomain("new.example")
        // The target goes away and comes back: what waits is parked meanwhile, and nothing of it is lost.
        try scenario.configure(
            targets: Scenario.targets.replacing("billing:", with: "another:"),
            rules: Self.rules.replacing("target: billing", with: "target: another"))
        try scenario.verb("reload")
        try scenario.configure(rules: Self.rules.replacing("text:", with: "other:"))
        try scenario.verb("reload")

        try eventually("the replay is done") {
            try scenario.json("replay", "list")[0]["state"] == "done"
        }
        #expect(try scenario.json("replay", "list")[0]["queued"] == .number(Double(Self.count)))
        try scenario.nothingIsOwed()
        let again = scenario.receiver.requests.dropFirst(Self.count)
        let old = try again.filter { try $0.json["text"] != .null }
        let new = try again.filter { try $0.json["other"] != .null }
        #expect(try Set(old.map { try $0.json["text"].text ?? "" }) == Set((1...Self.count).map { "d\($0).example" }))
        #expect(old.count == Self.count && old.differentIDs == Self.count)
        #expect(try new.map { try $0.json["other"] } == ["new.example"])
        #expect(daemon.stop() == 0)
    }
}
