import Glibc

/// The file at a path: which one it is, so that a database put in its place is noticed, and whose it is.
struct DatabaseFile: Equatable {
    let device: UInt
    let inode: UInt
    let owner: UInt32

    /// - Throws: `SourceError.databaseMissing`.
    init(path: String) throws(SourceError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .databaseMissing(path: path)
        }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        owner = status.st_uid
    }

    /// Opens the database unless that could leave files that its owner cannot write. As root SQLite gives the files
    /// that it creates to the database's owner.
    /// - Throws: `SourceError`.
    static func open(path: String) throws(SourceError) -> (connection: SQLiteConnection, file: DatabaseFile) {
        let file = try DatabaseFile(path: path)
        let user = geteuid()
        guard user == 0 || user == file.owner else { throw .notTheOwner(path: path, owner: file.owner) }
        do {
            let connection = try SQLiteConnection(path: path)
            // Checkpoints are the panel's work and its time.
            try connection.execute("PRAGMA wal_autocheckpoint = 0")
            return (connection, file)
        } catch {
            throw SourceError(error, path: path)
        }
    }
}
