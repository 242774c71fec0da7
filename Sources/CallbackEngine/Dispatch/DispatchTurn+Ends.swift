import CallbackCore
import CallbackRules
import CallbackStore
import Logging

/// An attempt ends: what that comes to is decided and written, and then its lane goes on.
extension DispatchTurn {
    mutating func ended(_ report: AttemptReport) {
        if let (index, reply) = tests.removeValue(forKey: report.delivery) {
            if report.outcome == .delivered { lines[index].health.tryAgain() }
            return reply(report)
        }
        guard let entry = inFlight[report.delivery] else { return }
        let (index, delivery) = (entry.line, entry.delivery)
        if delivery.state == .uncertain { return answered(report, entry) }
        let settings = lines[index].target.settings
        let attempt = delivery.attempts + 1
        let now = clock.now()
        let doubt = doubt(report, entry, attemptInRound: attempt - delivery.round)
        let decision =
            doubt?.1
            ?? Self.decide(
                report, attemptInRound: attempt - delivery.round, age: .milliseconds(delivery.aged),
                retry: entry.retry ?? settings.retry, now: now, random: Double.random(in: 0..<1))
        if report.outcome != .delivered {
            lines[index].failedAttempts += 1
            lines[index].lastFailure = report.reason
        }
        if report.duration < FairShare.patience { lines[index].answeredAt = now }
        settle(doubt?.0 ?? report, decision)
    }

    /// Has the end of an attempt written, with all that follows from it.
    mutating func settle(
        _ report: AttemptReport, _ decision: Settlement.Decision, recorded: RecordedOutcome? = nil
    ) {
        guard let entry = inFlight[report.delivery] else { return }
        let (index, delivery) = (entry.line, entry.delivery)
        let settings = lines[index].target.settings
        let attempt = delivery.attempts + 1
        let now = clock.now()
        log(decision, report, attempt, of: settings.name)
        settlements.append(
            Settlement(
                of: delivery, attempt: attempt, report: report, decision: decision,
                aged: delivery.aged + decision.wait(from: now),
                consequences: consequences(of: report, decision, delivery, line: index, settings, at: now),
                recorded: recorded, wasNoted: entry.isNoted))
    }

    /// What follows from the end of an attempt.
    static func decide(
        _ report: AttemptReport,
        attemptInRound: Int,
        age: Duration = .zero,
        retry: RetryPolicy,
        now: Timestamp,
        random: @autoclosure () -> Double
    ) -> Settlement.Decision {
        switch report.outcome {
        case .delivered: return .delivered
        case .refused: return .dead(.refused)
        case .uncertain: return .dead(.uncertain)
        case .unavailable(let retryAfter):
            if report.disablesTarget { return .returned }
            return
                switch retry.next(
                    afterAttempt: attemptInRound, age: age, retryAfter: retryAfter, random: random())
            {
            case .wait(let wait): .deferred(until: now + wait)
            case .exhausted: .dead(.exhausted)
            case .expired: .dead(.expired)
            }
        }
    }

    private func log(_ decision: Settlement.Decision, _ report: AttemptReport, _ attempt: Int, of target: TargetName) {
        switch decision {
        case .delivered, .sentAgain: break
        case .returned:
            logger.info(
                "delivery waits for its target: \(report.reason)",
                metadata: ["delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)"])
        case .uncertain:
            logger.notice(
                "delivery uncertain: \(report.reason)",
                metadata: ["delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)"])
        case .deferred(let until):
            logger.info(
                "delivery deferred: \(report.reason)",
                metadata: [
                    "delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)",
                    "until": "\(until)",
                ])
        case .dead(let reason):
            logger.warning(
                "delivery dead, \(reason.rawValue): \(report.reason)",
                metadata: ["delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)"])
        }
    }

    /// An outcome is on disk: the delivery is in flight no more.
    mutating func settled(_ settlement: Settlement) throws {
        guard let entry = inFlight.removeValue(forKey: settlement.delivery) else { return }
        lines[entry.line].inFlight -= 1
        if entry.isNoted { acquit(settlement.delivery) }
        // What waits for a target that is gone waits in the file.
        guard !lines[entry.line].isGone else { return }
        switch settlement.decision {
        case .delivered:
            lines[entry.line].delivered += 1
            try lines[entry.line].waiting.finished(entry.delivery, queue)
        case .dead:
            lines[entry.line].dead += 1
            try lines[entry.line].waiting.finished(entry.delivery, queue)
        case .deferred(let until), .sentAgain(let until):
            try lines[entry.line].waiting.deferred(entry.delivery, until: until, queue)
        case .uncertain(let until):
            lines[entry.line].waiting.doubted(entry.delivery, until: until)
        case .returned:
            try lines[entry.line].waiting.returned(entry.delivery, queue)
        }
    }
}
