import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackSources

@Suite("Reading properties again")
struct LicenseRefreshTests {
    @Test("a change of properties is told with old, new and what changed")
    func updated() throws {
        let bench = try LicenseBench()
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        try bench.listings(1)
        bench.api.edit("plesk", "PLSK.02980001.0000", ["title": "Another", "period": 24])
        try bench.pass(.hours(23))
        #expect(bench.told == [])
        try bench.pass(.hours(1))
        #expect(bench.told == ["license.updated PLSK.02980001"])
        let data = try #require(bench.intake.events.first?.data)
        #expect(data["changed"] == ["title", "period"])
        #expect(data["old"]?["period"] == 12)
        #expect(data["new"]?["period"] == 24)
        try bench.pass(.hours(72))
        #expect(bench.told.count == 1)
    }

    @Test("each licence is read once in the interval, evenly spread")
    func spread() throws {
        let bench = try LicenseBench()
        for number in 10...33 { bench.api.order("plesk", "PLSK.029800\(number).0000") }
        try bench.start()
        try bench.pass(.minutes(1))
        // The first reading comes at the rate that is allowed.
        #expect(bench.readings(of: "PLSK") == 24)
        for _ in 0..<24 {
            let before = bench.readings(of: "PLSK")
            try bench.pass(.hours(1))
            #expect((0...2).contains(bench.readings(of: "PLSK") - before))
        }
        for number in 10...33 { #expect((2...3).contains(bench.readings(of: "PLSK.029800\(number)"))) }
    }

    @Test("no more is read than the rate allows")
    func rate() throws {
        let bench = try LicenseBench(["rate": .rate(Rate(2, per: .second))])
        for number in 10...99 { bench.api.order("plesk", "PLSK.029800\(number).0000") }
        try bench.start()
        #expect(bench.readings(of: "PLSK") == 1)
        try bench.pass(.seconds(10))
        #expect(bench.readings(of: "PLSK") == 21)
        try bench.pass(.seconds(40))
        #expect(bench.readings(of: "PLSK") == 90)
    }

    @Test("orders go before what is known")
    func ordersFirst() throws {
        let bench = try LicenseBench(["rate": .rate(Rate(1, per: .second)), "every": .duration(.seconds(5))])
        for number in 10...99 { bench.api.order("plesk", "PLSK.029800\(number).0000") }
        try bench.start()
        bench.api.order("plesk", "PLSK.02981000.0000")
        try bench.pass(.seconds(7))
        #expect(bench.told == ["license.ordered PLSK.02981000"])
    }

    @Test("an interval that passed while nobody looked is made up for, at the rate that is allowed")
    func overdue() throws {
        let bench = try LicenseBench()
        for number in 10...33 { bench.api.order("plesk", "PLSK.029800\(number).0000") }
        try bench.start()
        try bench.pass(.minutes(1))
        bench.clock.move(nanoseconds: Duration.hours(25).nanoseconds)
        let before = bench.readings(of: "PLSK")
        try bench.start()
        try bench.pass(.minutes(1))
        #expect(bench.readings(of: "PLSK") - before == 24)
    }

    @Test("readings that fail are made up for, and tell nothing")
    func failing() throws {
        let bench = try LicenseBench(["refresh": .duration(.hours(1))])
        bench.api.order("plesk", "PLSK.02980001.0000")
        try bench.start()
        bench.api.misbehave(.half, on: "/license/plesk/")
        try bench.pass(.hours(5))
        #expect(bench.told == [])
        #expect(bench.problem?.contains("cannot be read") == true)
        bench.api.behave()
        bench.api.edit("plesk", "PLSK.02980001.0000", ["title": "Another"])
        try bench.pass(.hours(2))
        #expect(bench.told == ["license.updated PLSK.02980001"])
        #expect(bench.problem == nil)
    }

    @Test("what the API could not say is asked again ten minutes later, and holds nothing else up")
    func postponed() throws {
        let bench = try LicenseBench()
        for number in 10...14 { bench.api.order("plesk", "PLSK.029800\(number).0000") }
        bench.api.misbehave(.failure, on: "/license/plesk/PLSK.02980010")
        try bench.start()
        try bench.pass(.minutes(1))
        for number in 10...14 { #expect(bench.readings(of: "PLSK.029800\(number)") == 1) }
        try bench.pass(.minutes(8))
        #expect(bench.readings(of: "PLSK.02980010") == 1)
        bench.api.behave()
        try bench.pass(.minutes(2))
        #expect(bench.readings(of: "PLSK.02980010") == 2)
        #expect(bench.problem == nil)
        bench.api.edit("plesk", "PLSK.02980010.0000", "title", to: "Another")
        try bench.pass(.hours(25))
        #expect(bench.told == ["license.updated PLSK.02980010"])
    }

    @Test("the queue gives each once in a round, the renewed first, and forgets who is gone")
    func queue() {
        var queue = RefreshQueue(interval: .seconds(100), now: 0)
        let ids = ["a", "b", "c", "d"].map { LicenseID(kind: .plesk, key: $0) }
        for id in ids { queue.note(id, at: Timestamp(milliseconds: 1_000_000)) }
        var known = Set(ids)
        func next(_ seconds: Int64) -> (id: LicenseID, wait: Int64)? {
            queue.next(
                now: Timestamp(milliseconds: 1_000_000 + seconds * 1000), monotonic: seconds * 1_000_000_000
            ) { known.contains($0) }
        }
        #expect(next(0)?.wait == 25_000_000_000)
        #expect(next(25)?.id == ids[0])
        #expect(next(25)?.wait == 0)
        queue.finish(ids[0], now: Timestamp(milliseconds: 1_025_000), monotonic: 25_000_000_000)
        known.remove(ids[1])
        #expect(next(50)?.id == ids[2])
        queue.hurry(ids[3])
        #expect(next(26)?.id == ids[3])
        #expect(next(26)?.wait == 0)
        queue.finish(ids[3], now: Timestamp(milliseconds: 1_026_000), monotonic: 26_000_000_000)
        #expect(next(100)?.id == ids[2])
        known = []
        #expect(next(100) == nil)
    }
}
