import Glibc

/// Whether the file of a hook is safe to run: nobody but root and the daemon's own user may be able to change it.
///
/// As sshd does it for its keys: the file and each directory above it belong to root or to the user, and neither
/// group nor others can write to them. A directory of root's with the sticky bit, such as `/tmp`, is accepted, since
/// there nobody can replace what belongs to another.
package enum HookFileCheck {
    /// What is known of one path.
    package struct Status: Sendable, Hashable {
        package enum Kind: Sendable { case file, directory, other }

        package var kind: Kind
        package var owner: UInt32
        /// The permission bits, sticky bit included.
        package var mode: UInt32

        package init(kind: Kind, owner: UInt32, mode: UInt32) {
            self.kind = kind
            self.owner = owner
            self.mode = mode
        }
    }

    /// What stands against running this file, in one sentence with its remedy; nil when nothing does.
    ///
    /// A path through symbolic links is checked as written and where it leads: who can replace the link decides what
    /// runs as much as who can write to the file.
    package static func objection(to path: String, user: UInt32 = geteuid()) -> String? {
        guard path.hasPrefix("/") else { return "\(path) is not a whole path; begin with /" }
        guard let resolved = realpath(path, nil) else {
            return "\(path) cannot be run: \(String(cString: strerror(errno)))"
        }
        defer { free(resolved) }
        let real = String(cString: resolved)
        if let objection = objection(to: real, user: user, status: status) { return objection }
        return real == path ? nil : objection(toDirectoriesAbove: path, user: user, status: status)
    }

    /// The same decision over given facts.
    package static func objection(to path: String, user: UInt32, status: (String) -> Status?) -> String? {
        guard let file = status(path) else { return "\(path) does not exist or cannot be seen" }
        if file.kind == .directory { return "\(path) is a directory and not a program" }
        if file.kind == .other { return "\(path) is not a regular file" }
        if file.mode & 0o111 == 0 { return "\(path) is not executable; chmod 755 \(path)" }
        if let objection = objection(to: path, file, user: user) { return objection }
        return objection(toDirectoriesAbove: path, user: user, status: status)
    }

    private static func objection(
        toDirectoriesAbove path: String, user: UInt32, status: (String) -> Status?
    ) -> String? {
        var directory = path
        while directory != "/" {
            let cut = directory.lastIndex(of: "/") ?? directory.startIndex
            directory = cut == directory.startIndex ? "/" : String(directory[..<cut])
            guard let facts = status(directory) else { return "\(directory) cannot be seen" }
            if let objection = objection(to: directory, facts, user: user) { return objection }
        }
        return nil
    }

    private static func objection(to path: String, _ facts: Status, user: UInt32) -> String? {
        guard facts.owner == 0 || facts.owner == user else {
            return "\(path) belongs to user \(facts.owner), who could change what is run; chown root \(path)"
        }
        let isSharedSafely = facts.kind == .directory && facts.owner == 0 && facts.mode & 0o1000 != 0
        guard facts.mode & 0o022 == 0 || isSharedSafely else {
            return "\(path) can be changed by its group or by others; chmod go-w \(path)"
        }
        return nil
    }

    private static func status(_ path: String) -> Status? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        let kind: Status.Kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        return Status(kind: kind, owner: facts.st_uid, mode: facts.st_mode & 0o7777)
    }
}
