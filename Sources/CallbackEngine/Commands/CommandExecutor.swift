package import CallbackCore
package import CallbackStore

/// Carries out operators' commands inside the writer's transaction and says what became of each.
///
/// The daemon and a verb without a daemon use the same one, so that both change the same things.
package struct CommandExecutor: Sendable {
    private let registry: Registry

    package init(registry: Registry) { self.registry = registry }

    /// Carries out a command.
    /// - Throws: `StateError`; then nothing of the transaction may be kept.
    package func execute(_ command: OperatorCommand, _ state: StateCommands) throws -> CommandAnswer {
        switch command {
        case .retry(let ids):
            try waiting(ids, "due now", missing: Self.notDeferred) { id, target in
                guard try state.retry(id, target: target) else { return false }
                // Who asks for a retry says that the target is worth trying now.
                try state.closeBreaker(target: target)
                return true
            }
        case .hold(let ids): try waiting(ids, "held", missing: Self.notWaiting, state.hold)
        case .release(let ids): try waiting(ids, "released", missing: "is not held", state.release)
        case .releaseSubject(let subject): try release(subject: subject, state)
        case .cancel(let ids): try waiting(ids, "cancelled", missing: Self.notWaiting, state.cancel)
        case .redrive(let ids): try each(ids, "queued again", missing: Self.notDead, state.redrive)
        case .discard(let ids): try each(ids, "discarded", missing: Self.notDead, state.discard)
        case .pause(let name): try setPaused(true, name, state)
        case .resume(let name): try setPaused(false, name, state)
        case .enable(let name): try enable(name, state)
        case .acceptGap(let name): try acceptGap(name, state)
        case .installSource(let name, _): one(name, done: false, "is not installed inside the state file's transaction")
        }
    }

    private static let notDead = "is not among the dead letters"
    private static let notDeferred = "is neither deferred nor held: there is no wait to cut short"
    private static let notWaiting = "does not wait: it is finished, or there never was such a delivery"

    /// A delivery's name does not say its target, and the queue is kept by target: each is tried, by its key.
    private func waiting(
        _ ids: [String],
        _ done: String,
        missing: String,
        _ change: (DeliveryID, Int64) throws -> Bool
    ) throws -> CommandAnswer {
        let targets = registry.targetNames.keys.sorted()
        return try each(ids, done, missing: missing) { id in
            try targets.contains { try change(id, $0) }
        }
    }

    private func each(
        _ ids: [String],
        _ done: String,
        missing: String,
        _ change: (DeliveryID) throws -> Bool
    ) throws -> CommandAnswer {
        var answer = CommandAnswer(items: [])
        for text in ids {
            guard let id = DeliveryID(text) else {
                answer.items.append(.init(name: text, done: false, words: "is no delivery: they are written like 42-1"))
                continue
            }
            let done = try change(id) ? done : nil
            answer.items.append(.init(name: text, done: done != nil, words: done ?? missing))
        }
        return answer
    }

    private func setPaused(_ paused: Bool, _ name: String, _ state: StateCommands) throws -> CommandAnswer {
        guard let number = registry.targets[TargetName(name)] else { return noSuchTarget(name) }
        try state.setPaused(paused, target: number)
        guard !paused else { return one(name, done: true, "paused: nothing is sent, nothing is lost") }
        let wasDisabled = try state.enable(target: number)
        return one(name, done: true, wasDisabled ? "resumed, and enabled again" : "resumed")
    }

    private func enable(_ name: String, _ state: StateCommands) throws -> CommandAnswer {
        guard let number = registry.targets[TargetName(name)] else { return noSuchTarget(name) }
        return try state.enable(target: number)
            ? one(name, done: true, "enabled: what waits is sent")
            : one(name, done: false, "is not disabled")
    }

    private func noSuchTarget(_ name: String) -> CommandAnswer {
        let meant = DidYouMean.closest(to: name, among: registry.targets.keys.map(\.rawValue))
        let hint = meant.map { "; did you mean \"\($0)\"?" } ?? ""
        return one(name, done: false, "there is no such target\(hint)")
    }

    private func release(subject: String, _ state: StateCommands) throws -> CommandAnswer {
        guard let count = try state.release(subject: subject) else {
            return one(subject, done: false, "nothing of this subject is held")
        }
        return one(subject, done: true, "released, deliveries: \(count)")
    }

    private func acceptGap(_ name: String, _ state: StateCommands) throws -> CommandAnswer {
        try state.acceptGap(of: SourceName(name))
            ? one(name, done: true, "the gap is accepted")
            : one(name, done: false, "has no open gap, or there is no such source")
    }

    private func one(_ name: String, done: Bool, _ words: String) -> CommandAnswer {
        CommandAnswer(items: [.init(name: name, done: done, words: words)])
    }
}
