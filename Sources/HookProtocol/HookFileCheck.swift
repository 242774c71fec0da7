package import Glibc

/// Whether the file of a hook is safe to run: nobody but root and its owners may be able to change it.
///
/// As sshd does it for its keys: the file and each directory above it belong to root or to one of the owners (the user
/// that the runner runs as, and the one that the hook runs as), and neither group nor others can write to them. A
/// directory of root's with the sticky bit, such as `/tmp`, is accepted, since there nobody can replace what belongs to
/// another.
package enum HookFileCheck {
    /// What is known of one path.
    package struct Status: Sendable, Hashable {
        package enum Kind: Sendable { case file, directory, link, other }

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
    package static func objection(to path: String, owners: [uid_t] = [geteuid()]) -> String? {
        guard path.hasPrefix("/") else { return "\(path) is not a whole path; begin with /" }
        guard let real = resolved(path) else {
            return "\(path) cannot be run: \(String(cString: strerror(errno)))"
        }
        if let objection = objection(to: real, owners: owners, status: { status($0) }) { return objection }
        return real == path ? nil : objection(toDirectoriesAbove: path, owners: owners, status: { status($0) })
    }

    /// Who else could change what is run, in the words of `objection`; nil also where there is nothing to run: that is
    /// for the one to say who tries. Made for the moment before a start: a few system calls where no link is met.
    package static func danger(of path: String, owners: [uid_t]) -> String? {
        var isPlain = true
        let found = danger(of: path, owners: owners) { path in
            let facts = status(path, follows: false)
            if facts?.kind == .link { isPlain = false }
            return facts
        }
        if isPlain { return found }
        guard let real = resolved(path) else { return nil }
        return danger(of: real, owners: owners, status: { status($0) })
            ?? objection(toDirectoriesAbove: path, owners: owners, status: { status($0) })
    }

    /// The same decision over given facts.
    package static func objection(to path: String, owners: [uid_t], status: (String) -> Status?) -> String? {
        guard let file = status(path) else { return "\(path) does not exist or cannot be seen" }
        if file.kind == .directory { return "\(path) is a directory and not a program" }
        if file.kind == .other { return "\(path) is not a regular file" }
        if file.mode & 0o111 == 0 { return "\(path) is not executable; chmod 755 \(path)" }
        return danger(of: path, owners: owners, status: status)
    }

    private static func danger(of path: String, owners: [uid_t], status: (String) -> Status?) -> String? {
        guard let file = status(path) else { return nil }
        return objection(to: path, file, owners)
            ?? objection(toDirectoriesAbove: path, owners: owners, status: status)
    }

    private static func objection(
        toDirectoriesAbove path: String, owners: [uid_t], status: (String) -> Status?
    ) -> String? {
        var directory = path
        while directory != "/" {
            let cut = directory.utf8.lastIndex(of: UInt8(ascii: "/")) ?? directory.startIndex
            directory = cut == directory.startIndex ? "/" : String(directory[..<cut])
            guard let facts = status(directory) else { return "\(directory) cannot be seen" }
            if let objection = objection(to: directory, facts, owners) { return objection }
        }
        return nil
    }

    private static func objection(to path: String, _ facts: Status, _ owners: [uid_t]) -> String? {
        guard facts.owner == 0 || owners.contains(facts.owner) else {
            return "\(path) belongs to user \(facts.owner), who could change what is run; chown root \(path)"
        }
        // The mode of a link says nothing; where it leads is looked at after it.
        if facts.kind == .link { return nil }
        let isSharedSafely = facts.kind == .directory && facts.owner == 0 && facts.mode & 0o1000 != 0
        guard facts.mode & 0o022 == 0 || isSharedSafely else {
            return "\(path) can be changed by its group or by others; chmod go-w \(path)"
        }
        return nil
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func status(_ path: String, follows: Bool = true) -> Status? {
        var facts = stat()
        guard (follows ? stat(path, &facts) : lstat(path, &facts)) == 0 else { return nil }
        let kind: Status.Kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .link
            default: .other
            }
        return Status(kind: kind, owner: facts.st_uid, mode: facts.st_mode & 0o7777)
    }
}
