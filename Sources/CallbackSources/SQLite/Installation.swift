import CallbackCore
import CallbackRows

/// Brings our tables and triggers into a panel's database, and says from where to read.
///
/// The order holds at every crash: the state file learns of a new incarnation before the panel's database commits it,
/// so an installation that was cut short is known as such and is no gap.
struct Installation {
    let source: SourceName
    let connection: SQLiteConnection
    let timekeeper: any Timekeeper

    /// Where reading goes on.
    struct Start {
        var mark: Mark
        var survey: Survey
    }

    /// Makes contact; installs where nothing is installed and `mayInstall` allows it.
    /// - Throws: `SourceError`, `SQLiteError`, or what the intake throws.
    func begin(
        with intake: any SourceIntake,
        interpreter: inout RowInterpreter,
        mayInstall: Bool,
        takeOver: Bool
    ) throws -> Start {
        let saved = try intake.savedMark(of: source)
        let survey = try Survey(interpreter.watches, on: connection)
        let contact = try contact(saved, intake, takeOver)
        if case .resume(let position, let nonce, nil) = contact, let saved, saved.mark.position == position {
            interpreter.restore(saved.names)
            var mark = saved.mark
            mark.nonce = nonce
            if !mark.isInstalled {
                mark.isInstalled = true
                try intake.submit(SourceBatch(source: source, mark: mark))
            }
            return Start(mark: mark, survey: survey)
        }
        if case .begin = contact, !mayInstall {
            throw SourceError.notInstalled(source: source.rawValue, path: connection.path)
        }
        var mark = try connection.asWriter { try enter(saved, intake, &interpreter, takeOver) }
        mark.isInstalled = true
        try intake.submit(SourceBatch(source: source, mark: mark))
        return Start(mark: mark, survey: survey)
    }

    private func contact(_ saved: SavedMark?, _ intake: any SourceIntake, _ takeOver: Bool) throws -> Contact {
        let contact = Contact.judge(
            mark: saved?.mark, log: try Contact.Log(on: connection, mark: saved?.mark), stateID: intake.stateID,
            takeOver: takeOver, source: source, path: connection.path)
        if case .refuse(let error) = contact { throw error }
        return contact
    }

    /// Inside the write transaction: decides again, writes, and lets the state file know before the commit.
    private func enter(
        _ saved: SavedMark?,
        _ intake: any SourceIntake,
        _ interpreter: inout RowInterpreter,
        _ takeOver: Bool
    ) throws -> Mark {
        let log = LogTable(connection: connection)
        let now = timekeeper.now()
        let contact = try contact(saved, intake, takeOver)
        try log.create()
        let last = try log.last()
        var mark = Mark(
            incarnation: try LogOwner.read(on: connection)?.incarnation ?? Incarnation.random(),
            position: last?.position ?? 0, nonce: last?.nonce ?? 0, isInstalled: false)
        var loss: Contact.Loss?
        var installsTriggers = true
        switch contact {
        case .begin(let reason):
            mark.incarnation = Incarnation.random()
            loss = reason
        case .renew(let reason):
            mark.incarnation = Incarnation.random()
            loss = reason
        case .adopt(let position, let reason):
            mark.position = position
            mark.nonce = try log.row(at: position)?.nonce ?? 0
            loss = reason
            installsTriggers = false
        case .resume(let position, let nonce, let reason):
            mark.position = position
            mark.nonce = nonce
            loss = reason
            installsTriggers = false
        case .refuse(let error): throw error
        }
        let owner = LogOwner(
            incarnation: mark.incarnation, owner: intake.stateID, format: LogTable.format, removedAt: nil)
        // Where reading goes on, missing triggers are found and reported as such in the first turn.
        if installsTriggers {
            try owner.write(on: connection, at: now.milliseconds)
            // Looked at again under the lock: a trigger that names a column which is gone would fail the panel.
            let survey = try Survey(interpreter.watches, on: connection)
            try TriggerSet(connection: connection, tables: survey.tables).install()
        } else {
            var owner = owner
            owner.removedAt = try LogOwner.read(on: connection)?.removedAt
            try owner.write(on: connection, at: now.milliseconds)
        }
        let names = try interpreter.readNames(from: connection)
        let gap = loss.map { loss in
            Gap(
                reason: loss.reason, message: loss.message, after: saved?.mark.position ?? 0,
                from: nil, until: now)
        }
        try intake.commit(
            SourceBatch(source: source, mark: mark, names: names, gap: gap, replacesNames: true))
        return mark
    }
}
