import Glibc
import HookProtocol

/// A running `callbackd-hooks` and the daemon's end of its socket.
struct HookProcess {
    /// Nil where a service manager started it.
    private let process: pid_t?
    let socket: Int32

    /// Starts a runner, or reaches the one that a service manager starts for each connection.
    static func start(_ settings: HookRunner.Settings) throws(HookRunnerError) -> HookProcess {
        if let path = settings.socketPath { try connect(path) } else { try spawn(settings) }
    }

    private static func connect(_ path: String) throws(HookRunnerError) -> HookProcess {
        func refused(_ words: String) -> HookRunnerError {
            HookRunnerError(
                description: "no hook runner at \(path): \(words); systemctl enable --now callbackd-hooks.socket")
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { space in
            guard path.utf8.count < space.count else { return false }
            space.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { throw refused("the path is longer than a socket's can be") }
        let file = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { throw refused(words(errno)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let connected = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(file, $0, size) }
        }
        guard connected == 0 else {
            let failure = errno
            close(file)
            throw refused(words(failure))
        }
        _ = fcntl(file, F_SETFL, O_NONBLOCK)
        return HookProcess(process: nil, socket: file)
    }

    /// Starts the program with one end of a socket pair as descriptor 3 and says hello.
    ///
    /// It gets nothing else from the daemon: it closes every other descriptor first of all, and its environment only
    /// says where its libraries lie.
    private static func spawn(_ settings: HookRunner.Settings) throws(HookRunnerError) -> HookProcess {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw HookRunnerError(description: "no socket for the hook runner: \(words(errno))")
        }
        defer { close(ends[1]) }
        var process: pid_t = 0
        let failure = spawn(settings, socket: ends[1], &process)
        guard failure == 0 else {
            close(ends[0])
            throw HookRunnerError(description: "cannot run \(settings.executable): \(words(failure))")
        }
        // Only this end is made non-blocking: the runner may wait for us, but we never wait for it.
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return HookProcess(process: process, socket: ends[0])
    }

    private static func spawn(_ settings: HookRunner.Settings, socket: Int32, _ process: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, socket, 3)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 2, 1)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let arguments = [settings.executable, settings.lockPath, String(settings.lockPatience)]
        var environment: [String] = []
        if let libraries = getenv("LD_LIBRARY_PATH") {
            environment.append("LD_LIBRARY_PATH=\(String(cString: libraries))")
        }
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for copy in argv + envp { free(copy) } }
        return posix_spawn(&process, settings.executable, &actions, &attributes, &argv, &envp)
    }

    /// Ends a runner that does not answer; one that another started ends when its socket closes.
    func kill() {
        if let process { Glibc.kill(process, SIGKILL) }
    }

    /// Closes the socket, which ends the runner and its hooks, and waits for that where the runner is our child. No
    /// other takes its place before that either: it holds the lock until then.
    ///
    /// - Returns: how it ended, in words.
    func end() -> String {
        close(socket)
        guard let process else { return "its service closed the connection" }
        // It needs at most some seconds to kill what it runs; one that was stopped from outside is not waited for.
        let patienceEnds = monotonicNanoseconds() + 15_000_000_000
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if monotonicNanoseconds() > patienceEnds { kill() }
            _ = poll(nil, 0, 2)
        }
        let signal = status & 0x7f
        return signal == 0 ? "exit code \((status >> 8) & 0xff)" : "signal \(signal)"
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
