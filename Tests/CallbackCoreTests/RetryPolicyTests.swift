import CallbackCore
import Testing

@Suite("The retry policy")
struct RetryPolicyTests {
    private let policy = RetryPolicy(schedule: [.seconds(10), .seconds(100)], jitter: 0.2)

    @Test("each failure waits for its own step, and after the last step there is none")
    func steps() {
        #expect(policy.wait(afterAttempt: 1, retryAfter: nil, random: 0.5) == .seconds(10))
        #expect(policy.wait(afterAttempt: 2, retryAfter: nil, random: 0.5) == .seconds(100))
        #expect(policy.wait(afterAttempt: 3, retryAfter: nil, random: 0.5) == nil)
        #expect(policy.wait(afterAttempt: 0, retryAfter: nil, random: 0.5) == nil)
        #expect(RetryPolicy(schedule: [], jitter: 0).wait(afterAttempt: 1, retryAfter: nil, random: 0) == nil)
    }

    @Test("jitter stays within its share, and reaches both ends")
    func jitter() throws {
        #expect(policy.wait(afterAttempt: 1, retryAfter: nil, random: 0) == .seconds(8))
        let longest = try #require(policy.wait(afterAttempt: 1, retryAfter: nil, random: 0.999_999))
        #expect(longest > .milliseconds(11_990) && longest <= .seconds(12))
        let steady = RetryPolicy(schedule: [.seconds(10)], jitter: 0)
        for random in [0.0, 0.3, 0.99] {
            #expect(steady.wait(afterAttempt: 1, retryAfter: nil, random: random) == .seconds(10))
        }
    }

    @Test("a receiver can ask for a longer wait, not for a shorter one, and not for another attempt")
    func retryAfter() {
        #expect(policy.wait(afterAttempt: 1, retryAfter: .seconds(60), random: 0.5) == .seconds(60))
        #expect(policy.wait(afterAttempt: 1, retryAfter: .seconds(1), random: 0.5) == .seconds(10))
        #expect(policy.wait(afterAttempt: 3, retryAfter: .seconds(60), random: 0.5) == nil)
    }

    @Test("an absurdly long step does not overflow")
    func longest() {
        let policy = RetryPolicy(schedule: [.milliseconds(Int64.max)], jitter: 1)
        #expect(policy.wait(afterAttempt: 1, retryAfter: nil, random: 0.9) == .milliseconds(Int64.max))
        #expect(policy.wait(afterAttempt: 1, retryAfter: nil, random: 0) == .zero)
    }

    private func growing(_ factor: Double = 2, jitter: Double = 0) -> RetryPolicy {
        let growth = RetryPolicy.Growth(
            first: .seconds(5), factor: factor, longest: .minutes(1), total: .minutes(5))
        return RetryPolicy(.growing(growth), jitter: jitter)
    }

    @Test("growing waits double up to the longest, for as many attempts as there are")
    func growth() {
        let waits = (1...6).map { growing().wait(afterAttempt: $0, retryAfter: nil, random: 0.5) }
        #expect(waits == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
        #expect(growing().wait(afterAttempt: 100_000, retryAfter: nil, random: 0.5) == .minutes(1))
        #expect(growing(1).wait(afterAttempt: 100_000, retryAfter: nil, random: 0.5) == .seconds(5))
        #expect(growing(1.5).wait(afterAttempt: 2, retryAfter: nil, random: 0.5) == .milliseconds(7500))
        #expect(growing(jitter: 0.2).wait(afterAttempt: 1, retryAfter: nil, random: 0) == .seconds(4))
    }

    @Test("a delivery whose next wait would make it too old is expired, and not before")
    func age() {
        func next(_ age: Duration, retryAfter: Duration? = nil) -> RetryPolicy.Step {
            growing().next(afterAttempt: 9, age: age, retryAfter: retryAfter, random: 0.5)
        }
        #expect(next(.minutes(4)) == .wait(.minutes(1)))
        #expect(next(.minutes(4) + .milliseconds(1)) == .expired)
        #expect(next(.zero, retryAfter: .minutes(5)) == .wait(.minutes(5)))
        #expect(next(.zero, retryAfter: .minutes(6)) == .expired)
        #expect(next(Duration.milliseconds(Int64.max)) == .expired)
    }

    @Test("a schedule is exhausted after its last wait, however young the delivery is, and knows no age")
    func scheduleStep() {
        func next(_ attempt: Int) -> RetryPolicy.Step {
            policy.next(afterAttempt: attempt, age: .days(1000), retryAfter: nil, random: 0.5)
        }
        #expect(next(2) == .wait(.seconds(100)))
        #expect(next(3) == .exhausted)
    }

    @Test("the standard schedule makes ten attempts within three days and four hours")
    func standard() {
        let total = RetryPolicy.standard.schedule.reduce(.zero, +)
        #expect(RetryPolicy.standard.schedule.count == 9)
        #expect(total > .days(3) && total < .days(3) + .hours(4))
        #expect(RetryPolicy.standard.jitter == 0.2)
    }
}
