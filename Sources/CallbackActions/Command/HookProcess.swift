import Glibc
import HookProtocol

/// A running `callbackd-hooks` and the daemon's end of its socket.
struct HookProcess {
    let process: pid_t
    let socket: Int32

    /// Starts the program with one end of a socket pair as descriptor 3 and says hello.
    ///
    /// It gets nothing else from the daemon: it closes every other descriptor first of all, and its environment only
    /// says where its libraries lie.
    static func start(_ settings: HookRunner.Settings) throws(HookRunnerError) -> HookProcess {
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

    /// Closes the socket, which ends the runner and its hooks, and waits for that.
    ///
    /// - Returns: how it ended, in words.
    func end() -> String {
        close(socket)
        // It needs at most some seconds to kill what it runs; one that was stopped from outside is not waited for.
        let patienceEnds = monotonicNanoseconds() + 15_000_000_000
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if monotonicNanoseconds() > patienceEnds { kill(process, SIGKILL) }
            _ = poll(nil, 0, 2)
        }
        let signal = status & 0x7f
        return signal == 0 ? "exit code \((status >> 8) & 0xff)" : "signal \(signal)"
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
