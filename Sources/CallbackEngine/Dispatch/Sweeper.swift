import CallbackCore
import CallbackStore
import Logging

/// What the dispatcher remembers of its comparison of memory with the file.
struct Sweeper {
    /// Rows of a target that one look compares.
    static let page = 256
    /// Nanoseconds after which a look leaves the other targets to the next one.
    static let budget: Int64 = 2_000_000

    enum Doubt {
        case none
        /// These were in nobody's mind; the writer was asked to say when all it has told is read.
        case asked([Suspect])
        case answered([Suspect])
    }

    struct Suspect {
        let id: DeliveryID
        let target: Int64
    }

    /// Nanoseconds between two looks.
    let interval: Int64
    var next: Int64
    var doubt = Doubt.none
    /// The target that the next look begins with.
    var line = 0
    /// How far each target's queue has been compared.
    var positions: [Int64: DeliveryID] = [:]

    init(every interval: Duration, now: Int64) {
        self.interval = interval.nanoseconds
        next = now + self.interval
    }

    /// Everything that the writer had told when it was asked has been read.
    mutating func answer() {
        if case .asked(let suspects) = doubt { doubt = .answered(suspects) }
    }
}

/// Compares the file's queue with memory, piece by piece. It should never find anything: whatever can start is in
/// memory, or something in memory brings it there. If it does, that is a mistake of ours, and the target's queue is read
/// again.
extension DispatchTurn {
    /// To be called when everything that can start has been started.
    mutating func sweep() throws {
        guard drainDeadline == nil, commandsUnderWay == 0 else { return }
        switch sweeper.doubt {
        case .asked: return
        case .answered(let suspects):
            sweeper.doubt = .none
            try heal(suspects)
        case .none:
            let now = clock.monotonic()
            guard now >= sweeper.next else { return }
            sweeper.next = now + sweeper.interval
            let suspects = try look(until: now + Sweeper.budget)
            guard !suspects.isEmpty else { return }
            // The writer may have committed what it has not told yet. Once it answers this, it has told.
            sweeper.doubt = .asked(suspects)
            loop.performPatiently { _ in
            } done: { [mailbox] _ in
                mailbox.post(.swept)
            }
        }
    }

    /// Looks at a piece of the queue of each target, as far as the time reaches.
    private mutating func look(until end: Int64) throws -> [Sweeper.Suspect] {
        var suspects: [Sweeper.Suspect] = []
        for _ in lines.indices {
            sweeper.line = (sweeper.line + 1) % lines.count
            suspects += try look(at: sweeper.line)
            if clock.monotonic() >= end { break }
        }
        return suspects
    }

    private mutating func look(at index: Int) throws -> [Sweeper.Suspect] {
        guard isIdle(index) else { return [] }
        let target = lines[index].waiting.number
        let position = sweeper.positions[target] ?? DeliveryID(event: 0, ordinal: 0)
        let page = try queue.page(target: target, after: position, limit: Sweeper.page)
        sweeper.positions[target] = page.count < Sweeper.page ? nil : page.last?.id
        // What is due is worth a look of its own: it may stand far behind.
        let due = try queue.due(target: target, at: lookedAt, limit: 16)
        let busy = busyLanes(index)
        return try (due + page).filter { try isForgotten($0, busy) }.map { .init(id: $0.id, target: target) }
    }

    /// Whether everything of a target that could start must be in flight by now: it takes deliveries, its window has
    /// room, nothing is ready and nothing is left to read.
    private func isIdle(_ index: Int) -> Bool {
        lines[index].mayStart && lines[index].waiting.hasNothingToDo(at: lookedAt)
    }

    private func busyLanes(_ index: Int) -> Set<LaneKey> {
        Set(inFlight.values.lazy.filter { $0.line == index }.compactMap(\.delivery.lane))
    }

    /// Whether a delivery of an idle target could start, and is not under way.
    private func isForgotten(_ delivery: QueuedDelivery, _ busyLanes: Set<LaneKey>) throws -> Bool {
        guard inFlight[delivery.id] == nil, !laneRules.park(delivery.rule) else { return false }
        if let lane = delivery.lane, busyLanes.contains(lane) { return false }
        switch delivery.state {
        case .deferred: return delivery.due.map { $0 <= lookedAt } ?? false
        case .pending:
            guard let lane = delivery.lane else { return true }
            return try !queue.hasEarlier(in: lane, target: delivery.target, than: delivery.id)
        default: return false
        }
    }

    private mutating func heal(_ suspects: [Sweeper.Suspect]) throws {
        for (target, suspects) in Dictionary(grouping: suspects, by: \.target) {
            guard let index = lineOfNumber[target], isIdle(index) else { continue }
            let busy = busyLanes(index)
            let forgotten = try Set(suspects.map(\.id)).filter { id in
                try queue.delivery(id, target: target).map { try isForgotten($0, busy) } ?? false
            }
            guard let first = forgotten.min() else { continue }
            logger.error(
                "deliveries were due and nobody had them in mind; the target's queue is read again",
                metadata: [
                    "target": "\(lines[index].name)", "count": "\(forgotten.count)", "first": "\(first)",
                ])
            lines[index].healed += forgotten.count
            lines[index].waiting = try waiting(number: target, active: active(of: index))
        }
    }
}
