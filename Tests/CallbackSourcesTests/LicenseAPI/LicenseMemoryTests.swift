import CallbackCore
import CallbackTestKit
import Synchronization
import Testing

@testable import CallbackSources

@Suite("What a licence source remembers")
struct LicenseMemoryTests {
    @Test("what changed while nobody looked is told at the next start, once")
    func downtime() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        try bench.listings(1)
        bench.api.order("plesk", "PLSK.02980002.0000")
        bench.api.edit("plesk", "PLSK.02980001.0000", ["title": "Another"])
        bench.clock.move(nanoseconds: Duration.hours(30).nanoseconds)
        try bench.start()
        try bench.listings(1)
        #expect(bench.told.sorted() == ["license.ordered PLSK.02980002", "license.updated PLSK.02980001"])
        try bench.start()
        try bench.listings(3)
        #expect(bench.told.count == 2)
    }

    @Test("a batch that did not come to disk is told again under the same identity, and another difference is not")
    func identity() throws {
        let bench = try LicenseBench()
        try bench.start()
        bench.api.order("plesk", "PLSK.02980001.0000")
        let before = bench.intake.state.withLock { $0 }
        try bench.listings(1)
        let first = try #require(bench.intake.events.first)
        // As an older state file: mark and licences go back together.
        bench.intake.state.withLock { $0 = before }
        try bench.start()
        let again = try #require(bench.intake.events.first)
        #expect(again.origin == first.origin)
        bench.intake.state.withLock { $0 = before }
        bench.api.end("plesk", "PLSK.02980001.0000")
        bench.api.order("plesk", "PLSK.02980002.0000")
        try bench.start()
        let other = try #require(bench.intake.events.first)
        #expect(other.origin.position == first.origin.position)
        #expect(other.origin != first.origin)
    }

    @Test("a batch that is not taken leaves everything as it was")
    func refused() throws {
        let bench = try LicenseBench()
        try bench.start()
        bench.api.order("plesk", "PLSK.02980001.0000")
        bench.intake.state.withLock { $0.pause = "too much is owed" }
        #expect(throws: IntakeUnavailable.self) { try bench.listings(1) }
        #expect(bench.told == [])
        bench.intake.state.withLock { $0.pause = nil }
        try bench.start()
        try bench.listings(1)
        #expect(bench.told == ["license.ordered PLSK.02980001"])
    }

    @Test("a kind that is watched later has a baseline of its own")
    func laterKind() throws {
        let bench = try LicenseBench(["kinds": .list([LicenseBench.setting(.text("plesk"))])])
        bench.api.order("plesk", "PLSK.02980001.0000")
        bench.api.order("cpanel", "CPNL.02980002.0000")
        try bench.start()
        bench.settings["kinds"] = nil
        bench.api.order("plesk", "PLSK.02980003.0000")
        try bench.start()
        try bench.listings(1)
        #expect(bench.told == ["license.ordered PLSK.02980003"])
        #expect(bench.intake.state.withLock { $0.names["cpanel/CPNL.02980002"] } != nil)
        #expect(bench.intake.gaps.isEmpty)
    }

    @Test("another account is another life with a baseline of its own, and a gap")
    func anotherAccount() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        let first = try #require(bench.intake.mark)
        let other = try LoopbackLicenseAPI()
        other.order("plesk", "PLSK.02980002.0000")
        bench.settings["url"] = LicenseBench.setting(.text(other.url))
        other.misbehave(.failure, on: "/license", times: 3)
        try bench.start()
        // Nothing is given up before the other account has answered.
        #expect(bench.intake.mark == first)
        try bench.listings(3)
        #expect(bench.told == [])
        let gap = try #require(bench.intake.gaps.first)
        #expect(bench.intake.gaps.count == 1)
        #expect(gap.reason == .replaced)
        #expect(gap.message.contains(other.url) && gap.message.contains(bench.api.url))
        #expect(bench.intake.mark?.incarnation != first.incarnation)
        #expect(bench.intake.state.withLock { $0.names["plesk/PLSK.02980001"] } == nil)
        other.order("plesk", "PLSK.02980003.0000")
        try bench.listings(1)
        #expect(bench.told == ["license.ordered PLSK.02980003"])
        try bench.start()
        #expect(bench.intake.gaps.count == 1)
    }

    @Test("rows of the state file that cannot be read lose no licence")
    func brokenRow() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        bench.intake.state.withLock {
            $0.names["plesk/PLSK.02980001"] = NameChange(table: "plesk", key: "PLSK.02980001", row: Array("{x".utf8))
        }
        try bench.start()
        try bench.listings(3)
        #expect(bench.told == [])
        let row = bench.intake.state.withLock { $0.names["plesk/PLSK.02980001"]?.row } ?? []
        #expect(try JSONParser.parse(row)["number"] == "PLSK.02980001.0000")
    }

    @Test(
        "a random life with crashes, refused batches and a misbehaving API ends with what the API has, and each licence's events alternate"
    )
    func randomLife() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("a random life of a licence source: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let bench = try LicenseBench([
            "kinds": .list([LicenseBench.setting(.text("plesk"))]), "rate": .rate(Rate(1000, per: .second)),
            "refresh": .duration(.minutes(10)),
        ])
        var present: Set<String> = []
        func number(_ index: Int) -> String { "PLSK.\(10_000_000 + index).0000" }
        for index in 0..<5 {
            bench.api.order("plesk", number(index))
            present.insert(number(index))
        }
        try bench.start()
        var state = Dictionary(uniqueKeysWithValues: present.map { ($0, true) })
        for step in 0..<400 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...2:
                let new = number(100 + step)
                bench.api.order("plesk", new)
                present.insert(new)
            case 3:
                guard let old = present.sorted().randomElement(using: &generator) else { break }
                bench.api.end("plesk", old)
                present.remove(old)
            case 4:
                guard let old = present.sorted().randomElement(using: &generator) else { break }
                bench.api.edit("plesk", old, ["title": .string("Title \(step)")])
            case 5:
                let what = LoopbackLicenseAPI.Misbehaviour.spoilingListings.randomElement(using: &generator) ?? .failure
                bench.api.misbehave(what, on: "/license", times: Int.random(in: 1...3, using: &generator))
            case 6: bench.api.misbehave(.empty, on: "/license/plesk", times: 1)
            case 7: bench.api.revokeTokens()
            case 8: bench.intake.state.withLock { $0.pause = "full" }
            default: break
            }
            var begins = Int.random(in: 0..<4, using: &generator) == 0
            do {
                try bench.listings(Int.random(in: 0...4, using: &generator))
            } catch is IntakeUnavailable {
                begins = true
            }
            bench.intake.state.withLock { $0.pause = nil }
            if begins { try bench.start() }
        }
        bench.api.behave()
        try bench.start()
        try bench.pass(.minutes(30))
        for event in bench.intake.events where event.type != "license.updated" {
            let key = String(event.subject.dropFirst("license/".count)) + ".0000"
            let wasThere = state[key] ?? false
            #expect(wasThere == (event.type == "license.terminated"), "\(event.type) \(key)")
            state[key] = event.type == "license.ordered"
        }
        #expect(Set(state.filter(\.value).map(\.key)) == present)
        let positions = bench.intake.events.map(\.origin.position)
        #expect(positions == Array(1...Int64(positions.count)))
        #expect(bench.told.contains { $0.hasPrefix("license.updated") })
        #expect(bench.problem == nil)
    }
}
