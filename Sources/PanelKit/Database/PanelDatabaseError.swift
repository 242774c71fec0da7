/// Why a panel database cannot be used, with words for whoever has to act.
package enum PanelDatabaseError: Error, Equatable, CustomStringConvertible {
    /// No file stands at this path.
    case missing(path: String)
    /// A file stands there, and it is not a panel database that this program can work with.
    case foreign(path: String, reason: String)
    /// `create` found something that it would have to overwrite.
    case occupied(path: String)
    /// This user may not read and write the file.
    case forbidden(path: String)
    /// The file cannot be created or opened.
    case inaccessible(path: String, reason: String)
    /// Somebody else held the write lock for as long as we were willing to wait.
    case locked(path: String)
    /// The database failed in the middle of its work: disk full, damaged file, …
    case failed(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let path):
            "there is no database at \(path); make one with `panel init --database \(path)`"
        case .foreign(let path, let reason):
            "\(path) is not a panel database that this program can use: \(reason)"
        case .occupied(let path):
            "\(path) is not empty, and will not be overwritten; choose another path, or remove the file first"
        case .forbidden(let path):
            "this user may not read and write \(path); run as its owner, or change its mode"
        case .inaccessible(let path, let reason):
            "\(path) cannot be opened: \(reason)"
        case .locked(let path):
            "\(path) is locked by another program; try again, or wait longer with --wait"
        case .failed(let path, let reason):
            "\(path) could not be read or written: \(reason)"
        }
    }
}
