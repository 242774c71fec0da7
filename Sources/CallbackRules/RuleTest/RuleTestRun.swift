package import CallbackCore

/// Runs tests against a rule book: matching, ordering and rendering are those of deliveries.
package struct RuleTestRun: Sendable {
    /// Shows what an action would send to a target; the rendering is nil where the event goes as it is.
    package typealias Preview =
        @Sendable (RuleName, TargetName, Event, Rendering?) -> Result<DeliveryPreview, RehearsalProblem>

    private let book: RuleBook
    private let preview: Preview

    package init(book: RuleBook, preview: @escaping Preview) {
        self.book = book
        self.preview = preview
    }

    package func verdict(of test: RuleTest) -> RuleTestVerdict {
        guard let event = test.event else {
            let failures = test.expectations.map { expectation in
                RuleTestFailure(
                    at: expectation.place, rule: expectation.rule,
                    "was expected and did not match: this change gives no event")
            }
            return RuleTestVerdict(test: test, matched: [], deliveries: [], failures: failures)
        }
        let matches = book.matches(event.captured, source: event.source)
        let journalled = event.journalled
        var deliveries: [RuleTestVerdict.Delivery] = []
        for match in matches {
            let key = book.orderingKey(rule: match.rule, event: event.captured, source: event.source)
            for target in match.targets {
                deliveries.append(
                    RuleTestVerdict.Delivery(
                        rule: match.rule, target: target, orderingKey: key,
                        preview: show(match.rule, target, journalled)))
            }
        }
        return RuleTestVerdict(
            test: test, matched: matches.map(\.rule), deliveries: deliveries,
            failures: failures(test, event, matches, deliveries))
    }

    private func show(
        _ rule: RuleName,
        _ target: TargetName,
        _ event: Event
    ) -> Result<DeliveryPreview, RehearsalProblem> {
        // A reference takes the place of each secret, so that none is needed and none can be shown.
        switch book.rendering(rule: rule, target: target, event: event, secrets: { "${secret.\($0)}" }) {
        case .success(let rendering): preview(rule, target, event, rendering)
        case .failure(let error): .failure(Self.problem(error, rule, target))
        }
    }

    /// The problem without the rule and target that results name themselves.
    private static func problem(_ error: RenderingError, _ rule: RuleName, _ target: TargetName) -> RehearsalProblem {
        let owner = "rule \"\(rule)\", target \"\(target)\": "
        let message = error.message
        return RehearsalProblem(message.hasPrefix(owner) ? String(message.dropFirst(owner.count)) : message)
    }

    private func failures(
        _ test: RuleTest,
        _ event: ExampleEvent,
        _ matches: [RuleMatch],
        _ deliveries: [RuleTestVerdict.Delivery]
    ) -> [RuleTestFailure] {
        var failures: [RuleTestFailure] = []
        for expectation in test.expectations {
            guard let match = matches.first(where: { $0.rule == expectation.rule }) else {
                failures.append(
                    RuleTestFailure(
                        at: expectation.place, rule: expectation.rule, missed(expectation.rule, event.captured.type)))
                continue
            }
            let judge = ExpectationJudge(
                expectation: expectation, match: match, deliveries: deliveries.filter { $0.rule == match.rule })
            failures += judge.failures
        }
        for match in matches where !test.expectations.contains(where: { $0.rule == match.rule }) {
            let targets = match.targets.map(\.rawValue).joined(separator: ", ")
            failures.append(
                RuleTestFailure(
                    at: test.place, rule: match.rule, "matched and was not expected; it delivers to \(targets)"))
        }
        return failures
    }

    /// Why a rule did not match, as far as its events tell.
    private func missed(_ rule: RuleName, _ type: EventType) -> String {
        let settings = book.source.rules.first { $0.name == rule }
        let types = settings?.events.map(\.type) ?? []
        guard types.contains(type) else {
            let names = types.map(\.rawValue).joined(separator: ", ")
            return "was expected and did not match: it waits for \(names), and not for \(type)"
        }
        return "was expected and did not match: its pattern does not accept this event"
    }
}
