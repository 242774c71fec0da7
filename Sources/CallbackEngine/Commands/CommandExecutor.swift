package import CallbackCore
package import CallbackStore

/// Carries out operators' commands inside the writer's transaction and says what became of each.
///
/// The daemon and a verb without a daemon use the same one, so that both change the same things.
package struct CommandExecutor: Sendable {
    let registry: Registry
    /// The targets whose deliveries can be asked about.
    private let verifying: Set<TargetName>

    let underWay: Set<DeliveryID>

    /// - Parameters:
    ///   - verifying: the targets whose deliveries can be asked about.
    ///   - underWay: what is being attempted and cannot be taken back.
    package init(
        registry: Registry,
        verifying: Set<TargetName> = [],
        underWay: Set<DeliveryID> = []
    ) {
        self.registry = registry
        self.verifying = verifying
        self.underWay = underWay
    }

    /// Carries out a command.
    /// - Throws: `StateError`; then nothing of the transaction may be kept.
    package func execute(_ command: OperatorCommand, _ state: StateCommands) throws -> CommandAnswer {
        switch command {
        case .retry(let ids): try retry(ids, state)
        case .retryAnyway(let ids):
            try waiting(ids, "due now", missing: Self.notDeferred) { id, target in
                guard try state.retryAnyway(id, target: target) else { return false }
                try state.closeBreaker(target: target)
                return true
            }
        case .hold(let ids): try hold(ids, state)
        case .release(let ids): try waiting(ids, "released", missing: "is not held", state.release)
        case .releaseSubject(let subject): try release(subject: subject, state)
        case .cancel(let ids): try waiting(ids, "cancelled", missing: Self.notWaiting, state.cancel)
        case .redrive(let ids): try redrive(Self.inCommitOrder(ids), state)
        case .redriveAnyway(let ids):
            try each(Self.inCommitOrder(ids), "queued again", missing: Self.notDead, state.redrive)
        case .discard(let ids): try each(ids, "discarded", missing: Self.notDead, state.discard)
        case .pause(let name): try setPaused(true, name, state)
        case .resume(let name): try setPaused(false, name, state)
        case .replay(let request): try begin(request, state)
        case .cancelReplay(let number): try cancelReplay(number, state)
        case .enable(let name): try enable(name, state)
        case .acceptGap(let name): try acceptGap(name, state)
        case .snapshot(let name, let tables): try beginSnapshot(name, tables, state)
        case .stopSnapshot(let name): try stopSnapshot(name, state)
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

    private func retry(_ ids: [String], _ state: StateCommands) throws -> CommandAnswer {
        let targets = registry.targetNames.keys.sorted()
        return try each(ids, missing: Self.notDeferred) { id in
            // Who asks for a retry says that the target is worth trying now.
            if let target = try targets.first(where: { try state.retry(id, target: $0) }) {
                try state.closeBreaker(target: target)
                return .done("due now")
            }
            if let target = try targets.first(where: { try state.ask(id, target: $0) }) {
                try state.closeBreaker(target: target)
                return .done("it may have been processed: asked about now, and sent only if it was not")
            }
            return nil
        }
    }

    private func hold(_ ids: [String], _ state: StateCommands) throws -> CommandAnswer {
        let targets = registry.targetNames.keys.sorted()
        return try each(ids, missing: Self.notWaiting) { id in
            if try targets.contains(where: { try state.hold(id, target: $0) }) { return .done("held") }
            guard try targets.contains(where: { try state.isUncertain(id, target: $0) }) else { return nil }
            return .refused(
                "is uncertain, and stays so: nothing is sent before it is verified. "
                    + "To end it: callbackd deliveries cancel \(id)")
        }
    }

    /// What may have been processed is queued again only where somebody can be asked first.
    private func redrive(_ ids: [String], _ state: StateCommands) throws -> CommandAnswer {
        try each(ids, missing: Self.notDead) { id in
            guard let target = try state.targetOfDoubtfulDeadLetter(id) else {
                return try state.redrive(id) ? .done("queued again") : nil
            }
            let name = registry.targetNames[target]
            guard let name, verifying.contains(name) else {
                return .refused(
                    "may have been processed, and target \"\(name?.rawValue ?? "#\(target)")\" has no verify that "
                        + "could tell: look at the receiver, then discard it, or redrive it with --even-if-processed")
            }
            guard try state.redriveAsking(id, target: target) else { return nil }
            return .done("queued again: asked about first, and sent only if it was not processed")
        }
    }

    private enum Result {
        case done(String)
        case refused(String)
    }

    private func each(
        _ ids: [String],
        missing: String,
        _ change: (DeliveryID) throws -> Result?
    ) throws -> CommandAnswer {
        var answer = CommandAnswer(items: [])
        for text in ids {
            guard let id = DeliveryID(text) else {
                answer.items.append(.init(name: text, done: false, words: "is no delivery: they are written like 42-1"))
                continue
            }
            switch try change(id) {
            case .done(let words): answer.items.append(.init(name: text, done: true, words: words))
            case .refused(let words): answer.items.append(.init(name: text, done: false, words: words))
            case nil: answer.items.append(.init(name: text, done: false, words: missing))
            }
        }
        return answer
    }

    private func each(
        _ ids: [String],
        _ done: String,
        missing: String,
        _ change: (DeliveryID) throws -> Bool
    ) throws -> CommandAnswer {
        try each(ids, missing: missing) { try change($0) ? .done(done) : nil }
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

    func noSuchTarget(_ name: String) -> CommandAnswer {
        let hint = DidYouMean.hint(for: name, among: registry.targets.keys.map(\.rawValue))
        return one(name, done: false, "there is no such target; \(hint)")
    }

    private func release(subject: String, _ state: StateCommands) throws -> CommandAnswer {
        guard let count = try state.release(subject: subject) else {
            return one(subject, done: false, "nothing of this subject is held")
        }
        return one(subject, done: true, "released, deliveries: \(count)")
    }

    /// The first of each lane comes first, so that the others are queued behind it.
    private static func inCommitOrder(_ ids: [String]) -> [String] {
        ids.enumerated().sorted { left, right in
            guard let first = DeliveryID(left.element), let second = DeliveryID(right.element) else {
                return left.offset < right.offset
            }
            return first < second
        }.map(\.element)
    }

    private func acceptGap(_ name: String, _ state: StateCommands) throws -> CommandAnswer {
        try state.acceptGap(of: SourceName(name))
            ? one(name, done: true, "the gap is accepted")
            : one(name, done: false, "has no open gap, or there is no such source")
    }

    func one(_ name: String, done: Bool, _ words: String) -> CommandAnswer {
        CommandAnswer(items: [.init(name: name, done: done, words: words)])
    }
}
