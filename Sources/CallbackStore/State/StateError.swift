import GRDBSQLite

/// Why the state file could not be read or written.
package struct StateError: Error, Hashable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// The disk is full: it goes on by itself when there is room again.
        case full
        /// Somebody else has the file locked: it goes on by itself.
        case busy
        /// Reading or writing failed.
        case inputOutput
        /// The file is not a state file, or is damaged.
        case corrupt
        /// The file was written by a newer version.
        case newer
        /// Another daemon holds it.
        case heldByAnother
        case missing
        case other
    }

    package let kind: Kind
    package let message: String

    package init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }

    init(_ connection: OpaquePointer, while activity: String) {
        let code = sqlite3_errcode(connection) & 0xFF
        let words = String(cString: sqlite3_errmsg(connection))
        self.init(code: code, message: "the state file: \(words) (while: \(activity))")
    }

    init(code: Int32, message: String) {
        kind =
            switch code {
            case SQLITE_FULL: .full
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM: .inputOutput
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            default: .other
            }
        self.message = message
    }

    package var description: String { message }
}
