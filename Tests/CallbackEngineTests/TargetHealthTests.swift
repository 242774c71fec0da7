import CallbackCore
import Testing

@testable import CallbackEngine

@Suite("The health of a target")
struct TargetHealthTests {
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)

    private func at(_ time: Duration) -> Timestamp { Self.start + time }

    private func settings(
        breaker: BreakerSettings? = nil, disableAfter: Duration? = .days(5), concurrency: Int = 8
    ) -> TargetSettings {
        let place = ConfigPlace(file: "test.yaml", line: 1, column: 1)
        return TargetSettings(
            name: "billing", kind: "scripted", settings: Settings(at: place), timeout: .seconds(1), retry: .standard,
            concurrency: concurrency, connections: 8, breaker: breaker, disableAfter: disableAfter, place: place)
    }

    private func id(_ number: Int64 = 1) -> DeliveryID { DeliveryID(event: number, ordinal: 1) }

    @discardableResult
    private func end(
        _ health: inout TargetHealth, _ end: TargetHealth.End, at time: Duration, number: Int64 = 1,
        _ settings: TargetSettings? = nil
    ) -> TargetHealth.Change? {
        health.ended(id(number), end, at: at(time), random: 0.5, settings ?? self.settings())
    }

    @Test("a target that is well is sent to as much as it takes, and nothing is written about it")
    func well() {
        var health = TargetHealth()
        for number in 1...1000 {
            #expect(end(&health, .succeeded, at: .milliseconds(Int64(number)), settings(breaker: .standard)) == nil)
            #expect(health.takeNote() == nil)
        }
        #expect(health.admits(inFlight: 1000, at: at(.zero)))
        #expect(health.kept.isWell)
    }

    @Test("a target that asks for time is left alone for so long, and then taken up slowly")
    func throttled() {
        var health = TargetHealth()
        end(&health, .throttled(.seconds(60)), at: .zero)
        #expect(health.takeNote()?.throttledUntil == at(.seconds(60)))
        // What was on its way ends well: that does not shorten its wish.
        end(&health, .succeeded, at: .seconds(1), number: 2)
        #expect(!health.admits(inFlight: 0, at: at(.seconds(59))))
        #expect(health.shieldedUntil == at(.seconds(60)))
        // A shorter wish does not shorten a longer one.
        end(&health, .throttled(.seconds(5)), at: .seconds(2), number: 3)
        #expect(!health.admits(inFlight: 0, at: at(.seconds(59))))
        #expect(health.admits(inFlight: 0, at: at(.seconds(60))))
        #expect(!health.admits(inFlight: 1, at: at(.seconds(60))))
        end(&health, .succeeded, at: .seconds(61), number: 4)
        #expect(health.admits(inFlight: 1, at: at(.seconds(61))))
        #expect(!health.admits(inFlight: 2, at: at(.seconds(61))))
        #expect(health.takeNote()?.isWell == true)
    }

    @Test("an overload without a time brings it back to one at a time")
    func overload() {
        var health = TargetHealth()
        end(&health, .throttled(nil), at: .zero)
        #expect(health.admits(inFlight: 0, at: at(.zero)))
        #expect(!health.admits(inFlight: 1, at: at(.zero)))
        #expect(health.shieldedUntil == nil)
    }

    @Test("a breaker that opens, probes and closes is written each time, and followed by a slow start")
    func breaker() {
        let settings = settings(
            breaker: BreakerSettings(
                failures: 0.5, window: .minutes(1), minimum: 3, wait: .seconds(1), longest: .seconds(4)))
        var health = TargetHealth()
        for number in 1...2 { end(&health, .failed, at: .milliseconds(10), number: Int64(number), settings) }
        #expect(health.takeNote()?.openUntil == nil)
        #expect(
            end(&health, .failed, at: .milliseconds(20), number: 3, settings) == .opened(until: at(.milliseconds(1020)))
        )
        #expect(health.takeNote()?.openUntil == at(.milliseconds(1020)))
        #expect(!health.admits(inFlight: 0, at: at(.milliseconds(1019))))
        #expect(health.admits(inFlight: 0, at: at(.milliseconds(1020))))
        health.started(id(4))
        // A crash now must not find a closed breaker.
        #expect(health.kept.openUntil != nil)
        #expect(!health.admits(inFlight: 1, at: at(.seconds(30))))
        #expect(end(&health, .succeeded, at: .milliseconds(1100), number: 4, settings) == .closed)
        #expect(health.takeNote()?.isWell == true)
        #expect(health.admits(inFlight: 1, at: at(.seconds(2))))
        #expect(!health.admits(inFlight: 2, at: at(.seconds(2))))
    }

    @Test("a breaker that is off never opens")
    func off() {
        var health = TargetHealth()
        for number in 1...100 { end(&health, .failed, at: .milliseconds(10), number: Int64(number)) }
        #expect(health.admits(inFlight: 7, at: at(.milliseconds(11))))
    }

    @Test("a target that wants nothing more is disabled until an operator enables it, and its next success is told")
    func gone() {
        var health = TargetHealth()
        let change = end(&health, .gone("HTTP 410"), at: .zero)
        #expect(change == .disabled(.init(reason: .gone, words: "HTTP 410", since: at(.zero))))
        #expect(end(&health, .gone("HTTP 410"), at: .seconds(1), number: 2) == nil)
        #expect(!health.admits(inFlight: 0, at: at(.days(100))))
        // It is the same after a restart.
        health = TargetHealth(health.kept, at: at(.days(1)), nil)
        #expect(!health.admits(inFlight: 0, at: at(.days(1))))
        health.enable()
        #expect(health.takeNote()?.isRecovering == true)
        health = TargetHealth(health.kept, at: at(.days(1)), nil)
        #expect(health.admits(inFlight: 0, at: at(.days(1))))
        #expect(end(&health, .failed, at: .days(1)) == nil)
        #expect(end(&health, .succeeded, at: .days(1)) == .recovered)
        #expect(end(&health, .succeeded, at: .days(1)) == nil)
        #expect(health.kept.isWell)
    }

    @Test("five days of failures without a success disable it")
    func failing() {
        var health = TargetHealth()
        for hour in 0..<120 { #expect(end(&health, .failed, at: .hours(Int64(hour))) == nil) }
        guard case .disabled(let disabled)? = end(&health, .failed, at: .hours(120)) else {
            Issue.record("it is not disabled")
            return
        }
        #expect(disabled.reason == .failing)
        #expect(disabled.words == "every attempt of the last 5 days has failed")
    }

    @Test("one success begins the days anew, and off never ends them")
    func interrupted() {
        var health = TargetHealth()
        for hour in 0..<119 { end(&health, .failed, at: .hours(Int64(hour))) }
        end(&health, .succeeded, at: .hours(119))
        for hour in 120..<239 { #expect(end(&health, .failed, at: .hours(Int64(hour))) == nil) }
        var patient = TargetHealth()
        for day in 0..<1000 {
            #expect(end(&patient, .failed, at: .days(Int64(day)), settings(disableAfter: nil)) == nil)
        }
    }

    @Test("a target that is sent to once a month has not failed for months")
    func seldom() {
        var health = TargetHealth()
        for month in 0..<5 { #expect(end(&health, .failed, at: .days(Int64(month) * 30)) == nil) }
        #expect(end(&health, .failed, at: .days(150)) != nil)
    }

    @Test("what fails on this side says nothing about the target")
    func local() {
        var health = TargetHealth()
        for number in 1...100 {
            end(&health, .local, at: .days(Int64(number)), number: Int64(number), settings(breaker: .standard))
        }
        #expect(health.kept.isWell && health.takeNote() == nil)
    }

    @Test("while a target fails, the file is told once a minute")
    func notes() {
        var health = TargetHealth()
        var notes = 0
        for second in 0..<600 {
            end(&health, .failed, at: .seconds(Int64(second)), number: Int64(second))
            if health.takeNote() != nil { notes += 1 }
        }
        #expect((10...11).contains(notes))
    }

    @Test("no clock that was wrong once keeps a breaker open")
    func wrongClock() {
        var kept = TargetState()
        kept.openUntil = at(.days(1000))
        kept.trips = 3
        let health = TargetHealth(kept, at: Self.start, .standard)
        #expect(health.admits(inFlight: 0, at: at(.minutes(2))))
    }
}
