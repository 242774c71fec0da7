import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackEngine

@Suite("The breaker")
struct BreakerTests {
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)
    private let settings = BreakerSettings(
        failures: 0.5, window: .seconds(10), minimum: 4, wait: .seconds(1), longest: .seconds(5))

    private func id(_ number: Int64) -> DeliveryID { DeliveryID(event: number, ordinal: 1) }

    private func at(_ milliseconds: Int64) -> Timestamp { Self.start + .milliseconds(milliseconds) }

    /// Ends of different deliveries, one every 100 ms; `x` failed.
    private func ended(_ ends: String, in breaker: inout Breaker, from first: Int64 = 1) -> Breaker.Change? {
        var last: Breaker.Change?
        for (index, end) in ends.enumerated() {
            let number = first + Int64(index)
            last = breaker.ended(id(number), failed: end == "x", at: at(number * 100), random: 0.5, settings)
        }
        return last
    }

    @Test(
        "it opens when enough attempts were made and enough of them failed",
        arguments: [
            ("xxx", false), ("xxxx", true), (".x.x", true), ("...x", false), (".....xxxx", false), (".....xxxxx", true),
            ("xx..", false), ("....", false),
        ])
    func opens(ends: String, isOpen: Bool) {
        var breaker = Breaker()
        #expect(ended(ends, in: &breaker) == (isOpen ? .opened : nil))
        #expect((breaker.state != .closed) == isOpen)
    }

    @Test("attempts that have left the window count no more")
    func window() {
        var breaker = Breaker()
        #expect(ended("xxx", in: &breaker) == nil)
        #expect(breaker.ended(id(9), failed: true, at: at(12_000), random: 0.5, settings) == nil)
        #expect(breaker.state == .closed)
    }

    @Test("one delivery that fails again and again does not open it for the others")
    func poison() {
        var breaker = Breaker()
        for time in 0..<50 {
            #expect(breaker.ended(id(1), failed: true, at: at(Int64(time) * 100), random: 0.5, settings) == nil)
        }
    }

    @Test("one probe goes when its time has come, and its success closes it")
    func probe() {
        var breaker = Breaker()
        _ = ended("xxxx", in: &breaker)
        #expect(!breaker.admits(at: at(1399)))
        #expect(breaker.admits(at: at(1400)))
        breaker.started(id(10))
        #expect(!breaker.admits(at: at(60_000)))
        #expect(breaker.ended(id(10), failed: false, at: at(1500), random: 0.5, settings) == .closed)
        #expect(breaker.admits(at: at(1500)))
        // What failed before it closed is forgotten.
        #expect(breaker.ended(id(11), failed: true, at: at(1600), random: 0.5, settings) == nil)
    }

    @Test("each probe that fails doubles the wait, up to the longest")
    func doubling() {
        var breaker = Breaker()
        _ = ended("xxxx", in: &breaker)
        var now = at(400)
        for (number, wait) in [1000, 2000, 4000, 5000, 5000].enumerated() {
            #expect(breaker.probeAt == now + .milliseconds(Int64(wait)))
            now = now + .milliseconds(Int64(wait))
            let probe = id(100 + Int64(number))
            breaker.started(probe)
            #expect(breaker.ended(probe, failed: true, at: now, random: 0.5, settings) == .openedAgain)
        }
        #expect(breaker.trips == 6)
    }

    @Test("what was on its way when it opened changes nothing")
    func stragglers() {
        var breaker = Breaker()
        _ = ended("xxxx", in: &breaker)
        let until = breaker.probeAt
        #expect(breaker.ended(id(50), failed: false, at: at(500), random: 0.5, settings) == nil)
        #expect(breaker.ended(id(51), failed: true, at: at(600), random: 0.5, settings) == nil)
        #expect(breaker.probeAt == until)
        breaker.started(id(10))
        #expect(breaker.ended(id(52), failed: false, at: at(1500), random: 0.5, settings) == nil)
        #expect(breaker.state == .probing(id(10)))
    }

    @Test("a probe that failed on this side gives its place to the next delivery")
    func localProbe() {
        var breaker = Breaker()
        _ = ended("xxxx", in: &breaker)
        breaker.started(id(10))
        breaker.endedWithoutTelling(id(10), at: at(1400))
        #expect(breaker.admits(at: at(1400)))
    }

    @Test("targets that went down together are not probed together", arguments: [(0.0, 800), (0.999_99, 1199)])
    func jitter(random: Double, wait: Int64) {
        var breaker = Breaker()
        for number in 1...4 { _ = breaker.ended(id(Int64(number)), failed: true, at: at(0), random: random, settings) }
        #expect(breaker.probeAt == at(wait))
    }

    @Test("a breaker that was kept is open still, and its probe is owed again")
    func kept() {
        let breaker = Breaker(openUntil: at(500), trips: 3)
        #expect(!breaker.admits(at: at(499)))
        #expect(breaker.admits(at: at(500)))
        #expect(Breaker(openUntil: nil, trips: 0).state == .closed)
    }
}

@Suite("Slow start")
struct SlowStartTests {
    @Test("one goes, then two, then four, until the limit is reached")
    func rounds() {
        var slow = SlowStart()
        #expect(slow.admits(inFlight: 1000))
        slow.begin()
        var rounds: [Int] = []
        while slow.allowance != nil {
            var inFlight = 0
            while slow.admits(inFlight: inFlight), inFlight < 100 { inFlight += 1 }
            rounds.append(inFlight)
            for _ in 0..<inFlight { slow.succeeded(limit: 16) }
        }
        #expect(rounds == [1, 2, 4, 8])
        #expect(slow.admits(inFlight: 15))
    }

    @Test("a target of one at a time is started at once")
    func single() {
        var slow = SlowStart()
        slow.begin()
        slow.succeeded(limit: 1)
        #expect(slow.allowance == nil)
    }
}

@Suite("The fair share of what may be in flight")
struct FairShareTests {
    /// Targets take turns until none may start. Gives what each has then.
    private func filled(limit: Int, wants: [Int], answers: [Bool], from held: [Int]? = nil) -> [Int] {
        var inFlight = held ?? wants.map { _ in 0 }
        let busy = zip(wants, inFlight).count { $0 > 0 || $1 > 0 }
        let fair = FairShare(limit: limit, targets: busy)
        var goes = true
        while goes {
            goes = false
            for index in wants.indices where inFlight[index] < wants[index] {
                let total = inFlight.reduce(0, +)
                guard fair.admits(inFlight: inFlight[index], total: total, answers: answers[index]) else { continue }
                inFlight[index] += 1
                goes = true
            }
        }
        return inFlight
    }

    @Test("ten targets that hang with all that they could get leave slots to one that does not")
    func newcomer() {
        let hung = filled(limit: 64, wants: Array(repeating: 8, count: 10), answers: Array(repeating: true, count: 10))
        #expect(hung.reduce(0, +) <= 64)
        let all = filled(
            limit: 64, wants: hung + [8], answers: Array(repeating: false, count: 10) + [true], from: hung + [0])
        #expect(all[10] >= 4)
    }

    @Test("targets that have not answered get their share and no more")
    func unknown() {
        let all = filled(
            limit: 64, wants: Array(repeating: 8, count: 20), answers: Array(repeating: false, count: 20))
        #expect(all == Array(repeating: 3, count: 20))
    }

    @Test("a target alone may have everything", arguments: [1, 2, 5, 64, 512])
    func alone(limit: Int) {
        #expect(filled(limit: limit, wants: [1000], answers: [false]) == [limit])
    }

    @Test("never is more in flight than the limit, and nobody who wants something goes without", arguments: 1...20)
    func property(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let limit = Int.random(in: 16...128, using: &generator)
        let count = Int.random(in: 1...limit / 8, using: &generator)
        let wants = (0..<count).map { _ in Int.random(in: 1...64, using: &generator) }
        let answers = (0..<count).map { _ in Bool.random(using: &generator) }
        let all = filled(limit: limit, wants: wants, answers: answers)
        #expect(all.reduce(0, +) <= limit)
        let share = limit / count
        for (has, wants) in zip(all, wants) { #expect(has >= min(wants, share), "limit \(limit), \(all)") }
    }
}
