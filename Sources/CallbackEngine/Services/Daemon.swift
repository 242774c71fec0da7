package import CallbackCore
import CallbackStore
import Dispatch
import Glibc
import Synchronization

/// Installs a source's triggers; its second argument takes the log over from another state file.
package typealias SourceInstaller = @Sendable (any SourceIntake, Bool) throws -> Void

/// What the running daemon shows and does for its operators.
package final class Daemon: Operations {
    private let intake: Intake
    private let loop: CommitLoop
    private let dispatcher: Dispatcher
    private let reloader: Reloader
    private let replayer: Replayer
    private let disk: DiskWatch
    private let statePath: String
    private let installers: [SourceName: SourceInstaller]
    private let timekeeper: any Timekeeper
    private let startedAt: Timestamp
    private let tests = Atomic<Int64>(0)

    package init(
        intake: Intake,
        loop: CommitLoop,
        dispatcher: Dispatcher,
        reloader: Reloader,
        replayer: Replayer,
        disk: DiskWatch,
        statePath: String,
        installers: [SourceName: SourceInstaller],
        timekeeper: any Timekeeper
    ) {
        self.intake = intake
        self.loop = loop
        self.dispatcher = dispatcher
        self.reloader = reloader
        self.replayer = replayer
        self.disk = disk
        self.statePath = statePath
        self.installers = installers
        self.timekeeper = timekeeper
        startedAt = timekeeper.now()
    }

    package func status() async -> DaemonStatus {
        let sources = intake.statuses()
        let lagging = intake.lagging()
        let problem = loop.currentProblem
        var status = DaemonStatus(
            ready: problem == nil && sources.allSatisfy { $0.status == .watching },
            version: ProductVersion.text,
            pid: getpid(),
            startedAt: startedAt.description,
            statePath: statePath,
            stateProblem: problem,
            lastSequence: loop.lastSequence,
            sources: sources.map { source in
                DaemonStatus.SourceLine(
                    name: source.name.rawValue, state: source.status.word,
                    words: source.status == .watching ? source.notes.joined(separator: "; ") : source.status.words,
                    position: source.position, gap: source.gap,
                    behindSince: lagging.lags[source.name]?.since.description,
                    behind: lagging.lags[source.name]?.changes ?? 0, snapshot: source.snapshot)
            },
            targets: await dispatcher.targetLines(),
            configuration: await configurationLine(),
            heldSubjects: intake.heldSubjects(), doubts: await doubtLine())
        status.queue = loop.queueLine
        status.alarms = [loop.queueAlarm, disk.alarm].compactMap { $0 } + lagging.alarms
        return status
    }

    private func doubtLine() async -> DaemonStatus.DoubtLine? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [statePath] in
                // Where the file cannot be read, `stateProblem` tells of it.
                continuation.resume(returning: try? StateQueries(path: statePath).doubts())
            }
        }
    }

    private func configurationLine() async -> DaemonStatus.ConfigurationLine {
        var line = reloader.line
        line.parked = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [reloader] in
                // Where the file cannot be read, `stateProblem` tells of it.
                continuation.resume(returning: (try? reloader.countParked()) ?? 0)
            }
        }
        return line
    }

    package func reload() async -> ReloadReport { await reloader.reload(by: "callbackd reload") }

    package func perform(_ command: OperatorCommand) async -> CommandAnswer {
        if case .installSource(let source, let takeOver) = command { return await install(source, takeOver) }
        // What comes in from now on is not held again, so that nothing stays behind what is released now.
        if case .releaseSubject(let subject) = command { intake.release(subject: subject) }
        if case .snapshot(let source, _) = command, let objection = objection(toSnapshotOf: source) { return objection }
        let answer = await dispatcher.perform(command)
        switch command {
        case .snapshot(let source, _), .stopSnapshot(let source): intake.noteRequest(of: SourceName(source))
        default: break
        }
        if case .replay = command { replayer.look() }
        if case .acceptGap(let source) = command, answer.allDone { intake.acceptGap(of: SourceName(source)) }
        return answer
    }

    private func objection(toSnapshotOf source: String) -> CommandAnswer? {
        guard installers[SourceName(source)] == nil else { return nil }
        return CommandAnswer(items: [.init(name: source, done: false, words: "there is no such source")])
    }

    /// Installing waits for the panel's database and for the writer, so it has a thread that may block.
    private func install(_ source: String, _ takeOver: Bool) async -> CommandAnswer {
        guard let installer = installers[SourceName(source)] else {
            return CommandAnswer(items: [.init(name: source, done: false, words: "there is no such source")])
        }
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [intake] in
                let item: CommandAnswer.Item
                do {
                    try installer(intake, takeOver)
                    item = .init(name: source, done: true, words: "installed")
                } catch {
                    item = .init(name: source, done: false, words: "\(error)")
                }
                continuation.resume(returning: CommandAnswer(items: [item]))
            }
        }
    }

    package func test(target: String) async -> CommandAnswer {
        let number = tests.add(1, ordering: .relaxed).newValue
        let id = EventID.random()
        let now = timekeeper.now()
        let type: EventType = "target.test"
        let subject = "target/\(target)"
        var draft = CloudEvent.draft(
            id: id, source: "/callbackd", type: type, subject: subject, time: now,
            data: ["target": .string(target)])
        draft.number(0)
        // A number that no delivery of the queue can have.
        let delivery = DeliveryID(event: -number, ordinal: 1)
        let event = Event(
            sequence: 0, id: id, type: type, subject: subject, time: now, body: draft.body)
        let name = TargetName(target)
        let attempt = Attempt(
            delivery: delivery, number: 1,
            webhookID: WebhookID.make(event: id, rule: "target-test", target: name, cause: "test"), target: name,
            event: event, rendering: nil)
        let report = await dispatcher.test(name, attempt: attempt)
        let milliseconds = report.duration.milliseconds
        let code = report.code.map { " (\($0))" } ?? ""
        let words =
            report.outcome == .delivered
            ? "delivered\(code) in \(milliseconds) ms"
            : "not delivered\(code) after \(milliseconds) ms: \(report.reason)"
        return CommandAnswer(items: [.init(name: target, done: report.outcome == .delivered, words: words)])
    }
}

extension SourceStatus {
    var word: String {
        switch self {
        case .starting: "starting"
        case .watching: "watching"
        case .waiting: "waiting"
        case .failed: "failed"
        }
    }

    var words: String {
        switch self {
        case .starting, .watching: ""
        case .waiting(let words), .failed(let words): words
        }
    }
}
