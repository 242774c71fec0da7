import CallbackCore
import CallbackRules
import CallbackStore

/// Deliveries of which nobody knows whether they were processed: the target's own side is asked.
extension DispatchTurn {
    /// Makes the attempt that asks about an uncertain delivery.
    mutating func ask(_ delivery: QueuedDelivery, _ event: Event, _ rule: RuleName, of line: Int) throws {
        let target = lines[line].target
        let name = target.settings.name
        guard target.settings.verify != nil, target.verifier != nil else {
            return giveUp(delivery, "target \"\(name)\" has no verify now, so nobody can be asked")
        }
        // A book that cannot be read leaves the schedule that is known.
        if let retry = try? shelf.book(delivery.book, queue).retry(rule: rule, target: name) {
            inFlight[delivery.id]?.retry = retry
        }
        switch plan.book.question(target: name, event: event, secrets: plan.secrets) {
        case .failure(let error):
            ended(
                AttemptReport(
                    delivery: delivery.id, outcome: .unavailable(retryAfter: nil), startedAt: clock.now(),
                    duration: .zero, reason: "cannot ask: \(error)", isLocal: true, answer: .unknown))
        case .success(let rendering):
            lines[line].questions.append(
                Attempt(
                    delivery: delivery.id, number: delivery.attempts + 1,
                    webhookID: WebhookID.make(event: event.id, rule: rule, target: name, cause: delivery.cause),
                    target: name, event: event, rendering: rendering, kind: .verify))
        }
    }

    private mutating func giveUp(_ delivery: QueuedDelivery, _ reason: String) {
        let report = AttemptReport(
            delivery: delivery.id, outcome: .uncertain, startedAt: clock.now(), duration: .zero, reason: reason,
            isLocal: true)
        settle(report, .dead(.uncertain), recorded: .unanswered)
    }

    /// What is recorded and what follows where an attempt ended without an outcome that can be trusted; nil where it can.
    func doubt(_ report: AttemptReport, _ entry: InFlight, attemptInRound: Int) -> (AttemptReport, Settlement.Decision)?
    {
        guard report.mayHaveBeenProcessed, lines[entry.line].target.isGuarded, report.outcome != .delivered
        else { return nil }
        let settings = lines[entry.line].target.settings
        let decision = Verification.afterDoubt(
            settings.onDoubt, attemptInRound: attemptInRound, retry: entry.retry ?? settings.retry, now: clock.now(),
            random: Double.random(in: 0..<1))
        return (report.saying("\(report.reason); \(Verification.words(decision))", outcome: .uncertain), decision)
    }

    /// A question was answered, or was asked in vain.
    mutating func answered(_ report: AttemptReport, _ entry: InFlight) {
        let settings = lines[entry.line].target.settings
        let answer = report.answer ?? .unknown
        var retryAfter: Duration?
        if case .unavailable(let asked) = report.outcome { retryAfter = asked }
        let decision = Verification.afterAnswer(
            answer, attemptInRound: entry.delivery.attempts + 1 - entry.delivery.round,
            retry: entry.retry ?? settings.retry, retryAfter: retryAfter, now: clock.now(),
            random: Double.random(in: 0..<1))
        if answer == .unknown {
            lines[entry.line].failedAttempts += 1
            lines[entry.line].lastFailure = report.reason
        }
        let told = report.saying("\(report.reason), \(Verification.words(decision, after: answer))")
        settle(told, decision, recorded: RecordedOutcome(answer))
    }
}
