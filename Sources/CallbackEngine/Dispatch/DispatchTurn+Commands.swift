import CallbackCore
import CallbackStore

/// Operators' commands on what waits. They are written by the writer like everything else; the dispatcher starts
/// nothing between the decision and its commit, and then looks at the lanes again.
extension DispatchTurn {
    mutating func begin(_ command: OperatorCommand, _ reply: @escaping @Sendable (CommandAnswer) -> Void) {
        let (allowed, refused) = withoutInFlight(command)
        guard let allowed else { return reply(CommandAnswer(items: refused)) }
        let underWay = Set(inFlight.keys)
        let deliveries: [QueuedDelivery]
        do {
            deliveries = try allowed.deliveryIDs.compactMap { try find($0) }
        } catch {
            return reply(CommandAnswer(items: [.init(name: allowed.word, done: false, words: "\(error)")]))
        }
        commandsUnderWay += 1
        let executor = CommandExecutor(
            registry: plan.registry, verifying: plan.verifying, underWay: underWay)
        let answer = Reply(otherwise: [CommandAnswer.Item]())
        let mailbox = mailbox
        loop.perform { commands in
            answer.set(try executor.execute(allowed, commands).items)
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
        case .acceptGap, .installSource, .snapshot, .stopSnapshot, .replay: break
        case .releaseSubject, .cancelReplay: try readAgain()
        case .retry, .retryAnyway, .hold, .release, .cancel, .redrive, .redriveAnyway, .discard:
            var concerned = pending.deliveries
            if pending.command.redrives {
                concerned += try pending.command.deliveryIDs.compactMap { try find($0) }
            }
            if pending.command.retries {
                for delivery in concerned {
                    if let line = lineOfNumber[delivery.target] { lines[line].health.tryAgain() }
                }
            }
            try look(at: concerned)
        }
        pending.reply(pending.answer)
    }

    /// Looks again at deliveries that were changed or came behind the cursor, and at their lanes.
    mutating func look(at deliveries: [QueuedDelivery]) throws {
        struct Place: Hashable {
            let target: Int64
            let lane: LaneKey
        }
        var seen: Set<Place> = []
        for delivery in deliveries {
            guard let line = lineOfNumber[delivery.target] else { continue }
            lines[line].waiting.note(queued: delivery.id)
            // A lane is read again as a whole.
            if let lane = delivery.lane, !seen.insert(Place(target: delivery.target, lane: lane)).inserted { continue }
            try lines[line].waiting.changed(delivery, now: clock.now(), queue)
        }
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
        case .retry, .retryAnyway: "retry"
        case .hold: "hold"
        case .release, .releaseSubject: "release"
        case .cancel: "cancel"
        case .redrive, .redriveAnyway: "redrive"
        case .discard: "discard"
        case .pause: "pause"
        case .resume: "resume"
        case .replay: "replay"
        case .cancelReplay: "cancel"
        case .enable: "enable"
        case .acceptGap: "accept"
        case .snapshot: "snapshot"
        case .stopSnapshot: "stop"
        case .installSource: "install"
        }
    }

    private var ids: [String] {
        switch self {
        case .retry(let ids), .retryAnyway(let ids), .hold(let ids), .release(let ids), .cancel(let ids),
            .redrive(let ids), .redriveAnyway(let ids), .discard(let ids):
            ids
        case .pause, .resume, .enable, .acceptGap, .snapshot, .stopSnapshot, .installSource, .releaseSubject, .replay,
            .cancelReplay:
            []
        }
    }

    fileprivate var redrives: Bool {
        switch self {
        case .redrive, .redriveAnyway: true
        default: false
        }
    }

    fileprivate var retries: Bool {
        switch self {
        case .retry, .retryAnyway: true
        default: false
        }
    }

    var deliveryIDs: [DeliveryID] { ids.compactMap { DeliveryID($0) } }

    /// The command for the other deliveries; nil where none is left.
    func without(_ excluded: Set<DeliveryID>) -> OperatorCommand? {
        let rest = ids.filter { id in DeliveryID(id).map { !excluded.contains($0) } ?? true }
        guard !rest.isEmpty else { return nil }
        return switch self {
        case .retry: .retry(rest)
        case .retryAnyway: .retryAnyway(rest)
        case .hold: .hold(rest)
        case .release: .release(rest)
        case .cancel: .cancel(rest)
        case .redrive: .redrive(rest)
        case .redriveAnyway: .redriveAnyway(rest)
        case .discard: .discard(rest)
        case .pause, .resume, .enable, .acceptGap, .snapshot, .stopSnapshot, .installSource, .releaseSubject, .replay,
            .cancelReplay:
            self
        }
    }
}
