import CallbackCore
import CallbackStore

/// Attempts that are written down before their first byte: those of targets that ask that nothing be sent blind, and
/// for a while after an unclean end all of them, because one of them may have been its cause.
extension DispatchTurn {
    /// How long after an unclean end every attempt is written down first, in nanoseconds.
    static let cautiousTime: Int64 = 60_000_000_000

    struct Intents {
        /// Written down with the next commit.
        var next: [Intent] = []
        /// Monotonic nanoseconds until which every attempt is written down.
        var cautiousUntil = Int64.min
        /// What was under way when a daemon died, and how often without an outcome in between.
        var suspects: [DeliveryID: Int] = [:]
        /// Where one of them has ended the daemon twice, they go one at a time: the next end then names it.
        var suspectUnderWay: DeliveryID?
        var suspectsInLine: [DeliveryID] = []
    }

    func isNotedFirst(_ delivery: QueuedDelivery, of line: Int, at monotonic: Int64) -> Bool {
        lines[line].target.isGuarded || monotonic < intents.cautiousUntil
            || !intents.suspects.isEmpty && intents.suspects[delivery.id] != nil
    }

    /// Has an attempt written down; it begins when that is on disk.
    mutating func note(_ delivery: QueuedDelivery, of line: Int) {
        if intents.suspects[delivery.id] ?? 0 >= IntentRecovery.patience - 1 {
            guard intents.suspectUnderWay == nil else { return intents.suspectsInLine.append(delivery.id) }
            intents.suspectUnderWay = delivery.id
        }
        inFlight[delivery.id]?.isNoted = true
        intents.next.append(
            Intent(
                delivery: delivery.id, target: delivery.target, attempt: delivery.attempts + 1, startedAt: clock.now(),
                isGuarded: lines[line].target.isGuarded))
    }

    mutating func handOverIntents() {
        guard !intents.next.isEmpty else { return }
        loop.intend(intents.next)
        intents.next.removeAll(keepingCapacity: true)
    }

    /// What was written down may begin.
    mutating func begin(_ noted: [Intent]) throws {
        for intent in noted {
            guard let entry = inFlight[intent.delivery] else { continue }
            try prepare(entry.delivery, of: entry.line)
        }
        handOver()
    }

    /// An outcome is on disk: what was suspected has not ended the daemon.
    mutating func acquit(_ id: DeliveryID) {
        guard !intents.suspects.isEmpty else { return }
        intents.suspects[id] = nil
        guard intents.suspectUnderWay == id else { return }
        intents.suspectUnderWay = nil
        guard !intents.suspectsInLine.isEmpty else { return }
        let next = intents.suspectsInLine.removeFirst()
        if let entry = inFlight[next] { note(entry.delivery, of: entry.line) }
    }
}
