package import CallbackCore
package import HTTPTransport
import Synchronization

/// Sends deliveries as HTTP POST requests that a Standard Webhooks library can verify.
package final class WebhookAction: Action {
    private let transport: HTTPTransport
    private let flight: WebhookFlight
    private let timekeeper: any Timekeeper
    private let targets: Mutex<[TargetName: WebhookTarget]>

    /// - Parameters:
    ///   - maximumTransfers: how many requests may be on their way at once, over all targets.
    ///   - report: takes the ends of attempts, on the transport's thread.
    /// - Throws: when the system has no thread or memory left.
    package init(
        targets: [WebhookTarget],
        timekeeper: any Timekeeper,
        maximumTransfers: Int = 256,
        report: @escaping AttemptReports
    ) throws(HTTPFailure) {
        let flight = WebhookFlight()
        self.flight = flight
        self.timekeeper = timekeeper
        self.targets = Mutex(WebhookAction.byName(targets))
        transport = try HTTPTransport(maximumTransfers: maximumTransfers) { completions in
            report(flight.land(completions, now: timekeeper.now()))
        }
        self.report = report
    }

    private let report: AttemptReports

    /// Puts other targets in force, for attempts from now on, and another number of requests at once.
    package func use(_ targets: [WebhookTarget], maximumTransfers: Int) {
        let byName = WebhookAction.byName(targets)
        self.targets.withLock { $0 = byName }
        transport.use(maximumTransfers: maximumTransfers)
    }

    package func start(_ attempts: [Attempt]) {
        let now = timekeeper.now()
        let targets = targets.withLock { $0 }
        let ids = flight.take(attempts, now: now)
        var requests: [HTTPRequest] = []
        requests.reserveCapacity(attempts.count)
        var unsent: [AttemptReport] = []
        for (attempt, id) in zip(attempts, ids) {
            guard let target = targets[attempt.target] else {
                flight.drop(id)
                let reason = "target \"\(attempt.target)\" is no webhook of the configuration in force"
                unsent.append(WebhookAction.unsent(attempt, .unavailable(retryAfter: nil), reason, now))
                continue
            }
            if !target.statuses.isEmpty { flight.judge(id, by: target.statuses) }
            do {
                requests.append(
                    attempt.kind == .verify
                        ? try target.question(attempt, id: id, now: now)
                        : try target.request(attempt, id: id, now: now))
            } catch {
                flight.drop(id)
                unsent.append(WebhookAction.unsent(attempt, .refused, OneLine.of(error.problem), now))
            }
        }
        transport.submit(requests)
        // Reports come from the transport's thread also where nothing is sent: a caller may hold a lock here.
        guard !unsent.isEmpty else { return }
        let reports = unsent
        transport.run { [report] in report(reports) }
    }

    package func stop(grace: Duration) async {
        await transport.shutdown(grace: grace)
    }

    private static func unsent(
        _ attempt: Attempt, _ outcome: Outcome, _ reason: String, _ now: Timestamp
    ) -> AttemptReport {
        AttemptReport(
            delivery: attempt.delivery, outcome: outcome, startedAt: now, duration: .zero, reason: reason,
            isLocal: true)
    }

    private static func byName(_ targets: [WebhookTarget]) -> [TargetName: WebhookTarget] {
        Dictionary(targets.map { ($0.name, $0) }) { _, later in later }
    }
}
