import Glibc
import HookProtocol
import Testing

@testable import CallbackActions

@Suite("what a hook may use", .timeLimit(.minutes(1)))
struct CommandSurroundingsTests {
    private func job(_ text: String, id: UInt64 = 1, _ surroundings: HookSurroundings) -> HookJob {
        HookJob(id: id, arguments: ["/bin/sh", "-c", text], surroundings: surroundings)
    }

    @Test("directory, umask and limits are as asked for, and there are never core files")
    func limits() async throws {
        let limits = HookLimits(
            processorSeconds: 7, memory: 512 << 20, files: 33, processes: 4000, fileSize: 1 << 20)
        let report = try await HookBench().run(
            job(
                "pwd; umask; ulimit -t; ulimit -v; ulimit -n; ulimit -p; ulimit -f; ulimit -c",
                HookSurroundings(directory: "/usr", mask: 0o077, limits: limits)))
        // In seconds, KiB, pieces, pieces, blocks of 512 bytes.
        #expect(report.lines == ["/usr", "0077", "7", "524288", "33", "4000", "2048", "0"])
    }

    @Test("nobody gets more than the runner has")
    func notMore() async throws {
        let bench = try HookBench()
        let own = try #require(UInt64(await bench.shell("ulimit -Hn").lines.first ?? ""))
        let report = await bench.run(job("ulimit -n", id: 2, HookSurroundings(limits: HookLimits(files: own + 1))))
        #expect(report.text == "\(own)\n")
    }

    @Test("too much processor time, too large a file: a signal")
    func signals() async throws {
        let bench = try HookBench()
        let busy = await bench.run(
            job("while :; do :; done", id: 1, HookSurroundings(limits: HookLimits(processorSeconds: 1))))
        #expect(busy.end == .signaled(24))
        let large = await bench.run(
            job(
                "exec head -c 100000 /dev/zero >\(bench.directory)/large", id: 2,
                HookSurroundings(limits: HookLimits(fileSize: 1000))))
        #expect(large.end == .signaled(25))
    }

    @Test("a directory that is not there is told")
    func directory() async throws {
        let report = try await HookBench().run(job("true", HookSurroundings(directory: "/nowhere")))
        #expect(
            report.end
                == .cannotStart(
                    "cannot run /bin/sh: its directory /nowhere cannot be entered: No such file or directory"))
    }

    @Test("a file that others can change is not run, however the daemon was told")
    func danger() async throws {
        let bench = try HookBench()
        let path = "\(bench.directory)/hook"
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        #expect(write(file, "#!/bin/sh\n", 10) == 10)
        close(file)
        let link = "\(bench.directory)/link"
        #expect(symlink(path, link) == 0)
        for (id, name) in [(1, path), (2, link)] as [(UInt64, String)] {
            #expect(await bench.run(HookJob(id: id, arguments: [name])).end == .exited(0))
        }
        chmod(path, 0o775)
        let words = "\(path) can be changed by its group or by others; chmod go-w \(path)"
        for (id, name) in [(3, path), (4, link)] as [(UInt64, String)] {
            #expect(
                await bench.run(HookJob(id: id, arguments: [name])).end == .cannotStart("cannot run \(name): \(words)"))
        }
    }

    @Test("where the variables are more than this machine takes, the event's fields are left out, and that is said")
    func tooManyVariables() async throws {
        let directory = try HookBench.makeDirectory()
        let starter = "\(directory)/starter"
        // A quarter of the stack's limit is what Linux takes.
        let text = "#!/bin/sh\nexec prlimit --stack=1048576 \(HookBench.executable) \"$@\"\n"
        let file = open(starter, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        #expect(write(file, text, text.utf8.count) == text.utf8.count)
        close(file)
        let bench = try HookBench(executable: starter, in: directory)
        let large = String(repeating: "x", count: 100_000)
        let variables = [("PLAN", "a"), ("NEW_A", large), ("OLD_A", large), ("NEW_B", large), ("EVENT_ID", "e")]
        let report = await bench.run(
            HookJob(id: 1, arguments: ["/usr/bin/env"], environment: variables.map { (name: $0.0, value: $0.1) }))
        #expect(report.end == .exited(0))
        #expect(report.text == "PLAN=a\nEVENT_ID=e\nEVENT_TRUNCATED=1\n")
        await bench.runner.stop(grace: .zero)
    }

    // MARK: The socket of a service

    @Test("a runner behind a socket runs hooks, and another connection follows when it ends")
    func socket() async throws {
        let activation = try SocketActivation()
        let bench = try HookBench(socketPath: activation.path, in: activation.directory)
        let first = try await bench.ready()
        #expect(await bench.shell("echo hello; exit 3").text == "hello\n")
        kill(first, SIGKILL)
        let second = await bench.notice { if case .ready(let process) = $0 { process != first } else { false } }
        #expect(second != .ready(process: first))
        let report = await bench.run(HookJob(id: 2, arguments: ["/bin/sh", "-c", "exit 4"]))
        #expect(report.end == .exited(4))
        await bench.runner.stop(grace: .zero)
        activation.stop()
    }

    @Test("a socket where nobody listens is told, with what starts one")
    func noSocket() async throws {
        let bench = try HookBench(socketPath: "/nowhere/hooks.sock")
        #expect(
            await bench.shell("true").end
                == .runnerLost(
                    "no hook runner at /nowhere/hooks.sock: No such file or directory; "
                        + "systemctl enable --now callbackd-hooks.socket"))
    }
}

/// What systemd does with `Accept=yes`: a process for each connection, which is its descriptor 3.
private final class SocketActivation: Sendable {
    let directory: String
    let path: String
    private let listener: Int32

    init() throws {
        directory = try HookBench.makeDirectory()
        path = "\(directory)/hooks.sock"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
        }
        try #require(bound == 0 && listen(listener, 4) == 0)
        let lock = "\(directory)/state.db.runner.lock"
        try HookThread.start {
            var children: [pid_t] = []
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                children.append(Self.spawn(connection, lock))
                close(connection)
            }
            for child in children where child > 0 { waitpid(child, nil, 0) }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func spawn(_ connection: Int32, _ lock: String) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, connection, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments: [String] = [HookBench.executable, lock, "30"]
        var words = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, HookBench.executable, &actions, &attributes, &words, environ)
        return failure == 0 ? process : -1
    }
}
