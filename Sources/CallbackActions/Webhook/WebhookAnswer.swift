package import CallbackCore
package import HTTPTransport

/// What the answer to a verifying GET means, as a function of values.
package struct WebhookAnswer: Hashable, Sendable {
    package var answer: VerifyAnswer
    /// The status, where there was one.
    package var code: Int?
    /// One line for the operator.
    package var reason: String
    /// Whether the failure speaks of the target as a whole.
    package var concernsTarget: Bool
    /// What the other side asked for before the next question.
    package var retryAfter: Duration?

    /// - Parameter now: what a date in `Retry-After` is counted from.
    package static func of(_ completion: HTTPCompletion, now: Timestamp) -> WebhookAnswer {
        let verdict = WebhookVerdict.of(completion.result, now: now)
        let status = verdict.code
        var found = WebhookAnswer(
            answer: .unknown, code: status, reason: "asked: \(verdict.reason)", concernsTarget: verdict.concernsTarget)
        if case .unavailable(let wait) = verdict.outcome { found.retryAfter = wait }
        guard let status else { return found }
        if (200..<300).contains(status) || status == 404 {
            found.answer = status == 404 ? .notProcessed : .processed
            found.reason = "asked: HTTP \(status)"
            found.concernsTarget = false
        }
        return found
    }

    func report(
        _ delivery: DeliveryID, startedAt: Timestamp, _ completion: HTTPCompletion
    ) -> AttemptReport {
        var output: [UInt8] = []
        var truncated = false
        if case .response(let response) = completion.result {
            output = response.body
            truncated = response.truncated
        }
        return AttemptReport(
            delivery: delivery, outcome: answer == .processed ? .delivered : .unavailable(retryAfter: retryAfter),
            startedAt: startedAt, duration: .nanoseconds(Int64(clamping: completion.durationNanoseconds)), code: code,
            reason: reason, output: output, outputTruncated: truncated, concernsTarget: concernsTarget, answer: answer)
    }
}
