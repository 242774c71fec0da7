/// What keeps a source from working, in words for the operator.
package enum SourceError: Error, Hashable, CustomStringConvertible {
    /// No file at this path.
    case databaseMissing(path: String)
    /// Somebody else holds the lock for too long.
    case locked(path: String)
    /// The log in the database belongs to another state file.
    case ownedByAnother(source: String, path: String)
    /// A table cannot be watched; the text says which and why.
    case refusedTable(String)
    /// This process would create files beside the database that its owner could not use.
    case notTheOwner(path: String, owner: UInt32)
    /// `install: never`, and nobody has installed the triggers.
    case notInstalled(source: String, path: String)
    /// The log was made by a newer callbackd.
    case newerFormat(path: String)
    /// The file is no database, or is broken; the text is SQLite's own.
    case unreadable(path: String, reason: String)

    /// Whether waiting may help.
    package var isTransient: Bool {
        switch self {
        case .databaseMissing, .locked, .notInstalled, .unreadable: true
        case .ownedByAnother, .refusedTable, .notTheOwner, .newerFormat: false
        }
    }

    package var description: String {
        switch self {
        case .databaseMissing(let path):
            "there is no database at \(path): check `path`, or create it; it is looked for again and again"
        case .locked(let path):
            "\(path) is locked by another program: nothing is lost, and it is tried again"
        case .ownedByAnother(let source, let path):
            "the change log in \(path) belongs to another callbackd: stop that one, then run "
                + "`callbackd source install \(source) --take-over`"
        case .refusedTable(let reason): reason
        case .notTheOwner(let path, let owner):
            "\(path) belongs to user \(owner): run callbackd as that user or as root, "
                + "because SQLite creates files beside the database that the panel must be able to write"
        case .notInstalled(let source, let path):
            "no triggers are installed in \(path) and `install` is never: run `callbackd source install \(source)`"
        case .newerFormat(let path):
            "the change log in \(path) was made by a newer callbackd: install that version again"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        }
    }

    /// The source's own words for an error; nil where it is not about the panel's database.
    static func of(_ error: any Error, path: String) -> SourceError? {
        switch error {
        case let error as SourceError: error
        case let error as SQLiteError: SourceError(error, path: path)
        default: nil
        }
    }

    init(_ error: SQLiteError, path: String) {
        self = error.isBusy ? .locked(path: path) : .unreadable(path: path, reason: error.description)
    }
}
