import CallbackCore
import CallbackStore

/// Operators' commands on what waits. They are written by the writer like everything else; the dispatcher starts
/// nothing between the decision and its commit, and then looks at the lanes again.
extension DispatchTurn {
    mutating func begin(_ command: OperatorCommand, _ reply: @escaping @Sendable (CommandAnswer) -> Void) {
        let (allowed, refused) = withoutInFlight(command)
        guard let allowed else { return reply(CommandAnswer(items: refused)) }
        let deliveries: [QueuedDelivery]
        do {
            deliveries = try allowed.deliveryIDs.compactMap { try find($0) }
        } catch {
            return reply(CommandAnswer(items: [.init(name: allowed.word, done: false, words: "\(error)")]))
        }
        commandsUnderWay += 1
        let registry = plan.registry
        let answer = Reply(otherwise: [CommandAnswer.Item]())
        let mailbox = mailbox
        loop.perform { commands in
            answer.set(try CommandExecutor(registry: registry).execute(allowed, commands).items)
        } done: { error in
            let items =
                error.map { [CommandAnswer.Item(name: allowed.word, done: false, words: "\($0)")] } ?? answer.current
            mailbox.post(
                .commandDone(
                    PendingCommand(
                        deliveries: deliveries, command: allowed, answer: CommandAnswer(items: items + refused),
                        reply: reply)))
        }
    }

    /// The change is on disk: memory follows.
    mutating func finish(_ pending: PendingCommand) throws {
        commandsUnderWay -= 1
        switch pending.command {
        case .pause(let target): forEachLine(of: target) { $0.isPaused = true }
        case .resume(let target):
            forEachLine(of: target) { line in
                line.isPaused = false
                line.health.enable()
            }
        case .enable(let target): forEachLine(of: target) { $0.health.enable() }
        case .acceptGap, .installSource: break
        case .releaseSubject: try readAgain()
        case .retry, .hold, .release, .cancel, .redrive, .discard:
            var concerned = pending.deliveries
            if case .redrive(let ids) = pending.command {
                concerned += try ids.compactMap { DeliveryID($0) }.compactMap { try find($0) }
            }
            for delivery in concerned {
                guard let line = lineOfNumber[delivery.target] else { continue }
                if case .retry = pending.command { lines[line].health.tryAgain() }
                try lines[line].waiting.changed(delivery, now: clock.now(), queue)
            }
        }
        pending.reply(pending.answer)
    }

    private mutating func forEachLine(of target: String, _ change: (inout Line) -> Void) {
        for index in lines.indices where lines[index].name.rawValue == target { change(&lines[index]) }
    }

    /// What is on its way cannot be taken back: its outcome decides.
    private func withoutInFlight(_ command: OperatorCommand) -> (OperatorCommand?, [CommandAnswer.Item]) {
        let busy = command.deliveryIDs.filter { inFlight[$0] != nil }
        guard !busy.isEmpty else { return (command, []) }
        let items = busy.map {
            CommandAnswer.Item(
                name: $0.description, done: false, words: "is being attempted now; try again in a moment")
        }
        return (command.without(Set(busy)), items)
    }

    private func find(_ id: DeliveryID) throws -> QueuedDelivery? {
        for target in plan.registry.targetNames.keys {
            if let delivery = try queue.delivery(id, target: target) { return delivery }
        }
        return nil
    }
}

extension OperatorCommand {
    var word: String {
        switch self {
        case .retry: "retry"
        case .hold: "hold"
        case .release, .releaseSubject: "release"
        case .cancel: "cancel"
        case .redrive: "redrive"
        case .discard: "discard"
        case .pause: "pause"
        case .resume: "resume"
        case .enable: "enable"
        case .acceptGap: "accept"
        case .installSource: "install"
        }
    }

    private var ids: [String] {
        switch self {
        case .retry(let ids), .hold(let ids), .release(let ids), .cancel(let ids), .redrive(let ids),
            .discard(let ids):
            ids
        case .pause, .resume, .enable, .acceptGap, .installSource, .releaseSubject: []
        }
    }

    var deliveryIDs: [DeliveryID] { ids.compactMap { DeliveryID($0) } }

    /// The command for the other deliveries; nil where none is left.
    func without(_ excluded: Set<DeliveryID>) -> OperatorCommand? {
        let rest = ids.filter { id in DeliveryID(id).map { !excluded.contains($0) } ?? true }
        guard !rest.isEmpty else { return nil }
        return switch self {
        case .retry: .retry(rest)
        case .hold: .hold(rest)
        case .release: .release(rest)
        case .cancel: .cancel(rest)
        case .redrive: .redrive(rest)
        case .discard: .discard(rest)
        case .pause, .resume, .enable, .acceptGap, .installSource, .releaseSubject: self
        }
    }
}
