import CallbackCore
import CallbackStore

/// What follows where nobody knows whether a delivery was processed, and from what is answered when that is asked: as
/// functions of values.
///
/// A question takes the place of the retry in the target's schedule. One that finds the delivery unprocessed is not
/// counted, because the sending that it allows is; one that finds nothing out is an attempt like any other.
enum Verification {
    /// The wait before a question that no schedule gives a time for: a doubt is never given up unasked.
    static let lastWait = Duration.seconds(5)

    /// How long to wait before asking.
    /// - Parameters:
    ///   - attempt: the number in its round of the attempt that left the doubt, from 1.
    ///   - random: in 0..<1.
    static func wait(afterAttempt attempt: Int, retry: RetryPolicy, random: Double) -> Duration {
        retry.wait(afterAttempt: attempt, retryAfter: nil, random: random)
            ?? retry.wait(afterAttempt: attempt - 1, retryAfter: nil, random: random) ?? lastWait
    }

    /// What follows from an attempt that left a doubt.
    static func afterDoubt(
        _ policy: DoubtPolicy,
        attemptInRound: Int,
        retry: RetryPolicy,
        now: Timestamp,
        random: Double
    ) -> Settlement.Decision {
        guard policy == .ask else { return .dead(.uncertain) }
        return .uncertain(until: now + wait(afterAttempt: attemptInRound, retry: retry, random: random))
    }

    /// What follows from an answer.
    /// - Parameters:
    ///   - attemptInRound: the number of the question among the attempts of its round, from 1.
    ///   - retryAfter: what the other side asked for.
    static func afterAnswer(
        _ answer: VerifyAnswer,
        attemptInRound: Int,
        retry: RetryPolicy,
        retryAfter: Duration?,
        now: Timestamp,
        random: Double
    ) -> Settlement.Decision {
        switch answer {
        case .processed:
            return .delivered
        case .notProcessed:
            // As many sendings as the schedule has, and one: after this many attempts, is there another?
            let hasNext = retry.wait(afterAttempt: attemptInRound - 1, retryAfter: nil, random: random) != nil
            return hasNext ? .sentAgain(at: now) : .dead(.exhausted)
        case .unknown:
            let wait = retry.wait(afterAttempt: attemptInRound, retryAfter: retryAfter, random: random)
            return wait.map { .uncertain(until: now + $0) } ?? .dead(.uncertain)
        }
    }

    /// What the attempt's line says of the consequence.
    static func words(_ decision: Settlement.Decision, after answer: VerifyAnswer? = nil) -> String {
        let finding =
            switch answer {
            case .processed: "processed: counts as delivered"
            case .notProcessed: "not processed"
            case .unknown: "no answer to go by"
            case nil: "it may have been processed"
            }
        switch decision {
        case .delivered, .deferred, .returned: return finding
        case .sentAgain: return "\(finding): sent again"
        case .uncertain(let until):
            return answer == nil ? "\(finding): asked about at \(until)" : "\(finding): asked again at \(until)"
        case .dead(.exhausted): return "\(finding), and its schedule is used up"
        case .dead:
            return answer == nil ? "\(finding), and is not sent again" : "\(finding), and its schedule is used up"
        }
    }
}
