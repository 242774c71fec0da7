import CallbackCore
import CallbackStore
import Testing

@testable import CallbackEngine

@Suite("What follows from a doubt, and from the answer to it")
struct VerificationTests {
    private let now = Timestamp(milliseconds: 1_700_000_000_000)
    private let retry = RetryPolicy(schedule: [.seconds(1), .seconds(10)], jitter: 0)

    private func afterDoubt(_ policy: DoubtPolicy, _ attempt: Int, _ retry: RetryPolicy) -> Settlement.Decision {
        Verification.afterDoubt(policy, attemptInRound: attempt, retry: retry, now: now, random: 0.5)
    }

    private func afterAnswer(
        _ answer: VerifyAnswer, _ attempt: Int, retryAfter: Duration? = nil
    ) -> Settlement.Decision {
        Verification.afterAnswer(
            answer, attemptInRound: attempt, retry: retry, retryAfter: retryAfter, now: now, random: 0.5)
    }

    @Test("where nobody can be asked, a doubt is a dead letter at once")
    func atMostOnce() {
        #expect(afterDoubt(.giveUp, 1, retry) == .dead(.uncertain))
    }

    @Test("the question comes where the retry would have come")
    func whenAsked() {
        #expect(afterDoubt(.ask, 1, retry) == .uncertain(until: now + .seconds(1)))
        #expect(afterDoubt(.ask, 2, retry) == .uncertain(until: now + .seconds(10)))
    }

    @Test("a doubt after the last attempt is asked about all the same")
    func lastAttempt() {
        #expect(afterDoubt(.ask, 3, retry) == .uncertain(until: now + .seconds(10)))
        let once = RetryPolicy(schedule: [], jitter: 0)
        #expect(afterDoubt(.ask, 1, once) == .uncertain(until: now + Verification.lastWait))
    }

    @Test("what was processed is delivered, whatever the schedule says", arguments: [2, 3, 4, 100])
    func processed(attempt: Int) {
        #expect(afterAnswer(.processed, attempt) == .delivered)
    }

    @Test("what was not processed is sent at once, as often as the schedule would have sent it")
    func notProcessed() {
        #expect(afterAnswer(.notProcessed, 2) == .sentAgain(at: now))
        #expect(afterAnswer(.notProcessed, 3) == .sentAgain(at: now))
        #expect(afterAnswer(.notProcessed, 4) == .dead(.exhausted))
    }

    @Test("no answer is asked again by the schedule, and then it is a dead letter that is uncertain")
    func unknown() {
        #expect(afterAnswer(.unknown, 2) == .uncertain(until: now + .seconds(10)))
        #expect(afterAnswer(.unknown, 2, retryAfter: .minutes(2)) == .uncertain(until: now + .minutes(2)))
        #expect(afterAnswer(.unknown, 3) == .dead(.uncertain))
    }

    /// What an operator reads, for each way in which it can go on.
    @Test("the words of an attempt say what was found and what follows")
    func words() {
        let later = now + .seconds(1)
        #expect(Verification.words(.dead(.uncertain)) == "it may have been processed, and is not sent again")
        #expect(
            Verification.words(.uncertain(until: later)) == "it may have been processed: asked about at \(later)")
        #expect(Verification.words(.delivered, after: .processed) == "processed: counts as delivered")
        #expect(Verification.words(.sentAgain(at: now), after: .notProcessed) == "not processed: sent again")
        #expect(
            Verification.words(.dead(.exhausted), after: .notProcessed)
                == "not processed, and its schedule is used up")
        #expect(
            Verification.words(.uncertain(until: later), after: .unknown)
                == "no answer to go by: asked again at \(later)")
        #expect(
            Verification.words(.dead(.uncertain), after: .unknown)
                == "no answer to go by, and its schedule is used up")
    }

    /// A walk through every order of answers: each ends, and none sends more often than the schedule without questions.
    @Test("whatever is answered, it ends, and sends no more often than the schedule allows")
    func everyWalk() {
        let answers: [VerifyAnswer] = [.processed, .notProcessed, .unknown]
        var ends = 0
        func walk(attempt: Int, sendings: Int, depth: Int) {
            guard depth < 20 else {
                Issue.record("no end")
                return
            }
            // Every sending ends in doubt.
            guard case .uncertain = afterDoubt(.ask, attempt, retry) else {
                Issue.record("a doubt that is not asked about")
                return
            }
            ask(attempt: attempt + 1, sendings: sendings, depth: depth + 1)
        }
        func ask(attempt: Int, sendings: Int, depth: Int) {
            for answer in answers {
                switch afterAnswer(answer, attempt) {
                case .delivered, .dead: ends += 1
                case .uncertain: ask(attempt: attempt + 1, sendings: sendings, depth: depth + 1)
                case .sentAgain:
                    // The question that allowed it is not counted.
                    #expect(sendings + 1 <= retry.schedule.count + 1)
                    walk(attempt: attempt, sendings: sendings + 1, depth: depth + 1)
                case .deferred, .returned: Issue.record("a delivery in doubt became deferred")
                }
            }
        }
        walk(attempt: 1, sendings: 1, depth: 0)
        #expect(ends > 10)
    }
}
