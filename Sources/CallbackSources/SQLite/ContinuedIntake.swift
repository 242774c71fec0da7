import CallbackCore

/// The intake as one run of a source sees it: asked for the saved mark again, it answers with what was handed over
/// since, not with what the state file held at the start.
///
/// A source makes contact anew whenever the database was put back or the log went missing. Held against the mark from
/// the start of the run, an earlier copy could look like the database that was never away.
final class ContinuedIntake: SourceIntake, @unchecked Sendable {
    private struct NameKey: Hashable {
        var table: String
        var key: String
    }

    private let intake: any SourceIntake
    // Used on the source's own thread only, as the protocol asks.
    private var mark: Mark?
    private var names: [NameKey: [UInt8]] = [:]

    init(_ intake: any SourceIntake, of source: SourceName) throws {
        self.intake = intake
        guard let saved = try intake.savedMark(of: source) else { return }
        mark = saved.mark
        apply(saved.names)
    }

    var stateID: String { intake.stateID }

    func savedMark(of source: SourceName) -> SavedMark? {
        mark.map { mark in
            SavedMark(mark: mark, names: names.map { NameChange(table: $0.key.table, key: $0.key.key, row: $0.value) })
        }
    }

    func submit(_ batch: SourceBatch) throws {
        try intake.submit(batch)
        keep(batch)
    }

    func commit(_ batch: SourceBatch) throws {
        do {
            try intake.commit(batch)
        } catch let error as IntakeUnavailable {
            // It stands in the queue and may be written later all the same.
            keep(batch)
            throw error
        }
        keep(batch)
    }

    func committedPosition(of source: SourceName) -> Int64 { intake.committedPosition(of: source) }

    func report(_ status: SourceStatus, of source: SourceName) { intake.report(status, of: source) }

    private func keep(_ batch: SourceBatch) {
        mark = batch.mark
        if batch.replacesNames { names = [:] }
        apply(batch.names)
    }

    private func apply(_ changes: [NameChange]) {
        for change in changes { names[NameKey(table: change.table, key: change.key)] = change.row }
    }
}
