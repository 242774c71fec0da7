import CallbackTestKit
import Glibc
import Testing

@Suite("A full disk", .serialized, .enabled(if: SmallDisk.isPossible, "only root may mount a small file system"))
struct FullDiskTests {
    private static let rules = Scenario.rules.replacingFirst("source.gap", "source.gap, state.disk_low")

    private func ballast(_ scenario: Scenario) -> Bool { access(scenario.statePath + ".ballast", F_OK) == 0 }

    @Test("results are still recorded, the intake pauses, and all goes on by itself when there is room")
    func fullAndFreed() throws {
        let scenario = try Scenario()
        let disk = try SmallDisk(at: scenario.folder.file("state"), size: "32m")
        try scenario.configure(rules: Self.rules)
        let daemon = try scenario.start()
        try eventually("the ballast is there") { ballast(scenario) }
        try scenario.verb("targets", "pause", "billing")
        for number in 1...30 { try scenario.addDomain("d\(number).example") }
        try scenario.journal(holds: 30)

        // What has room for now is in the log of the database: only what comes further needs more.
        try disk.fill()
        for number in 31...400 {
            try scenario.addDomain("d\(number).example")
            if !ballast(scenario) { break }
        }
        try eventually("the ballast is given up") { !ballast(scenario) }
        let position = try scenario.sql("SELECT position FROM sources;", on: scenario.statePath)
        let taken = try scenario.json("events", "list", "--limit", "100000").elements.count
        #expect(daemon.log.contains("the ballast was given up, so results are still recorded"))
        let status = try scenario.verb("status", expecting: 1)
        #expect(status.contains("not ready"))
        #expect(status.contains("full"))

        try scenario.verb("targets", "resume", "billing")
        try eventually("what was owed is recorded as delivered") {
            try scenario.deliveries("delivered").count == taken
        }
        #expect(!ballast(scenario))
        // The mark has not moved: what was not taken in waits in the panel's log.
        #expect(try scenario.sql("SELECT position FROM sources;", on: scenario.statePath) == position)

        disk.empty()
        try eventually("the intake goes on") {
            let all = try scenario.json("events", "list", "--type", "domain.created", "--limit", "100000").elements
            return try all.count == Int(scenario.sql("SELECT count(*) FROM domains;").trimmed).map { $0 - 1 }
        }
        try scenario.nothingIsOwed()
        try eventually("the ballast is there again") { ballast(scenario) }
        try eventually("all is well") { try scenario.callbackd(["status"]).status == 0 }
        let domains = try scenario.receiver.requests.filter { try $0.json["type"] == "domain.created" }
        #expect(domains.differentIDs == domains.count)
        #expect(daemon.log.contains("the state file can be written again"))
        #expect(daemon.stop() == 0)
    }

    @Test("a disk with little room raises state.disk_low once, and status shows it until there is room")
    func low() throws {
        let scenario = try Scenario()
        let disk = try SmallDisk(at: scenario.folder.file("state"), size: "32m")
        try scenario.configure(rules: Self.rules)
        let daemon = try scenario.start()
        // A tenth is 3.2 MiB.
        try disk.fill(leaving: 2 << 20)
        let event = try scenario.receiver.request(1).json
        #expect(event["type"] == "state.disk_low")
        #expect(event["subject"] == "state/disk")
        #expect(event["data"]["path"] == .text(scenario.statePath))
        #expect(event["data"]["size"] == .number(Double(32 << 20)))
        let status = try scenario.verb("status", expecting: 1)
        #expect(status.contains("needs you"))
        #expect(status.contains("alarm     "))
        #expect(status.contains("are free for the state file"))
        disk.empty()
        try eventually("the alarm is over") { try scenario.callbackd(["status"]).status == 0 }
        #expect(scenario.receiver.requests.count == 1)
        #expect(daemon.stop() == 0)
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, _ other: String) -> String {
        guard let found = firstRange(of: text) else { return self }
        return self[..<found.lowerBound] + other + self[found.upperBound...]
    }
}
