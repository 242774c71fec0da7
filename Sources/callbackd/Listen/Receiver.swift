import CallbackCore
import Synchronization

/// What a receiver decides about each webhook, one after the other.
final class Receiver: Sendable {
    struct Plan: Sendable {
        /// The status for what is right.
        var status = 204
        /// So many requests get `failure` first.
        var failFirst = 0
        var failure = 503
        /// End after so many; nil never ends.
        var count: Int?
    }

    private struct State {
        var requests = 0
        var accepted = 0
        var ids = ReceivedIDs()
    }

    private let plan: Plan
    private let verifier: WebhookVerifier
    private let show: @Sendable (Receipt) -> Void
    private let whenDone: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - show: called for each request in the order in which they were counted.
    ///   - whenDone: called once, when `plan.count` is reached.
    init(
        plan: Plan,
        verifier: WebhookVerifier,
        show: @escaping @Sendable (Receipt) -> Void,
        whenDone: @escaping @Sendable () -> Void
    ) {
        self.plan = plan
        self.verifier = verifier
        self.show = show
        self.whenDone = whenDone
    }

    /// Judges a request and shows it.
    /// - Returns: the HTTP status to answer with.
    func receive(_ headers: SignatureHeaders, body: [UInt8], now: Timestamp) -> Int {
        let verdict = verifier.verdict(headers, body: body, now: now)
        let isDone = state.withLock { state -> (status: Int, isLast: Bool) in
            state.requests += 1
            var receipt = Receipt(
                number: state.requests, time: now, headers: headers, body: body, verdict: verdict, isDuplicate: false,
                status: plan.status)
            if state.requests <= plan.failFirst {
                receipt.status = plan.failure
            } else if case .refused = verdict {
                receipt.status = 401
            }
            // Only what was accepted before makes a repetition; what we refused must come again.
            var isNew = false
            if (200...299).contains(receipt.status) {
                isNew = headers.id.map { state.ids.insert($0) } ?? true
                receipt.isDuplicate = !isNew
                if isNew { state.accepted += 1 }
            }
            show(receipt)
            return (receipt.status, isNew && state.accepted == plan.count)
        }
        if isDone.isLast { whenDone() }
        return isDone.status
    }
}
