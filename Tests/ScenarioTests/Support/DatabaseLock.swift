import CallbackTestKit
import Glibc

/// Another program that keeps a transaction open on a database.
final class DatabaseLock {
    private let child: Child
    private let input: UnsafeMutablePointer<FILE>

    /// Opens the transaction and waits until it is open.
    /// - Parameter statements: what it writes first.
    init(on path: String, in folder: TemporaryFolder, statements: String = "") throws {
        let pipe = folder.file("lock.pipe")
        let mark = folder.file("lock.mark")
        unlink(pipe)
        unlink(mark)
        // Open for both directions, so that neither side waits for the other.
        guard mkfifo(pipe, 0o600) == 0, let input = fopen(pipe, "r+") else {
            throw ScenarioError("cannot make \(pipe)")
        }
        self.input = input
        child = try Child(Programs.sqlite, ["-bail", "-cmd", ".timeout 10000", path], input: pipe)
        say("BEGIN IMMEDIATE;\n\(statements)\n.system touch '\(mark)'\n")
        try eventually("sqlite3 holds the lock") { access(mark, F_OK) == 0 }
    }

    deinit {
        child.signal(SIGKILL)
        child.waitForEnd()
        fclose(input)
    }

    func commit() {
        say("COMMIT;\n.quit\n")
        child.waitForEnd()
    }

    private func say(_ words: String) {
        fputs(words, input)
        fflush(input)
    }
}
