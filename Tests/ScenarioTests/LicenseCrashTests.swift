import CallbackTestKit
import Glibc
import Testing

@Suite("Crashes of a daemon with a licence source", .serialized)
struct LicenseCrashTests {
    /// `CALLBACKD_SOAK` makes it 300 kills.
    @Test("kill -9 at random moments loses no order and no end, and invents none")
    func killed() throws {
        let kills = Programs.isSoak ? 300 : 15
        var generator = LoadGenerator()
        print("crashes of a licence source: seed \(generator.seed)")
        let api = try LoopbackLicenseAPI()
        for number in 0..<20 { api.order("plesk", Self.number(number)) }
        let scenario = try Scenario(sample: false)
        try scenario.watchLicences(at: api)
        try scenario.start().kill()
        var expected: Set<String> = []
        var (orders, ends) = (0, 0)
        for round in 0..<kills {
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                orders += 1
                api.order("plesk", Self.number(100 + orders))
                expected.insert("license.ordered \(Self.subject(100 + orders))")
            }
            if round % 2 == 1, ends < 20 {
                api.end("plesk", Self.number(ends))
                expected.insert("license.terminated \(Self.subject(ends))")
                ends += 1
            }
            if round % 5 == 2 { api.misbehave(.half, on: "/license", times: 2) }
            if round % 7 == 3 { api.misbehave(.empty, on: "/license/plesk", times: 1) }
            let daemon = try RunningDaemon(scenario)
            LoadTime.pass(Int.random(in: 1...1500, using: &generator))
            daemon.kill()
        }
        api.behave()
        let daemon = try scenario.start()
        _ = try scenario.releaseHeld()
        try eventually("\(expected.count) events are told", within: .seconds(60)) {
            try Set(scenario.receiver.requests.map { try $0.licenceEvent }).isSuperset(of: expected)
        }
        // Whatever was invented would be told within three more listings of each kind.
        try api.waitForRequests(api.requests.count + 12)
        #expect(daemon.stop() == 0)
        let requests = scenario.receiver.requests
        #expect(Set(try requests.map { try $0.licenceEvent }) == expected)
        #expect(Set(try requests.map { try $0.json["id"] }).count == expected.count)
        #expect(try scenario.licenceEvents() == "\(expected.count) \(expected.count)\n")
        print("crashes of a licence source: \(kills) kills, \(expected.count) events, \(requests.count) webhooks")
    }

    /// `CALLBACKD_SOAK` walks through every write; else each seventh, from a random one on.
    @Test("kill -9 at a write, also of the baseline, loses no order and invents none")
    func killedAtAWrite() throws {
        let point = try LoadCrashPoint()
        let step = Programs.isSoak ? 1 : 7
        var generator = LoadGenerator()
        var number = Int.random(in: 1...step, using: &generator)
        print("crash of a licence source at each write: seed \(generator.seed), from write \(number), each \(step)")
        var kills = 0
        while try !survives(write: number, point) {
            kills += 1
            number += step
        }
        print("crash of a licence source at each write: \(kills) kills up to write \(number)")
        #expect(number > 20)
    }

    /// - Returns: whether the daemon had less to write.
    private func survives(write number: Int, _ point: LoadCrashPoint) throws -> Bool {
        let api = try LoopbackLicenseAPI()
        api.order("plesk", Self.number(1))
        api.order("cpanel", Self.number(2))
        let scenario = try Scenario(sample: false)
        try scenario.watchLicences(at: api)
        let words = point.wrapper(number: number, isTorn: number % 2 == 0, log: scenario.folder.file("writes"))
        let daemon = try RunningDaemon(scenario, wrapper: words)
        try LoadTime.wait(for: "ready, or the end") { daemon.hasEnded || daemon.output.contains("ready") }
        var expected: Set<String> = []
        if daemon.output.contains("ready") {
            // Whoever has read `ready` relies on being watched.
            for new in 3...4 {
                api.order("plesk", Self.number(new))
                expected.insert("license.ordered \(Self.subject(new))")
            }
            try LoadTime.wait(for: "two orders, or the end") {
                daemon.hasEnded || scenario.receiver.requests.count >= 2
            }
        }
        let status = daemon.stop()
        #expect(status == 128 + SIGKILL || status == 0)
        let heir = try scenario.start()
        api.order("virtuozzo", Self.number(5))
        expected.insert("license.ordered \(Self.subject(5))")
        try eventually("\(expected.count) orders are told") {
            try Set(scenario.receiver.requests.map { try $0.licenceEvent }).isSuperset(of: expected)
        }
        #expect(heir.stop() == 0)
        let requests = scenario.receiver.requests
        #expect(Set(try requests.map { try $0.licenceEvent }) == expected, "write \(number)")
        #expect(Set(try requests.map { try $0.json["id"] }).count == expected.count, "write \(number)")
        #expect(try scenario.licenceEvents() == "\(expected.count) \(expected.count)\n", "write \(number)")
        return status == 0
    }

    private static func number(_ number: Int) -> String { "PLSK.\(10_000_000 + number).0000" }
    private static func subject(_ number: Int) -> String { "license/PLSK.\(10_000_000 + number)" }
}
