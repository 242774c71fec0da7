import CLinux
import CMariaDB
package import CallbackCore
import CallbackRows
import Synchronization

/// Sees the changes of a MariaDB database in its binlog, as a replica does. Nothing is written there.
package final class MariaDBSource: Source {
    /// Milliseconds between two tries while the server cannot be used.
    private static let shortestWait: Int32 = 50
    private static let longestWait: Int32 = 5000
    /// Where somebody must change something first.
    private static let longWait: Int32 = 30_000
    /// Between two looks at a change log in which nothing stood.
    private static let logPause: Int32 = 50
    /// Times that the same bytes may be unreadable before what they say is given up.
    private static let damagesAtMost = 3

    package let name: SourceName
    private let plan: MariaDBPlan
    private let timekeeper: any Timekeeper
    private let secret: @Sendable (String) -> String?
    private let stopSignal = StopSignal()
    private let sockets = OpenSockets()

    /// - Parameter secret: gives the present value of a named secret; asked for each connection.
    /// - Throws: `DiagnosticList` where the settings cannot be used.
    package init(
        settings: SourceSettings,
        timekeeper: any Timekeeper,
        secret: @escaping @Sendable (String) -> String?
    ) throws(DiagnosticList) {
        name = settings.name
        plan = try MariaDBPlan(settings)
        self.timekeeper = timekeeper
        self.secret = secret
    }

    package func stop() {
        stopSignal.raise()
        sockets.end()
    }

    /// - Throws: what the intake throws. Trouble with the server is reported and tried again, for as long as it takes:
    ///   one panel must not stop the others.
    package func run(into intake: any SourceIntake) throws {
        // Nothing of the server's waits for this thread, and the server has work to do.
        clinux_lower_priority()
        intake.report(.starting, of: name)
        var pause = Self.shortestWait
        var loss: Renewal?
        var damages = 0
        var damagedAt: Int64?
        var abandoned: AbandonedRows?
        while !stopSignal.isRaised {
            do {
                try watch(into: intake, loss: loss, abandoned: abandoned) {
                    pause = Self.shortestWait
                    loss = nil
                    intake.report(.watching, of: name)
                }
            } catch  where stopSignal.isRaised {
                return
            } catch is CancellationError {
                return
            } catch let problem as IntakeUnavailable {
                intake.report(.waiting(problem.description), of: name)
            } catch is ChangeTableWatch.Restart {
                // Contact is made anew, after a moment.
            } catch let rows as AbandonedRows {
                abandoned = rows
                continue
            } catch let renewal as Renewal {
                // Each one writes a gap: several in a row come no faster than other trouble.
                let isFirst = loss == nil
                loss = renewal
                if isFirst { continue }
            } catch let damage as EventDamage {
                let position = intake.committedPosition(of: name)
                damages = position == damagedAt ? damages + 1 : 1
                damagedAt = position
                let problem = MariaDBProblem.damaged(server: plan.address.words, reason: damage.description)
                intake.report(.waiting(problem.description), of: name)
                if damages >= Self.damagesAtMost {
                    loss = Renewal(reason: .unreadable, message: "\(problem): what changed until now is not known")
                    damages = 0
                }
            } catch {
                guard let problem = words(error) else { throw error }
                guard problem.isTransient else {
                    intake.report(.failed(problem.description), of: name)
                    if stopSignal.wait(milliseconds: Self.longWait) { return }
                    continue
                }
                intake.report(.waiting(problem.description), of: name)
            }
            if stopSignal.wait(milliseconds: pause) { return }
            pause = min(pause * 2, Self.longestWait)
        }
    }

    /// The source's own words for an error; nil where it is not about the server.
    private func words(_ error: any Error) -> MariaDBProblem? {
        switch error {
        case let error as MariaDBProblem: error
        case let error as MariaDBError: MariaDBProblem(error, at: plan.address)
        default: nil
        }
    }

    /// Watches until an error ends this connection's life.
    private func watch(
        into intake: any SourceIntake,
        loss: Renewal?,
        abandoned: AbandonedRows?,
        _ onBegin: () -> Void
    ) throws {
        if plan.capture == .changeTable { return try watchLog(into: intake, onBegin) }
        let identity = plan.serverID(of: name, stateID: intake.stateID)
        let inquiry = ServerInquiry(serverID: identity.inquiry) { try self.connect(readTimeout: $0) }
        let contact = BinlogContact(
            source: name, address: plan.address, intake: intake, timekeeper: timekeeper, inquiry: inquiry)
        let start = try contact.begin(
            on: try connect(readTimeout: MariaDBConnection.patience), interpreter: plan.interpreter(), loss: loss)
        intake.report(notes: start.notes, of: name)
        let stream = try BinlogStream(
            try connect(readTimeout: BinlogStream.readTimeout), after: start.place.done, serverID: identity.stream)
        let watch = MariaDBWatch(
            start, of: name, stream: stream, abandoned: abandoned, intake: intake, timekeeper: timekeeper,
            readsExisting: plan.tables.readsExisting,
            connect: { try self.connect(readTimeout: MariaDBConnection.patience) },
            lookAhead: { position in
                try BinlogStream(
                    try self.connect(readTimeout: BinlogStream.readTimeout), after: position, serverID: identity.names)
            })
        do {
            try watch.run(onBegin: onBegin)
        } catch let error as MariaDBError where error.code == UInt32(ER_MASTER_FATAL_ERROR_READING_BINLOG) {
            throw renewal(for: error, start.place) ?? error
        }
    }

    /// Reads what triggers record, until told to stop or until an error ends this connection's life.
    private func watchLog(into intake: any SourceIntake, _ onBegin: () -> Void) throws {
        let watch = try ChangeTableWatch(
            source: name, connection: try connect(readTimeout: MariaDBConnection.patience),
            interpreter: plan.interpreter(), intake: intake, timekeeper: timekeeper,
            readsExisting: plan.tables.readsExisting)
        var isBegun = false
        while !stopSignal.isRaised {
            let begun = timekeeper.monotonic()
            let hasRead = try watch.turn()
            let pause = Self.pause(after: timekeeper.monotonic() - begun)
            intake.report(notes: watch.notes, of: name)
            if !isBegun { onBegin() }
            isBegun = true
            let hasPage = try watch.readPage()
            if !hasRead, !hasPage, stopSignal.wait(milliseconds: pause) { return }
        }
    }

    /// How long to leave a change log alone in which nothing stood.
    ///
    /// While a long transaction is open, such as a backup's, the server keeps the rows that were deleted, and looks
    /// through them each time. That must not cost the panel more than a fifth of one core.
    /// - Parameter nanoseconds: what the last look took.
    static func pause(after nanoseconds: Int64) -> Int32 {
        let rest = nanoseconds / 1_000_000 * 4
        return Int32(clamping: min(max(rest, Int64(logPause)), Int64(longestWait)))
    }

    /// Why the server refuses to go on at a place; nil where it may do so later.
    private func renewal(for error: MariaDBError, _ place: BinlogPlace) -> Renewal? {
        let server = plan.address.words
        if error.message.contains("purged") || error.message.contains("Could not find GTID state") {
            return .purged(server, place)
        }
        if error.message.contains("not in the master's binlog") || error.message.contains("diverged") {
            return .ofAnotherHistory(server, "it does not know transaction \(place.done)")
        }
        return nil
    }

    private func connect(readTimeout: UInt32) throws -> MariaDBConnection {
        let password = plan.password.map { secret($0) ?? "" }
        return try MariaDBConnection(
            to: plan.address, password: password, readTimeout: readTimeout, sockets: sockets)
    }
}
