import CallbackCore
import CallbackRules
import CallbackStore
import Logging

/// What an attempt's end means for its target, and what follows from that.
extension DispatchTurn {
    /// What is written in the settlement's own transaction; nil for nearly all.
    mutating func consequences(
        of report: AttemptReport,
        _ decision: Settlement.Decision,
        _ delivery: QueuedDelivery,
        line index: Int,
        _ settings: TargetSettings,
        at now: Timestamp
    ) -> Consequences? {
        let change = lines[index].health.ended(
            delivery.id, TargetHealth.End(report), at: now, random: Double.random(in: 0..<1),
            settings)
        let note = lines[index].health.takeNote()
        var dead: DeadReason?
        if case .dead(let reason) = decision { dead = reason }
        guard change != nil || note != nil || dead != nil else { return nil }
        if let change { log(change, report, of: lines[index].name) }
        // What happens to an event of our own raises no other: it could go round in circles.
        let isOwn = delivery.event.map { BuiltInEvents.catalog.shapes[$0.type] != nil } ?? false
        var raised: [CapturedEvent] = []
        if let change, !isOwn { raised += BuiltInEvents.target(lines[index].name, change, now: now) }
        if let dead, !isOwn {
            raised.append(
                BuiltInEvents.dead(
                    delivery, rule: plan.registry.ruleNames[delivery.rule] ?? "", target: lines[index].name, report,
                    dead, now: now))
        }
        return Consequences(
            target: note, raised: entry(for: raised),
            onDead: dead.flatMap { onDead($0, report, delivery, of: lines[index].name) })
    }

    /// Names and matches events of our own, with the rules that the dispatcher works with.
    private func entry(for events: [CapturedEvent]) -> IntakeEntry? {
        guard !events.isEmpty else { return nil }
        let current = RuleBookInForce.Current(
            book: plan.book, version: plan.version, registry: plan.registry, sourcePrefix: plan.sourcePrefix)
        let source = BuiltInEvents.source
        let entries = events.map { current.entry(for: $0, source: source, incarnation: "") }
            // Dead letters can be many, and are listed anyway: where no rule asks, the journal need not tell of them.
            .filter { !$0.deliveries.isEmpty || $0.type != BuiltInEvents.deadType }
        guard !entries.isEmpty else { return nil }
        return IntakeEntry(source: source, book: plan.version, events: entries, mark: nil)
    }

    private mutating func onDead(
        _ reason: DeadReason,
        _ report: AttemptReport,
        _ delivery: QueuedDelivery,
        of target: TargetName
    ) -> Consequences.OnDead? {
        guard !DeliveryCause.isOnDead(delivery.cause), let rule = plan.registry.ruleNames[delivery.rule],
            // A book that cannot be read has ended the attempt, too: its rule asks for nothing that is known.
            let book = try? shelf.book(delivery.book, queue)
        else { return nil }
        let targets = book.onDead(rule: rule).compactMap { plan.registry.targets[$0] }
        guard !targets.isEmpty else { return nil }
        return .init(targets: targets, deadTarget: target, reason: "\(reason.rawValue): \(report.reason)")
    }

    /// A hook that learns of a dead delivery gets its target and reason as variables.
    func withDeadLetter(_ rendering: Rendering?, _ delivery: DeliveryID) throws(StateError) -> Rendering? {
        guard let letter = try queue.deadLetter(behind: delivery) else { return rendering }
        var rendering = rendering ?? Rendering()
        rendering.environment["EVENT_DEAD_TARGET"] = letter.target
        rendering.environment["EVENT_DEAD_REASON"] = letter.reason
        return rendering
    }

    private func log(_ change: TargetHealth.Change, _ report: AttemptReport, of target: TargetName) {
        switch change {
        case .opened(let until):
            logger.warning(
                "target left alone, too many attempts fail: \(report.reason)",
                metadata: ["target": "\(target)", "until": "\(until)"])
        case .closed: logger.notice("target answers again", metadata: ["target": "\(target)"])
        case .disabled(let disabled):
            logger.error(
                "target disabled: \(disabled.words)",
                metadata: ["target": "\(target)", "then": "callbackd targets enable \(target)"])
        case .recovered: logger.notice("target takes deliveries again", metadata: ["target": "\(target)"])
        }
    }
}

extension TargetHealth.End {
    init(_ report: AttemptReport) {
        self =
            switch report.outcome {
            case _ where report.isLocal: .local
            case _ where report.disablesTarget: .gone(report.reason)
            case .delivered: .succeeded
            // An address that we may not reach fails for every delivery, and not for what is in it.
            case .refused: report.concernsTarget ? .failed : .refused
            case .uncertain: .failed
            case .unavailable(let wait):
                // An answer that speaks of the target as a whole: it is overloaded.
                report.concernsTarget && report.code != nil ? .throttled(wait) : .failed
            }
    }
}

extension Settlement.Decision {
    /// What it adds to the delivery's age, in milliseconds.
    func wait(from now: Timestamp) -> Int64 {
        guard case .deferred(let until) = self else { return 0 }
        return max(0, (until - now).milliseconds)
    }
}
