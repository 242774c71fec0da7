import CallbackActions
import Glibc
import HookProtocol
import Testing

@Suite("the life of the runner process", .timeLimit(.minutes(1)))
struct CommandRunnerLifeTests {
    /// Starts job 1, which leaves a child in another session, and returns the two processes once both run.
    private func startTree(_ bench: HookBench) async throws -> [pid_t] {
        let pids = "\(bench.directory)/pids"
        let text = #"trap "" TERM; (setsid sh -c 'trap "" TERM; echo $$ >> \#(pids); while :; do sleep 1000; done' &)"#
        let rest = "echo $$ >> \(pids); while :; do sleep 1000; done"
        bench.submit(
            HookJob(
                id: 1, arguments: ["/bin/sh", "-c", "\(text); \(rest)"], environment: [("PATH", "/usr/bin:/bin")],
                deadline: .seconds(1000)))
        func found() -> [pid_t] { (Proc.text(pids) ?? "").split(separator: "\n").compactMap { pid_t($0) } }
        #expect(await Proc.waits { found().count == 2 })
        return found()
    }

    @Test("when the daemon closes the socket every tree is killed and the process ends")
    func stop() async throws {
        let bench = try HookBench()
        let front = try await bench.ready()
        let tree = try await startTree(bench)
        await bench.runner.stop(grace: .zero)
        #expect(bench.reported == [HookReport(id: 1, end: .runnerLost("callbackd stopped before the hook ended"))])
        #expect(tree.allSatisfy { !Proc.isAlive($0) })
        #expect(!Proc.isAlive(front))
    }

    @Test("a stop with grace lets the running hook end, and starts no waiting one")
    func stopWithGrace() async throws {
        let bench = try HookBench(width: 1)
        let go = "\(bench.directory)/go"
        let text = "echo x > \(bench.directory)/on; while [ ! -e \(go) ]; do sleep 0.01; done; exit 9"
        let job = HookJob(id: 1, arguments: ["/bin/sh", "-c", text], environment: [("PATH", "/usr/bin:/bin")])
        bench.submit(job, HookJob(id: 2, arguments: ["/bin/true"]))
        #expect(await Proc.waits { Proc.text("\(bench.directory)/on") != nil })
        async let stopped: Void = bench.runner.stop(grace: .seconds(30))
        #expect(await bench.report(2).end == .runnerLost("callbackd is stopping"))
        close(open(go, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        await stopped
        #expect(await bench.report(1).end == .exited(9))
        await bench.runner.stop(grace: .zero)
        #expect(bench.reported.count == 2)
    }

    @Test("a killed runner is started again; its job is reported and its tree is dead before the next one runs")
    func frontKilled() async throws {
        let bench = try HookBench()
        let front = try await bench.ready()
        let tree = try await startTree(bench)
        kill(front, SIGKILL)
        #expect(await bench.report(1).end == .runnerLost("the hook runner ended while it ran the hook"))
        let next = await bench.run(HookJob(id: 2, arguments: ["/bin/true"]))
        #expect(next.end == .exited(0))
        #expect(tree.allSatisfy { !Proc.isAlive($0) })
    }

    @Test("a killed keeper's job is reported and its tree dies, and other hooks go on")
    func keeperKilled() async throws {
        let bench = try HookBench()
        let front = try await bench.ready()
        let tree = try await startTree(bench)
        let keeper = try #require(Proc.children(of: front).first)
        kill(keeper, SIGKILL)
        #expect(await bench.report(1).end == .runnerLost("the process that kept the hook was killed"))
        #expect(await Proc.waits { tree.allSatisfy { !Proc.isAlive($0) } })
        #expect(await bench.run(HookJob(id: 2, arguments: ["/bin/true"])).end == .exited(0))
        #expect(try await bench.ready() == front)
        #expect(Proc.isAlive(front))
    }

    @Test("INT, TERM, HUP and PIPE do not end the runner or its hooks", arguments: [SIGINT, SIGTERM, SIGHUP, SIGPIPE])
    func ignoredSignals(signal: Int32) async throws {
        let bench = try HookBench()
        let front = try await bench.ready()
        #expect(await bench.run(HookJob(id: 1, arguments: ["/bin/true"])).end == .exited(0))
        for process in [front] + Proc.children(of: front) { kill(process, signal) }
        #expect(await bench.run(HookJob(id: 2, arguments: ["/bin/true"])).end == .exited(0))
        #expect(Proc.isAlive(front))
    }

    @Test("a second runner starts no hook before the first one and its hooks are gone")
    func waitsForLock() async throws {
        let first = try HookBench()
        _ = try await first.ready()
        let tree = try await startTree(first)
        let second = try HookBench(lockOf: first)
        second.submit(HookJob(id: 2, arguments: ["/bin/sh", "-c", "kill -0 \(tree[0]) || echo alone"]))
        let notice = await second.notice { if case .waiting = $0 { true } else { false } }
        let front = try await first.ready()
        let lock = "\(first.directory)/state.db.runner.lock"
        #expect(notice == .waiting("another hook runner (process \(front)) holds \(lock)"))
        #expect(second.reported.isEmpty)
        await first.runner.stop(grace: .zero)
        #expect(await second.report(2).text.hasSuffix("alone\n"))
    }

    @Test("a keeper that outlives a killed runner still holds the lock until its tree is dead")
    func lockOutlivesFront() async throws {
        let first = try HookBench()
        let front = try await first.ready()
        let tree = try await startTree(first)
        let keeper = try #require(Proc.children(of: front).first)
        kill(keeper, SIGSTOP)
        kill(front, SIGKILL)
        #expect(await first.report(1).end == .runnerLost("the hook runner ended while it ran the hook"))
        _ = await first.notice { if case .waiting = $0 { true } else { false } }
        #expect(tree.allSatisfy { Proc.isAlive($0) })
        kill(keeper, SIGCONT)
        #expect(await first.run(HookJob(id: 2, arguments: ["/bin/true"])).end == .exited(0))
        #expect(tree.allSatisfy { !Proc.isAlive($0) })
    }

    @Test("a runner that waits too long says who is in the way, and its jobs are reported")
    func refused() async throws {
        let first = try HookBench()
        let front = try await first.ready()
        let second = try HookBench(lockOf: first, lockPatience: 0)
        let lock = "\(first.directory)/state.db.runner.lock"
        let words =
            "another hook runner (process \(front)) holds \(lock) and did not end within 0 s; "
            + "look for what its hooks wait for"
        #expect(await second.run(HookJob(id: 1, arguments: ["/bin/true"])).end == .runnerLost(words))
        #expect(await second.notice { $0 == .ended(words) } == .ended(words))
    }

    @Test("a missing runner program is said in the report, with its path")
    func missingRunner() async throws {
        let bench = try HookBench(executable: "/nowhere/callbackd-hooks")
        let report = await bench.run(HookJob(id: 1, arguments: ["/bin/true"]))
        #expect(report.end == .runnerLost("cannot run /nowhere/callbackd-hooks: No such file or directory"))
    }

    @Test("a program that is no runner is reported as one that ended before it was ready")
    func wrongRunner() async throws {
        let bench = try HookBench(executable: "/bin/true")
        let report = await bench.run(HookJob(id: 1, arguments: ["/bin/true"]))
        #expect(report.end == .runnerLost("the hook runner ended before it was ready (exit code 0)"))
    }

    @Test("jobs above the capacity are sent back at once, the others run")
    func capacity() async throws {
        let bench = try HookBench(width: 1, capacity: 2)
        bench.runner.submit((1...10).map { HookJob(id: $0, arguments: ["/bin/true"]) })
        for id in 1...10 as ClosedRange<UInt64> { _ = await bench.report(id) }
        let ends = bench.reported.map(\.end)
        #expect(ends.count { $0 == .exited(0) } == 2)
        #expect(ends.count { $0 == .runnerLost("2 hooks are waiting already") } == 8)
    }

    @Test("an idle runner sleeps")
    func idle() async throws {
        let bench = try HookBench()
        #expect(await bench.run(HookJob(id: 1, arguments: ["/bin/true"])).end == .exited(0))
        let front = try await bench.ready()
        // Its keepers end after a while without work; only the front is there for good.
        #expect(await Proc.waits { Proc.children(of: front).isEmpty && Proc.state(front) == "S" })
        let before = Proc.wakes(front)
        for _ in 0..<20 { _ = poll(nil, 0, 5) }
        #expect(Proc.wakes(front) == before)
    }

    @Test("started by hand it says what it is and exits with 64")
    func byHand() async throws {
        let report = try await HookBench().run(HookJob(id: 1, arguments: [HookBench.executable, "/tmp/x.lock"]))
        #expect(report.end == .exited(64))
        #expect(report.text == "callbackd-hooks is started by callbackd and takes no commands of its own\n")
    }
}
