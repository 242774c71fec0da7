import CallbackActions
import Glibc
import HookProtocol
import Testing

@Suite("the process tree of a hook", .timeLimit(.minutes(1)))
struct CommandTreeTests {
    private func job(_ text: String, deadline: Duration, grace: Duration) -> HookJob {
        HookJob(
            id: 1, arguments: ["/bin/sh", "-c", text], environment: [("PATH", "/usr/bin:/bin")], deadline: deadline,
            grace: grace)
    }

    @Test("a hook that hears TERM at its deadline may tidy up")
    func terminates() async throws {
        let report = try await HookBench().run(
            job(
                "trap 'echo bye; exit 0' TERM; echo hello; sleep 1000 & wait", deadline: .milliseconds(300),
                grace: .seconds(30)))
        #expect(report.end == .deadline)
        #expect(report.text == "hello\nbye\n")
        #expect(report.nanoseconds >= 300_000_000)
        #expect(report.nanoseconds < 20_000_000_000)
    }

    @Test("a hook that ignores TERM is killed after the grace")
    func killed() async throws {
        let report = try await HookBench().run(
            job(
                "trap '' TERM; echo $$; while :; do sleep 1000; done", deadline: .milliseconds(200),
                grace: .milliseconds(200)))
        #expect(report.end == .deadline)
        #expect(report.nanoseconds >= 400_000_000)
        #expect(!Proc.isAlive(try #require(report.printedProcess)))
    }

    @Test("a stopped hook is ended too")
    func stopped() async throws {
        let report = try await HookBench().run(
            job("kill -STOP $$", deadline: .milliseconds(200), grace: .seconds(20)))
        #expect(report.end == .deadline)
        #expect(report.nanoseconds < 15_000_000_000)
    }

    @Test("a grandchild in a session of its own that ignores TERM does not outlive the deadline")
    func setsid() async throws {
        let daemon = #"trap "" TERM; echo $$; while :; do sleep 1000; done"#
        let report = try await HookBench().run(
            job(
                "(setsid env -i sh -c '\(daemon)' &); sleep 1000", deadline: .milliseconds(500),
                grace: .milliseconds(200)))
        #expect(report.end == .deadline)
        #expect(!Proc.isAlive(try #require(report.printedProcess)))
    }

    @Test("a child that holds the output open is ended when the hook has ended")
    func heldOutput() async throws {
        let report = try await HookBench().run(
            job("sleep 1000 & echo $!; exit 3", deadline: .seconds(50), grace: .seconds(50)))
        #expect(report.end == .exited(3))
        #expect(!Proc.isAlive(try #require(report.printedProcess)))
    }

    @Test("a whole forest left behind by a hook is killed, and its exit code stands")
    func forest() async throws {
        let leaf = #"trap "" TERM HUP; echo $$; while :; do sleep 1000; done"#
        let text = "for i in 1 2 3 4 5; do (setsid sh -c '\(leaf)' & setsid sh -c '\(leaf)' &); done; sleep 0.5; exit 0"
        let report = try await HookBench().run(job(text, deadline: .seconds(50), grace: .milliseconds(100)))
        #expect(report.end == .exited(0))
        let processes = report.lines.compactMap { pid_t($0) }
        #expect(processes.count == 10)
        #expect(processes.allSatisfy { !Proc.isAlive($0) })
    }

    @Test("the trees of two hooks do not touch each other")
    func neighbours() async throws {
        let bench = try HookBench()
        let text = "(setsid sleep 1000 &); echo started > \(bench.directory)/one; sleep 1000"
        bench.submit(HookJob(id: 7, arguments: ["/bin/sh", "-c", text], deadline: .seconds(1000)))
        #expect(await Proc.waits { Proc.text("\(bench.directory)/one") == "started\n" })
        let report = await bench.run(job("(setsid sleep 1000 &); exit 0", deadline: .seconds(50), grace: .seconds(5)))
        #expect(report.end == .exited(0))
        let front = try await bench.ready()
        let sleepers = Proc.children(of: front).flatMap { Proc.children(of: $0) }
        // The shell of job 7 and its orphan, both still there.
        #expect(sleepers.count == 2)
        await bench.runner.stop(grace: .zero)
        #expect(sleepers.allSatisfy { !Proc.isAlive($0) })
    }

    @Test("2,000 hooks leave no zombie and no descriptor behind")
    func noLeaks() async throws {
        let bench = try HookBench(width: 8)
        let front = try await bench.ready()
        func round(_ ids: ClosedRange<UInt64>) async {
            let event = [UInt8](repeating: 7, count: 500)
            bench.runner.submit(ids.map { HookJob(id: $0, arguments: ["/bin/true"], stdin: event) })
            for id in ids { #expect(await bench.report(id).end == .exited(0)) }
        }
        func descriptors() -> [Int] {
            [Proc.descriptors(of: front)] + Proc.children(of: front).map { Proc.descriptors(of: $0) }
        }
        // Long enough that all eight keepers are there.
        bench.runner.submit((3001...3008).map { HookJob(id: $0, arguments: ["/bin/sleep", "0.3"]) })
        for id in 3001...3008 as ClosedRange<UInt64> { _ = await bench.report(id) }
        let before = descriptors()
        await round(1...2000)
        #expect(descriptors().max() ?? 0 <= before.max() ?? 0)
        let keepers = Proc.children(of: front)
        #expect(keepers.count <= 8)
        #expect((keepers + keepers.flatMap { Proc.children(of: $0) }).allSatisfy { Proc.state($0) != "Z" })
        #expect(keepers.allSatisfy { Proc.children(of: $0).isEmpty })
    }
}
