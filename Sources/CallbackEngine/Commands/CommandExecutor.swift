package import CallbackCore
package import CallbackStore

/// Carries out operators' commands inside the writer's transaction and says what became of each.
///
/// The daemon and a verb without a daemon use the same one, so that both change the same things.
package struct CommandExecutor: Sendable {
    /// The answer, and what the dispatcher must look at again.
    package struct Effect: Sendable {
        package var answer: CommandAnswer
        /// The deliveries that were changed. The target is nil where the command did not need to know it.
        package var touched: [Touched]

        package init(answer: CommandAnswer, touched: [Touched]) {
            self.answer = answer
            self.touched = touched
        }
    }

    package struct Touched: Hashable, Sendable {
        package var delivery: DeliveryID
        package var target: Int64?

        package init(delivery: DeliveryID, target: Int64?) {
            self.delivery = delivery
            self.target = target
        }
    }

    private let registry: Registry

    package init(registry: Registry) { self.registry = registry }

    /// - Throws: `StateError`; then nothing of the transaction may be kept.
    package func perform(_ command: OperatorCommand, on state: StateCommands) throws -> Effect {
        switch command {
        case .retry(let ids): try waiting(ids, "due now", state.retry)
        case .hold(let ids): try waiting(ids, "held", state.hold)
        case .release(let ids): try waiting(ids, "released", missing: "is not held", state.release)
        case .cancel(let ids): try waiting(ids, "cancelled", state.cancel)
        case .redrive(let ids): try each(ids, "queued again", missing: Self.notDead) { id in try deadLetter(id, state.redrive) }
        case .discard(let ids): try each(ids, "discarded", missing: Self.notDead) { id in try deadLetter(id, state.discard) }
        case .pause(let name): try setPaused(true, name, state)
        case .resume(let name): try setPaused(false, name, state)
        case .acceptGap(let name): try acceptGap(name, state)
        }
    }

    private static let notDead = "is not among the dead letters"
    private static let notWaiting = "does not wait: it is finished, or there never was such a delivery"

    /// A delivery's name does not say its target, and the queue is kept by target: each is tried, by its key.
    private func waiting(
        _ ids: [String],
        _ done: String,
        missing: String = notWaiting,
        _ change: (DeliveryID, Int64) throws -> Bool
    ) throws -> Effect {
        try each(ids, done, missing: missing) { id in
            for number in registry.targetNames.keys.sorted() where try change(id, number) {
                return Touched(delivery: id, target: number)
            }
            return nil
        }
    }

    private func deadLetter(_ id: DeliveryID, _ change: (DeliveryID) throws -> Bool) throws -> Touched? {
        try change(id) ? Touched(delivery: id, target: nil) : nil
    }

    private func each(
        _ ids: [String],
        _ done: String,
        missing: String,
        _ change: (DeliveryID) throws -> Touched?
    ) throws -> Effect {
        var effect = Effect(answer: CommandAnswer(items: []), touched: [])
        for text in ids {
            guard let id = DeliveryID(text) else {
                effect.answer.items.append(
                    .init(name: text, done: false, words: "is no delivery: they are written like 42-1"))
                continue
            }
            if let touched = try change(id) {
                effect.touched.append(touched)
                effect.answer.items.append(.init(name: text, done: true, words: done))
            } else {
                effect.answer.items.append(.init(name: text, done: false, words: missing))
            }
        }
        return effect
    }

    private func setPaused(_ paused: Bool, _ name: String, _ state: StateCommands) throws -> Effect {
        guard let number = registry.targets[TargetName(name)] else {
            let meant = DidYouMean.closest(to: name, among: registry.targets.keys.map(\.rawValue))
            let hint = meant.map { "; did you mean \"\($0)\"?" } ?? ""
            return one(name, done: false, "there is no such target\(hint)")
        }
        try state.setPaused(paused, target: number)
        return one(name, done: true, paused ? "paused: nothing is sent, nothing is lost" : "resumed")
    }

    private func acceptGap(_ name: String, _ state: StateCommands) throws -> Effect {
        try state.acceptGap(of: SourceName(name))
            ? one(name, done: true, "the gap is accepted")
            : one(name, done: false, "has no open gap, or there is no such source")
    }

    private func one(_ name: String, done: Bool, _ words: String) -> Effect {
        Effect(answer: CommandAnswer(items: [.init(name: name, done: done, words: words)]), touched: [])
    }
}
