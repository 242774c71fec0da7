import CallbackCore
import CallbackRows

/// What a change log comes to that nobody takes in: an alarm when it is nearly full, and where the configuration says
/// so, an end of recording when it is full. The panel's own writes never wait for any of it.
struct LogPressure {
    /// Rows that are read for an estimate of their size.
    private static let sample = 200

    let source: SourceName
    let path: String
    /// Bytes.
    let limit: Int64
    let policy: LimitSettings.FullLog
    let timekeeper: any Timekeeper

    /// Looks at the log while the intake takes nothing.
    /// - Returns: what the operator must know; nil while there is room.
    /// - Throws: `SourceError`, `SQLiteError`, or what the intake throws.
    func look(for intake: any SourceIntake) throws -> String? {
        let (connection, _) = try DatabaseFile.open(path: path)
        let log = LogTable(connection: connection)
        guard try log.exists, let owner = try LogOwner.read(on: connection), owner.owner == intake.stateID,
            let last = try log.last()
        else { return nil }
        let committed = intake.committedPosition(of: source)
        intake.report(try log.lag(behind: committed), of: source)
        let size = (last.position - committed) * (try rowBytes(on: connection, after: committed, upTo: last.position))
        let of = "(limits: panel-log, \(ByteCount.words(limit)))"
        guard size >= limit else {
            return size * 5 >= limit * 4 ? "the change log in \(path) is more than 80 % full \(of)" : nil
        }
        guard policy == .gap else {
            return "the change log in \(path) is full of changes that are not taken in \(of) and grows on, "
                + "because of panel-log-full: keep"
        }
        if owner.removedAt == nil { try stopRecording(on: connection, owner, after: last, intake) }
        return "the change log in \(path) is full of changes that are not taken in \(of): nothing more is recorded, "
            + "because of panel-log-full: gap"
    }

    /// The average size of a row that is not taken in, in bytes.
    private func rowBytes(on connection: SQLiteConnection, after position: Int64, upTo last: Int64) throws -> Int64 {
        var (rows, bytes) = (Int64(0), Int64(0))
        try LogReader(on: connection).page(after: position, upTo: last, limit: Self.sample) { row in
            rows += 1
            for value in row.values { bytes += Int64(value.weight) }
        }
        return rows == 0 ? 0 : bytes / rows + 48
    }

    /// Takes the triggers away and raises the gap. They come back when the log has been read; then a second gap tells
    /// of the whole span, and it alone if this one cannot be written.
    private func stopRecording(
        on connection: SQLiteConnection,
        _ owner: LogOwner,
        after last: RowPlace,
        _ intake: any SourceIntake
    ) throws {
        let now = timekeeper.now()
        var owner = owner
        owner.removedAt = now.milliseconds
        try connection.asWriter {
            try TriggerSet(connection: connection, tables: []).remove()
            try owner.write(on: connection, at: now.milliseconds)
        }
        guard let mark = try intake.savedMark(of: source)?.mark else { return }
        try intake.commit(
            SourceBatch(
                source: source, mark: mark,
                gap: Gap(
                    reason: .logFull,
                    message:
                        "the change log in \(path) is full of changes that are not taken in: what changes from now "
                        + "on is not recorded, until there is room again",
                    after: last.position, from: now, until: now)))
    }
}
