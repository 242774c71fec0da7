import Glibc

/// Runs a program to its end, for tests.
package enum Shell {
    package struct Result: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// - Parameters:
    ///   - program: a path, not searched for.
    ///   - input: what the program reads from standard input.
    /// - Returns: its exit status (128 + signal where a signal ended it) and what it printed.
    package static func run(
        _ program: String,
        _ arguments: [String],
        input: String = "",
        environment: [String: String]? = nil
    ) throws -> Result {
        let folder = try TemporaryFolder()
        let inputPath = try folder.write("in", input)
        let outputPath = try folder.write("out", "")
        let errorPath = try folder.write("err", "")
        let child = try Child(
            program, arguments, input: inputPath, output: outputPath, errors: errorPath, environment: environment)
        let status = child.waitForEnd()
        return Result(status: status, output: try read(outputPath), errors: try read(errorPath))
    }

    package static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw FolderError(errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A program that runs beside the test.
package final class Child: @unchecked Sendable {
    package let id: Int32
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    // Guarded by `lock`.
    private var status: Int32?

    package init(
        _ program: String,
        _ arguments: [String],
        input: String = "/dev/null",
        output: String = "/dev/null",
        errors: String = "/dev/null",
        environment: [String: String]? = nil
    ) throws {
        lock = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        // Threads of the test runner block signals, which a child would inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = ([program] + arguments).map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        let inherited = environment == nil
        var variables = (environment ?? [:]).map { strdup("\($0)=\($1)") }
        defer { variables.forEach { free($0) } }
        variables.append(nil)
        var child = pid_t()
        let code =
            inherited
            ? posix_spawn(&child, program, &actions, &attributes, words, environ)
            : posix_spawn(&child, program, &actions, &attributes, words, variables)
        guard code == 0 else { throw FolderError(code) }
        id = child
    }

    deinit {
        if status == nil {
            kill(id, SIGKILL)
            waitpid(id, nil, 0)
        }
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Blocks until the program has ended: its exit status, or 128 + the signal.
    @discardableResult
    package func waitForEnd() -> Int32 {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        if let status { return status }
        var raw: Int32 = 0
        while waitpid(id, &raw, 0) < 0 && errno == EINTR {}
        let ended = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        status = ended
        return ended
    }

    package func signal(_ number: Int32) { kill(id, number) }
}
