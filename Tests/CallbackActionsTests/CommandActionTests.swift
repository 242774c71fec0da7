import CallbackActions
import CallbackCore
import HookProtocol
import Synchronization
import Testing

@Suite("the command action", .timeLimit(.minutes(1)))
struct CommandActionTests {
    /// Runs one attempt through a real runner and returns its report.
    private func deliver(_ target: CommandTarget, _ attempt: Attempt) async throws -> AttemptReport {
        let directory = try HookBench.makeDirectory()
        defer { HookBench.removeDirectory(directory) }
        let (reports, inlet) = AsyncStream.makeStream(of: AttemptReport.self)
        let action = try CommandAction(
            targets: ["hook": target],
            runner: HookRunner.Settings(
                executable: HookBench.executable, lockPath: "\(directory)/state.db.runner.lock"),
            timekeeper: SystemTimekeeper(),
            onReports: { for report in $0 { inlet.yield(report) } }
        )
        action.start([attempt])
        var found: AttemptReport?
        for await report in reports {
            found = report
            break
        }
        await action.stop(grace: .zero)
        return try #require(found)
    }

    private func shell(_ text: String) -> CommandTarget { CommandTarget(arguments: ["/bin/sh", "-c", text]) }

    private let attempt = CommandEnvironmentTests.attempt("plan_item.created", ["new": ["label": "WP"], "old": nil])

    @Test(
        "exit codes become outcomes",
        arguments: [
            (0, .delivered), (65, .refused), (78, .refused), (75, .unavailable(retryAfter: nil)),
            (1, .unavailable(retryAfter: nil)), (127, .unavailable(retryAfter: nil)),
        ] as [(Int, Outcome)]
    )
    func exitCodes(code: Int, outcome: Outcome) async throws {
        let report = try await deliver(shell("echo said; exit \(code)"), attempt)
        #expect(report.outcome == outcome)
        #expect(report.code == code)
        #expect(report.delivery == attempt.delivery)
        #expect(report.output == Array("said\n".utf8))
        #expect(report.reason.isEmpty == (code == 0))
        #expect(!report.concernsTarget)
        #expect(report.duration > .zero)
    }

    @Test("the hook reads exactly the event's bytes and finds its variables")
    func event() async throws {
        let report = try await deliver(shell(#"cat; echo; echo "$EVENT_TYPE $ATTEMPT $NEW_LABEL""#), attempt)
        #expect(report.output == attempt.event.body + Array("\nplan_item.created 1 WP\n".utf8))
    }

    @Test("rendered arguments replace the configured ones")
    func rendering() async throws {
        let attempt = CommandEnvironmentTests.attempt(
            "a.b", [:],
            rendering: Rendering(arguments: ["/bin/echo", "--plan=x y"], environment: ["A": "1"]))
        let report = try await deliver(shell("exit 1"), attempt)
        #expect(report.output == Array("--plan=x y\n".utf8))
    }

    @Test("a hook over its timeout is tried again later, with the limit in words")
    func timeout() async throws {
        var target = shell("sleep 1000")
        target.timeout = .milliseconds(200)
        let report = try await deliver(target, attempt)
        #expect(report.outcome == .unavailable(retryAfter: nil))
        #expect(report.code == nil)
        #expect(report.reason == "the hook ran longer than its timeout of 0.2 s and was ended with all its children")
    }

    @Test("a signal is named")
    func signal() async throws {
        let report = try await deliver(shell("kill -SEGV $$"), attempt)
        #expect(report.reason == "the hook was ended by signal 11 (SEGV)")
        #expect(report.outcome == .unavailable(retryAfter: nil))
    }

    @Test("a missing program is tried again later, since it may come back")
    func missing() async throws {
        let report = try await deliver(CommandTarget(arguments: ["/nowhere/x"]), attempt)
        #expect(report.outcome == .unavailable(retryAfter: nil))
        #expect(report.reason == "cannot run /nowhere/x: No such file or directory")
        #expect(report.concernsTarget)
    }

    @Test("output is cut at the target's limit, and said to be")
    func outputLimit() async throws {
        var target = shell("echo 1234567890")
        target.outputLimit = 4
        let report = try await deliver(target, attempt)
        #expect(report.output == Array("1234".utf8))
        #expect(report.outputTruncated)
    }

    @Test("an attempt for a target that is gone ends too")
    func unknownTarget() async throws {
        let report = try await deliver(
            shell("true"), CommandEnvironmentTests.attempt("a.b", [:], target: "other"))
        #expect(report.outcome == .unavailable(retryAfter: nil))
        #expect(report.reason == "no command target named \"other\" is configured")
    }

    @Test("what runs at a stop ends as unavailable, and nothing is reported after it")
    func stop() async throws {
        let directory = try HookBench.makeDirectory()
        defer { HookBench.removeDirectory(directory) }
        let reports = Mutex<[AttemptReport]>([])
        let action = try CommandAction(
            targets: ["hook": shell("sleep 1000")],
            runner: HookRunner.Settings(
                executable: HookBench.executable, lockPath: "\(directory)/state.db.runner.lock"),
            timekeeper: SystemTimekeeper(),
            onReports: { batch in reports.withLock { $0 += batch } }
        )
        action.start([attempt])
        await action.stop(grace: .zero)
        #expect(reports.withLock { $0.map(\.outcome) } == [.unavailable(retryAfter: nil)])
        action.start([attempt])
        await action.stop(grace: .zero)
        #expect(reports.withLock { $0.count } == 1)
    }
}
