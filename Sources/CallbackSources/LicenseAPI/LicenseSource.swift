package import CallbackCore
package import HTTPTransport

/// Sees which licences an account orders, changes and ends, by asking a remote licence API again and again.
package final class LicenseSource: Source {
    /// Milliseconds between two tries while nothing is taken in.
    private static let shortestWait: Int32 = 50
    private static let longestWait: Int32 = 5000
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
        var pause = Self.shortestWait
        while !stopSignal.isRaised {
            do {
                try watch(into: intake) { pause = Self.shortestWait }
                return
            } catch is CancellationError {
                return
            } catch let problem as IntakeUnavailable {
                intake.report(.waiting(problem.description), of: name)
                if stopSignal.wait(milliseconds: pause) { return }
            }
            pause = min(pause * 2, Self.longestWait)
        }
    }

    private func watch(into intake: any SourceIntake, _ whenHealthy: () -> Void) throws {
        let watch = try LicenseWatch(source: name, plan: plan, api: api, intake: intake, timekeeper: timekeeper)
        while !stopSignal.isRaised {
            let rest = try watch.step()
            if let problem = watch.problem {
                intake.report(.waiting(problem), of: name)
            } else if watch.hasListed {
                intake.report(.watching, of: name)
                whenHealthy()
            }
            let milliseconds = min(rest / 1_000_000 + (rest > 0 ? 1 : 0), Self.longestSleep)
            if stopSignal.wait(milliseconds: Int32(milliseconds)) { return }
        }
    }
}
