import CallbackCore
import CallbackRows

/// How to go on with a database, decided from what the state file knows and what the log says.
enum Contact: Equatable {
    /// No log of ours: install, and begin now. The gap says why this is not the first time.
    case begin(Loss?)
    /// The log is ours: read on after this position.
    case resume(position: Int64, nonce: Int64, Loss?)
    /// The log is not the one that was read: begin now, under a new incarnation.
    case renew(Loss)
    /// Another daemon's log: make it ours and read what it keeps.
    case adopt(position: Int64, Loss)
    case refuse(SourceError)

    /// Why changes may be missing.
    struct Loss: Equatable {
        var reason: Gap.Reason
        var message: String
    }

    /// What there is of the log in the panel's database.
    struct Log: Equatable {
        var owner: LogOwner
        var first: RowPlace?
        var last: RowPlace?
        /// The row at the mark's position.
        var atMark: RowPlace?
    }

    static func judge(
        mark: Mark?,
        log: Log?,
        stateID: String,
        takeOver: Bool,
        source: SourceName,
        path: String
    ) -> Contact {
        guard let log else {
            guard let mark, mark.isInstalled else { return .begin(nil) }
            return .begin(
                Loss(
                    reason: .replaced,
                    message: "\(path) no longer holds the change log of callbackd: "
                        + "changes until now may be missing"))
        }
        guard log.owner.format <= LogTable.format else { return .refuse(.newerFormat(path: path)) }
        let before = max(0, (log.first?.position ?? 1) - 1)
        guard log.owner.owner == stateID else {
            guard takeOver else { return .refuse(.ownedByAnother(source: source.rawValue, path: path)) }
            return .adopt(
                position: before,
                Loss(
                    reason: .takenOver,
                    message: "the change log of another callbackd was taken over: "
                        + "what it had forgotten already cannot be read"))
        }
        guard let mark else {
            let isWhole = log.first?.position ?? 1 <= 1
            return .resume(position: before, nonce: 0, isWhole ? nil : trimmed(path))
        }
        return judge(mark, log, path: path)
    }

    private static func judge(_ mark: Mark, _ log: Log, path: String) -> Contact {
        let replaced = Loss(
            reason: .replaced,
            message: "\(path) was replaced by another copy: what changed in either is not known")
        guard mark.incarnation == log.owner.incarnation else { return .renew(replaced) }
        if let row = log.atMark {
            return row.nonce == mark.nonce ? .resume(position: mark.position, nonce: mark.nonce, nil) : .renew(replaced)
        }
        if mark.position == 0 {
            let isWhole = log.first?.position ?? 1 <= 1
            return .resume(position: 0, nonce: 0, isWhole ? nil : trimmed(path))
        }
        guard let first = log.first, mark.position < first.position else { return .renew(replaced) }
        // Numbers have no holes: where the first row is the one after the mark, nothing is missing.
        let isWhole = mark.position == first.position - 1
        return .resume(position: first.position - 1, nonce: mark.nonce, isWhole ? nil : trimmed(path))
    }

    private static func trimmed(_ path: String) -> Loss {
        Loss(
            reason: .trimmed,
            message: "the change log in \(path) no longer holds what comes after the mark of the state file")
    }
}

extension Contact.Log {
    /// Reads the facts; nil where the database holds no log.
    init?(on connection: SQLiteConnection, mark: Mark?) throws(SQLiteError) {
        let log = LogTable(connection: connection)
        guard try log.exists, let owner = try LogOwner.read(on: connection) else { return nil }
        self.owner = owner
        first = try log.first()
        last = try log.last()
        atMark = try mark.flatMap { mark throws(SQLiteError) in try log.row(at: mark.position) }
    }
}
