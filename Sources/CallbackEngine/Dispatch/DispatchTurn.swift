import CallbackCore
import CallbackRules
import CallbackStore
import Logging

/// The dispatcher's own memory and its loop. Belongs to the dispatcher's thread.
struct DispatchTurn {
    struct Line {
        var target: Dispatcher.Target
        /// The configuration has the target no more: what it has begun is settled, and nothing starts.
        var isGone = false
        var waiting: TargetLine
        var cooling = Cooling()
        var isPaused: Bool
        var inFlight = 0
        var delivered = 0
        var failedAttempts = 0
        var dead = 0
        var lastFailure: String?
        /// Attempts that were rendered and not handed over yet.
        var outgoing: [Attempt] = []

        var name: TargetName { target.settings.name }
        var mayStart: Bool { !isPaused && !isGone }
    }

    struct InFlight {
        let line: Int
        let delivery: QueuedDelivery
        /// The schedule that the delivery's rule gives in place of the target's own.
        var retry: RetryPolicy?
    }

    var plan: Dispatcher.Plan
    let queue: QueueReader
    let mailbox: Mailbox<Dispatcher.Message>
    let loop: CommitLoop
    let clock: ProcessClock
    let logger: Logger

    var shelf: BookShelf
    /// The numbers of rules that are not in force.
    var parkedRules: Set<Int64>
    var lines: [Line]
    var lineOfNumber: [Int64: Int] = [:]
    var inFlight: [DeliveryID: InFlight] = [:]
    var tests: [DeliveryID: (line: Int, reply: @Sendable (AttemptReport) -> Void)] = [:]
    /// Commands that are being written: nothing starts meanwhile, so that nothing starts that was just taken back.
    var commandsUnderWay = 0
    private var drainDeadline: Int64?
    /// The moment of the last look at what can start: what becomes due after it needs another one.
    private var looked: (now: Timestamp, monotonic: Int64)
    private var settlements: [Settlement] = []
    /// The target that is served first in the next turn, so that none is always last.
    var firstLine = 0
    private var isStopping = false

    init(
        plan: Dispatcher.Plan,
        queue: QueueReader,
        mailbox: Mailbox<Dispatcher.Message>,
        loop: CommitLoop,
        clock: ProcessClock,
        logger: Logger
    ) throws {
        self.plan = plan
        self.queue = queue
        self.mailbox = mailbox
        self.loop = loop
        self.clock = clock
        self.logger = logger
        shelf = BookShelf(plan.book, version: plan.version)
        looked = (clock.now(), clock.monotonic())
        parkedRules = plan.parkedRules
        queue.park(rules: parkedRules.sorted())
        lines = []
        for target in plan.targets {
            guard let number = plan.registry.targets[target.settings.name] else { continue }
            lineOfNumber[number] = lines.count
            lines.append(try line(for: target, number: number))
        }
    }

    /// Runs until it is told to stop, or until everything in flight is settled while it drains.
    mutating func run() throws {
        defer { refuseTests() }
        while !isStopping {
            try startWhatCan()
            if !settlements.isEmpty {
                loop.settle(settlements)
                settlements.removeAll(keepingCapacity: true)
            }
            if let drainDeadline, inFlight.isEmpty || clock.monotonic() >= drainDeadline { return }
            for message in mailbox.take(until: nextDeadline()) { try handle(message) }
        }
    }

    /// Whoever waits for a test delivery gets an answer.
    private mutating func refuseTests() {
        for (delivery, test) in tests {
            test.reply(
                AttemptReport(
                    delivery: delivery, outcome: .unavailable(retryAfter: nil), startedAt: clock.now(),
                    duration: .zero, reason: "the daemon is stopping"))
        }
        tests = [:]
    }

    private mutating func handle(_ message: Dispatcher.Message) throws {
        switch message {
        case .committed(let committed):
            for settlement in committed.settled { try settled(settlement) }
            for delivery in committed.queued {
                guard let line = lineOfNumber[delivery.target] else { continue }
                try lines[line].waiting.arrive(delivery, queue)
            }
        case .queuedAgain(let deliveries): try look(at: deliveries)
        case .reports(let reports):
            for report in reports { ended(report) }
        case .command(let command, let reply): begin(command, reply)
        case .commandDone(let pending): try finish(pending)
        case .test(let target, let attempt, let reply): test(target, attempt, reply)
        case .adopt(let plan, let changed, let install):
            install()
            try adopt(plan, changed: changed)
        case .status(let reply): reply(lines.filter { !$0.isGone }.map { statusLine($0) })
        case .drain(let deadline): drainDeadline = deadline
        case .stop:
            isStopping = true
            // The thread looks for it once more when its turns are over.
            mailbox.post(.stop)
        }
    }

    // MARK: Starting

    private mutating func startWhatCan() throws {
        guard drainDeadline == nil, commandsUnderWay == 0, !lines.isEmpty else { return }
        let now = clock.now()
        let monotonic = clock.monotonic()
        looked = (now, monotonic)
        // Targets take turns, one delivery each, until nobody can start or everything is in flight that may be.
        var candidates: [Int] = []
        for offset in lines.indices {
            let index = (firstLine + offset) % lines.count
            guard lines[index].mayStart else { continue }
            try lines[index].waiting.refill(now: now, queue)
            if !lines[index].waiting.ready.isEmpty { candidates.append(index) }
        }
        firstLine = (firstLine + 1) % lines.count
        while !candidates.isEmpty, inFlight.count < plan.inFlightLimit {
            var going: [Int] = []
            for index in candidates where inFlight.count < plan.inFlightLimit {
                guard lines[index].inFlight < lines[index].target.settings.concurrency,
                    lines[index].cooling.admits(inFlight: lines[index].inFlight, at: monotonic)
                else { continue }
                try startOne(of: index)
                if !lines[index].waiting.ready.isEmpty { going.append(index) }
            }
            candidates = going
        }
        handOver()
    }

    private mutating func startOne(of index: Int) throws {
        guard var delivery = lines[index].waiting.start() else { return }
        if delivery.event == nil { delivery.event = try queue.event(delivery.id.event) }
        guard let event = delivery.event, let rule = plan.registry.ruleNames[delivery.rule] else {
            // Retention never removes an event that is owed, so the file has been tampered with.
            throw StateError(
                kind: .corrupt, message: "the event or rule of delivery \(delivery.id) is missing from the state file")
        }
        lines[index].inFlight += 1
        inFlight[delivery.id] = InFlight(line: index, delivery: delivery, retry: nil)
        let name = lines[index].name
        var rendering: Rendering?
        let book: RuleBook
        do {
            book = try shelf.book(delivery.book, queue)
        } catch let error as StateError where error.kind == .newer || error.kind == .corrupt {
            return fail(delivery, reason: error.message)
        }
        if let retry = book.retry(rule: rule, target: name) { inFlight[delivery.id]?.retry = retry }
        switch book.rendering(rule: rule, target: name, event: event, current: plan.book, secrets: plan.secrets) {
        case .success(let rendered): rendering = rendered
        case .failure(let error): return fail(delivery, reason: "cannot fill the template: \(error)")
        }
        lines[index].outgoing.append(
            Attempt(
                delivery: delivery.id, number: delivery.attempts + 1,
                webhookID: WebhookID.make(event: event.id, rule: rule, target: name, cause: delivery.cause),
                target: name, event: event, rendering: rendering))
    }

    /// An attempt that failed before anything was sent: it waits for its schedule like any other.
    private mutating func fail(_ delivery: QueuedDelivery, reason: String) {
        ended(
            AttemptReport(
                delivery: delivery.id, outcome: .unavailable(retryAfter: nil), startedAt: clock.now(),
                duration: .zero, reason: reason), wasSent: false)
    }

    private mutating func handOver() {
        for index in lines.indices where !lines[index].outgoing.isEmpty {
            lines[index].target.action.start(lines[index].outgoing)
            lines[index].outgoing.removeAll(keepingCapacity: true)
        }
    }

    // MARK: Ending

    /// - Parameter wasSent: whether the end says anything about the target.
    private mutating func ended(_ report: AttemptReport, wasSent: Bool = true) {
        if let (index, reply) = tests.removeValue(forKey: report.delivery) {
            if report.outcome == .delivered { lines[index].cooling = Cooling() }
            return reply(report)
        }
        guard let entry = inFlight[report.delivery] else { return }
        let (index, delivery) = (entry.line, entry.delivery)
        let settings = lines[index].target.settings
        let attempt = delivery.attempts + 1
        let decision = Self.decide(
            report, attemptInRound: attempt - delivery.round, retry: entry.retry ?? settings.retry, now: clock.now(),
            random: Double.random(in: 0..<1))
        if case .delivered = report.outcome {
            lines[index].cooling.succeeded()
        } else {
            lines[index].failedAttempts += 1
            lines[index].lastFailure = report.reason
            if report.concernsTarget {
                lines[index].cooling.failed(at: clock.monotonic(), random: Double.random(in: 0..<1))
            } else if wasSent {
                lines[index].cooling.succeeded()
            }
        }
        log(decision, report, attempt, of: settings.name)
        settlements.append(
            Settlement(
                delivery: delivery.id, target: delivery.target, attempt: attempt, report: report, decision: decision)
        )
    }

    /// What follows from the end of an attempt.
    static func decide(
        _ report: AttemptReport,
        attemptInRound: Int,
        retry: RetryPolicy,
        now: Timestamp,
        random: Double
    ) -> Settlement.Decision {
        switch report.outcome {
        case .delivered: return .delivered
        case .refused: return .dead(.refused)
        case .uncertain: return .dead(.uncertain)
        case .unavailable(let retryAfter):
            let wait = retry.wait(afterAttempt: attemptInRound, retryAfter: retryAfter, random: random)
            return wait.map { .deferred(until: now + $0) } ?? .dead(.exhausted)
        }
    }

    private func log(_ decision: Settlement.Decision, _ report: AttemptReport, _ attempt: Int, of target: TargetName) {
        switch decision {
        case .delivered: break
        case .deferred(let until):
            logger.info(
                "delivery deferred: \(report.reason)",
                metadata: [
                    "delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)",
                    "until": "\(until)",
                ])
        case .dead(let reason):
            logger.warning(
                "delivery dead, \(reason.rawValue): \(report.reason)",
                metadata: ["delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)"])
        }
    }

    /// An outcome is on disk: the delivery is in flight no more.
    private mutating func settled(_ settlement: Settlement) throws {
        guard let entry = inFlight.removeValue(forKey: settlement.delivery) else { return }
        lines[entry.line].inFlight -= 1
        // What waits for a target that is gone waits in the file.
        guard !lines[entry.line].isGone else { return }
        switch settlement.decision {
        case .delivered:
            lines[entry.line].delivered += 1
            try lines[entry.line].waiting.finished(entry.delivery, queue)
        case .dead:
            lines[entry.line].dead += 1
            try lines[entry.line].waiting.finished(entry.delivery, queue)
        case .deferred(let until):
            lines[entry.line].waiting.deferred(entry.delivery, until: until)
        }
    }

    // MARK: Waiting

    /// When something becomes due by itself, in monotonic nanoseconds.
    private func nextDeadline() -> Int64? {
        if let drainDeadline { return drainDeadline }
        // Nothing starts until the command is written, which is a message.
        if commandsUnderWay > 0 { return nil }
        var next: Int64?
        for index in lines.indices where lines[index].mayStart {
            if lines[index].waiting.wantsMore { return looked.monotonic }
            if let due = lines[index].waiting.nextDue, due > looked.now {
                let moment = clock.monotonic(at: due)
                next = min(next ?? moment, moment)
            }
            if let until = lines[index].cooling.until, until > looked.monotonic {
                next = min(next ?? until, until)
            }
        }
        return next
    }

    private mutating func test(
        _ target: TargetName,
        _ attempt: Attempt,
        _ reply: @escaping @Sendable (AttemptReport) -> Void
    ) {
        guard let index = lines.firstIndex(where: { $0.name == target && !$0.isGone }) else {
            return reply(
                AttemptReport(
                    delivery: attempt.delivery, outcome: .refused, startedAt: clock.now(), duration: .zero,
                    reason: "there is no such target"))
        }
        tests[attempt.delivery] = (index, reply)
        lines[index].target.action.start([attempt])
    }

    private func statusLine(_ line: Line) -> DaemonStatus.TargetLine {
        var coolingUntil: String?
        if let until = line.cooling.until {
            let rest = (until - clock.monotonic()) / 1_000_000
            if rest > 0 { coolingUntil = (clock.now() + .milliseconds(rest)).description }
        }
        return DaemonStatus.TargetLine(
            name: line.name.rawValue, kind: line.target.settings.kind, paused: line.isPaused, inFlight: line.inFlight,
            delivered: line.delivered, failedAttempts: line.failedAttempts, dead: line.dead,
            coolingUntil: coolingUntil, lastFailure: line.lastFailure)
    }
}
