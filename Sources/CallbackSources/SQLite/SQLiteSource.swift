package import CallbackCore
import CallbackRows

/// Sees the changes of a SQLite database by triggers that write into a log.
package final class SQLiteSource: Source {
    /// Milliseconds between two tries while the database cannot be used.
    private static let shortestWait: Int32 = 50
    private static let longestWait: Int32 = 5000
    /// Nanoseconds after which a lock is worth telling the operator.
    private static let longLock: Int64 = 5_000_000_000
    /// Nanoseconds between two looks for rows to trim, and what one look may take.
    private static let trimPause: Int64 = 1_000_000_000
    private static let trimBudget: Int64 = 50_000_000

    package let name: SourceName
    /// So many reads that each follow the one before within so many nanoseconds are a rush: then so many milliseconds
    /// pass between two.
    private static let rush = 4
    private static let rushPause: Int64 = 4_000_000
    private static let rest: Int32 = 3

    private let plan: SQLitePlan
    private let timekeeper: any Timekeeper
    private let stopSignal = StopSignal()

    /// - Throws: `DiagnosticList` where the settings cannot be used.
    package init(settings: SourceSettings, timekeeper: any Timekeeper) throws(DiagnosticList) {
        name = settings.name
        plan = try SQLitePlan(settings)
        self.timekeeper = timekeeper
    }

    package func stop() { stopSignal.raise() }

    /// - Throws: `SourceError` where only an operator can help, or what the intake throws.
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
                intake.report(.waiting(words(problem, intake)), of: name)
                if stopSignal.wait(milliseconds: pause) { return }
            } catch is Restart {
                if stopSignal.wait(milliseconds: pause) { return }
            } catch {
                guard let problem = SourceError.of(error, path: plan.path) else { throw error }
                guard problem.isTransient else {
                    intake.report(.failed(problem.description), of: name)
                    throw problem
                }
                intake.report(.waiting(problem.description), of: name)
                if stopSignal.wait(milliseconds: pause) { return }
            }
            pause = min(pause * 2, Self.longestWait)
        }
    }

    /// Why nothing is taken in, and what that does to the log meanwhile.
    private func words(_ problem: IntakeUnavailable, _ intake: any SourceIntake) -> String {
        let pressure = LogPressure(
            source: name, path: plan.path, limit: intake.limits.panelLog, policy: intake.limits.panelLogFull,
            timekeeper: timekeeper)
        do {
            return try pressure.look(for: intake).map { "\(problem); \($0)" } ?? problem.description
        } catch {
            // A lock of the panel's or the same trouble of ours: the next look is not far.
            return problem.description
        }
    }

    /// Watches until told to stop, or until an error ends this connection's life.
    private func watch(into intake: any SourceIntake, _ whenHealthy: () -> Void) throws {
        let watch = try SQLiteWatch(
            source: name, path: plan.path, intake: intake, interpreter: plan.tables.interpreter(isEmbeddedPanel: true),
            mayInstall: plan.mayInstall, takeOver: false, stopSignal: stopSignal, timekeeper: timekeeper)
        let trimmer = try LogTrimmer(path: plan.path, panelLog: intake.limits.panelLog, timekeeper: timekeeper)
        let bell = Doorbell(path: plan.path, stopSignal: stopSignal)
        var isReported = false
        var lockedSince: Int64?
        var nextTrim = timekeeper.monotonic()
        var notes: [String] = []
        var lastRead = Int64.min / 2
        var quickReads = 0
        while !stopSignal.isRaised {
            var isReadingPages = false
            do {
                if try watch.turn() {
                    bell.quicken()
                    // Commit after commit: one look for several costs less than the panel's writer can feel. A single
                    // commit, and a few of them, are never kept waiting.
                    quickReads = timekeeper.monotonic() - lastRead < Self.rushPause ? quickReads + 1 : 0
                    if quickReads >= Self.rush, stopSignal.wait(milliseconds: Self.rest) { return }
                    lastRead = timekeeper.monotonic()
                }
                if watch.notes != notes {
                    notes = watch.notes
                    intake.report(notes: notes, of: name)
                }
                if !isReported { intake.report(.watching, of: name) }
                isReported = true
                isReadingPages = try watch.readPage(isConfigured: plan.tables.readsExisting)
                lockedSince = nil
                whenHealthy()
            } catch let error as SQLiteError where error.isBusy {
                let now = timekeeper.monotonic()
                let since = lockedSince ?? now
                lockedSince = since
                if isReported && now - since > Self.longLock {
                    intake.report(.waiting(SourceError.locked(path: plan.path).description), of: name)
                    isReported = false
                }
            }
            watch.tellLag()
            if timekeeper.monotonic() >= nextTrim {
                trimmer.panelLog = intake.limits.panelLog
                _ = try trimmer.trim(
                    behind: intake.committedPosition(of: name), rowBytes: watch.rowBytes, budget: Self.trimBudget)
                nextTrim = timekeeper.monotonic() + Self.trimPause
            }
            if !isReadingPages { bell.wait() }
        }
    }
}
