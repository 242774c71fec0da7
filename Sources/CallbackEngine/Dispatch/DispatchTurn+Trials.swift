import CallbackCore
import CallbackRules

/// Test deliveries, which an operator asks for: nothing of them is written.
extension DispatchTurn {
    mutating func test(
        _ target: TargetName,
        _ attempt: Attempt,
        _ reply: @escaping @Sendable (AttemptReport) -> Void
    ) {
        guard let index = lines.firstIndex(where: { $0.name == target && !$0.isGone }) else {
            let hint = DidYouMean.hint(
                for: target.rawValue, among: lines.lazy.filter { !$0.isGone }.map(\.name.rawValue))
            return reply(
                AttemptReport(
                    delivery: attempt.delivery, outcome: .refused, startedAt: clock.now(), duration: .zero,
                    reason: "there is no such target; \(hint)"))
        }
        let rendering: Rendering?
        switch plan.book.trial(target: target, event: attempt.event) {
        case .success(let rendered): rendering = rendered
        case .failure(let error):
            return reply(
                AttemptReport(
                    delivery: attempt.delivery, outcome: .refused, startedAt: clock.now(), duration: .zero,
                    reason: "cannot fill the template: \(error)"))
        }
        tests[attempt.delivery] = (index, reply)
        lines[index].target.action.start([
            Attempt(
                delivery: attempt.delivery, number: attempt.number, webhookID: attempt.webhookID, target: target,
                event: attempt.event, rendering: rendering)
        ])
    }

    /// Whoever waits for a test delivery gets an answer.
    mutating func refuseTests() {
        for (delivery, test) in tests {
            test.reply(
                AttemptReport(
                    delivery: delivery, outcome: .unavailable(retryAfter: nil), startedAt: clock.now(),
                    duration: .zero, reason: "the daemon is stopping"))
        }
        tests = [:]
    }
}
