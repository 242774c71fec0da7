import Glibc
import Synchronization

/// A MariaDB server of a test's own: in a temporary folder, on a Unix socket and a port on loopback.
///
/// It is gone when the test is, also where the test program dies: a shell that holds a pipe from here ends it.
package final class PrivateMariaDB: Sendable {
    private static let program = "/usr/sbin/mariadbd"
    /// Small files, and no waiting for a disk that a test does not need.
    private static let sizes = [
        "--innodb-log-file-size=4M", "--innodb-data-file-path=ibdata1:8M:autoextend", "--innodb-autoextend-increment=1",
        "--innodb-undo-tablespaces=0", "--aria-log-file-size=8M",
    ]

    /// Made once for the test program, and copied for each server.
    private static let template = Result { try makeTemplate() }

    private struct Content {
        var shell: Child?
        var lifeline: Int32 = -1
        var options: [String]
    }

    package let folder: TemporaryFolder
    package let port: UInt16
    private let content: Mutex<Content>

    /// Starts a server with a binlog that describes rows as fully as it can.
    /// - Parameter options: further ones for mariadbd, such as `--binlog-row-metadata=NO_LOG`.
    package init(_ options: [String] = []) throws {
        folder = try TemporaryFolder()
        port = try LoopbackSocket.unusedPort()
        content = Mutex(Content(options: options))
        let template = try Self.template.get()
        let copy = try Shell.run("/bin/cp", ["-a", template.file("data"), folder.file("data")])
        guard copy.status == 0 else { throw MariaDBTrouble("no copy of the database: \(copy.errors)") }
        guard mkfifo(folder.file("lifeline"), 0o600) == 0 else { throw MariaDBTrouble("no pipe") }
        try start()
    }

    deinit { kill() }

    package var socket: String { folder.file("s") }

    /// What the server wrote into its own log.
    package var log: String {
        do { return try Shell.read(folder.file("log")) } catch { return "\(error)" }
    }

    /// Starts the server again, with other options where they are given, and waits until it answers.
    package func start(_ options: [String]? = nil) throws {
        let chosen = content.withLock { content in
            if let options { content.options = options }
            return content.options
        }
        unlink(folder.file("pid"))
        let lifeline = open(folder.file("lifeline"), O_RDWR | O_CLOEXEC)
        guard lifeline >= 0 else { throw MariaDBTrouble("no pipe") }
        let arguments =
            [
                "--no-defaults", "--user=root", "--datadir=\(folder.file("data"))", "--socket=\(socket)",
                "--port=\(port)", "--tmpdir=\(folder.path)", "--bind-address=127.0.0.1",
                "--pid-file=\(folder.file("pid"))", "--log-bin=panel-bin",
                "--server-id=7", "--binlog-format=ROW", "--binlog-row-metadata=FULL", "--skip-name-resolve",
                "--character-set-server=utf8mb4", "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=2",
                "--max-allowed-packet=256M",
            ] + Self.sizes + chosen
        let script = "log=$1; shift; \"$@\" </dev/null >>\"$log\" 2>&1 & cat >/dev/null; kill -9 $!; wait"
        let shell = try Child(
            "/bin/sh", ["-c", script, "sh", folder.file("log"), Self.program] + arguments,
            input: folder.file("lifeline"))
        content.withLock { content in
            content.shell = shell
            content.lifeline = lifeline
        }
        try waitUntilReady()
    }

    /// Ends the server at once, as `kill -9` does.
    package func kill() {
        let (shell, lifeline) = content.withLock { content in
            defer {
                content.shell = nil
                content.lifeline = -1
            }
            return (content.shell, content.lifeline)
        }
        if lifeline >= 0 { close(lifeline) }
        shell?.waitForEnd()
    }

    /// Lets the server finish what it does, and ends it.
    package func stop() throws {
        try sql("SHUTDOWN")
        let deadline = Self.now() + 20_000
        while access(folder.file("pid"), F_OK) == 0 {
            guard Self.now() < deadline else { throw MariaDBTrouble("the server does not end: \(log)") }
            poll(nil, 0, 10)
        }
        kill()
    }

    /// Runs statements as root and gives their results: columns parted by tabs, rows by line ends.
    @discardableResult
    package func sql(_ statements: String, database: String? = nil) throws -> String {
        let result = try run(statements, database: database)
        guard result.status == 0 else { throw MariaDBTrouble("\(result.errors)") }
        return result.output
    }

    private func run(_ statements: String, database: String? = nil) throws -> Shell.Result {
        let words = [
            "--no-defaults", "--user=root", "--socket=\(socket)", "--batch", "--skip-column-names",
            "--default-character-set=utf8mb4", "--max-allowed-packet=256M",
        ]
        return try Shell.run("/usr/bin/mariadb", words + (database.map { [$0] } ?? []), input: statements)
    }

    private func waitUntilReady() throws {
        let deadline = Self.now() + 30_000
        while true {
            if access(socket, F_OK) == 0, try run("SELECT 1").status == 0 { return }
            guard Self.now() < deadline else { throw MariaDBTrouble("the server does not answer: \(log)") }
            poll(nil, 0, 20)
        }
    }

    private static func makeTemplate() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let result = try Shell.run(
            "/usr/bin/mariadb-install-db",
            [
                "--no-defaults", "--user=root", "--datadir=\(folder.file("data"))",
                "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve",
            ] + sizes)
        guard result.status == 0 else { throw MariaDBTrouble("no database was made: \(result.output)\(result.errors)") }
        return folder
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

package struct MariaDBTrouble: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
