import CallbackCore
import HTTPTransport
import Synchronization

/// Which attempt each request under way belongs to: a request's id is its place in a table.
final class WebhookFlight: Sendable {
    private struct Entry {
        var delivery: DeliveryID
        var startedAt: Timestamp
        var statuses = StatusTable()
    }

    private struct State {
        var entries: [Entry?] = []
        var free: [Int] = []
    }

    private let state = Mutex(State())

    /// Gives each attempt an id.
    func take(_ attempts: [Attempt], now: Timestamp) -> [UInt64] {
        state.withLock { state in
            attempts.map { attempt in
                let entry = Entry(delivery: attempt.delivery, startedAt: now)
                if let place = state.free.popLast() {
                    state.entries[place] = entry
                    return UInt64(place)
                }
                state.entries.append(entry)
                return UInt64(state.entries.count - 1)
            }
        }
    }

    /// The end of this request is judged by a table of the target's own.
    func judge(_ id: UInt64, by statuses: StatusTable) {
        state.withLock { $0.entries[Int(id)]?.statuses = statuses }
    }

    func drop(_ id: UInt64) {
        state.withLock { state in
            state.entries[Int(id)] = nil
            state.free.append(Int(id))
        }
    }

    /// Makes reports of completions and frees their ids.
    func land(_ completions: [HTTPCompletion], now: Timestamp) -> [AttemptReport] {
        state.withLock { state in
            completions.compactMap { completion in
                let place = Int(completion.id)
                guard state.entries.indices.contains(place), let entry = state.entries[place] else { return nil }
                state.entries[place] = nil
                state.free.append(place)
                return WebhookFlight.report(completion, entry, now)
            }
        }
    }

    private static func report(_ completion: HTTPCompletion, _ entry: Entry, _ now: Timestamp) -> AttemptReport {
        let verdict = WebhookVerdict.of(completion.result, statuses: entry.statuses, now: now)
        var output: [UInt8] = []
        var truncated = false
        if case .response(let response) = completion.result {
            output = response.body
            truncated = response.truncated
        }
        return AttemptReport(
            delivery: entry.delivery,
            outcome: verdict.outcome,
            startedAt: entry.startedAt,
            duration: .nanoseconds(Int64(clamping: completion.durationNanoseconds)),
            code: verdict.code,
            reason: verdict.reason,
            output: output,
            outputTruncated: truncated,
            concernsTarget: verdict.concernsTarget,
            isLocal: verdict.isLocal,
            disablesTarget: verdict.disablesTarget
        )
    }
}
