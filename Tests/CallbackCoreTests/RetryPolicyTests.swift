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

    @Test("the standard schedule makes ten attempts within three days and four hours")
    func standard() {
        let total = RetryPolicy.standard.schedule.reduce(.zero, +)
        #expect(RetryPolicy.standard.schedule.count == 9)
        #expect(total > .days(3) && total < .days(3) + .hours(4))
        #expect(RetryPolicy.standard.jitter == 0.2)
    }
}
