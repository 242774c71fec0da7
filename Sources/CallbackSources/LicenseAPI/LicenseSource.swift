package import CallbackCore
package import HTTPTransport

/// Sees which licences an account orders, changes and ends, by asking a remote licence API again and again.
package final class LicenseSource: Source {
    /// Milliseconds for which it sleeps at most.
    private static let longestSleep: Int64 = 60_000

    package let name: SourceName
    private let plan: LicensePlan
    private let api: LicenseAPI
    private let timekeeper: any Timekeeper
    private let stopSignal = StopSignal()

    /// - Parameters:
    ///   - egress: gives the private networks that may be reached now; asked before each request.
    ///   - secret: gives the present value of a named secret; asked each time that a token is needed.
    /// - Throws: `DiagnosticList` where the settings cannot be used, or what the system lacks.
    package init(
        settings: SourceSettings, timekeeper: any Timekeeper, egress: @escaping @Sendable () -> EgressPolicy,
        secret: @escaping @Sendable (String) -> String?
    ) throws {
        name = settings.name
        let plan = try LicensePlan(settings)
        self.plan = plan
        self.timekeeper = timekeeper
        api = try LicenseAPI(plan, timekeeper: timekeeper, egress: egress, secret: { secret(plan.secret) })
    }

    package func stop() {
        stopSignal.raise()
        api.cancel()
    }

    /// - Throws: what the intake throws.
    package func run(into intake: any SourceIntake) throws {
        intake.report(.starting, of: name)
        while !stopSignal.isRaised {
            do {
                try watch(into: intake)
                return
            } catch is CancellationError {
                return
            } catch let problem as IntakeUnavailable {
                intake.report(.waiting(problem.description), of: name)
                // The next try begins with listings: trouble of ours is no reason to ask more often.
                if sleep(plan.interval.nanoseconds) { return }
            }
        }
    }

    private func watch(into intake: any SourceIntake) throws {
        let watch = try LicenseWatch(source: name, plan: plan, api: api, intake: intake, timekeeper: timekeeper)
        while !stopSignal.isRaised {
            let rest = try watch.step()
            if let problem = watch.problem {
                intake.report(.waiting(problem), of: name)
            } else if watch.hasListed {
                intake.report(.watching, of: name)
            }
            if sleep(rest) { return }
        }
    }

    /// - Returns: whether it was told to stop.
    private func sleep(_ nanoseconds: Int64) -> Bool {
        let milliseconds = min(nanoseconds / 1_000_000 + (nanoseconds > 0 ? 1 : 0), Self.longestSleep)
        return stopSignal.wait(milliseconds: Int32(milliseconds))
    }
}
