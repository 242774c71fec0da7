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
        var health: TargetHealth
        var isPaused: Bool
        /// Nil where nothing limits the rate.
        var pace: Pace?
        var inFlight = 0
        /// When an attempt last ended without using up its patience.
        var answeredAt = Timestamp(milliseconds: .min / 2)
        var delivered = 0
        var failedAttempts = 0
        var dead = 0
        var lastFailure: String?
        /// Deliveries that the sweeper found forgotten.
        var healed = 0
        /// Attempts that were rendered and not handed over yet.
        var outgoing: [Attempt] = []
        /// The same for those that ask.
        var questions: [Attempt] = []

        var name: TargetName { target.settings.name }
        var mayStart: Bool { !isPaused && !isGone && health.disabled == nil }
    }

    struct InFlight {
        let line: Int
        let delivery: QueuedDelivery
        /// The schedule that the delivery's rule gives in place of the target's own.
        var retry: RetryPolicy?
        /// The attempt was written down before it began.
        var isNoted = false
    }

    var plan: Dispatcher.Plan
    let queue: QueueReader
    let mailbox: Mailbox<Dispatcher.Message>
    let loop: CommitLoop
    let clock: ProcessClock
    let logger: Logger

    var shelf: BookShelf
    var laneRules: LaneRules
    var lines: [Line]
    var lineOfNumber: [Int64: Int] = [:]
    var inFlight: [DeliveryID: InFlight] = [:]
    var tests: [DeliveryID: (line: Int, reply: @Sendable (AttemptReport) -> Void)] = [:]
    /// Commands that are being written: nothing starts meanwhile, so that nothing starts that was just taken back.
    var commandsUnderWay = 0
    private(set) var drainDeadline: Int64?
    /// The moment of the last look at what can start: what becomes due after it needs another one.
    private var looked: (now: Timestamp, monotonic: Int64)
    private var settlements: [Settlement] = []
    var intents = Intents()
    var sweeper: Sweeper
    /// The target that is served first in the next turn, so that none is always last.
    var firstLine = 0
    private var isStopping = false

    init(
        plan: Dispatcher.Plan,
        queue: QueueReader,
        mailbox: Mailbox<Dispatcher.Message>,
        loop: CommitLoop,
        clock: ProcessClock,
        sweepEvery: Duration,
        logger: Logger,
        isCautious: Bool = false
    ) throws {
        self.plan = plan
        self.queue = queue
        self.mailbox = mailbox
        self.loop = loop
        self.clock = clock
        self.logger = logger
        shelf = BookShelf(plan.book, version: plan.version)
        looked = (clock.now(), clock.monotonic())
        sweeper = Sweeper(every: sweepEvery, now: looked.monotonic)
        laneRules = plan.laneRules
        queue.use(parked: laneRules.parked.sorted(), skipping: laneRules.skipping.sorted())
        lines = []
        for target in plan.targets {
            guard let number = plan.registry.targets[target.settings.name] else { continue }
            lineOfNumber[number] = lines.count
            lines.append(try line(for: target, number: number))
        }
        intents.suspects = try queue.interruptedDeliveries()
        if isCautious { intents.cautiousUntil = clock.monotonic() + Self.cautiousTime }
    }

    /// Runs until it is told to stop, or until everything in flight is settled while it drains.
    mutating func run() throws {
        defer { refuseTests() }
        while !isStopping {
            try queue.inOneLook { try startWhatCan() }
            handOverIntents()
            try sweep()
            if !settlements.isEmpty {
                loop.settle(settlements)
                settlements.removeAll(keepingCapacity: true)
            }
            if let drainDeadline, inFlight.isEmpty || clock.monotonic() >= drainDeadline { return }
            for message in mailbox.take(until: min(nextDeadline() ?? .max, sweeper.next)) { try handle(message) }
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
                if delivery.state == .pending {
                    try lines[line].waiting.arrive(delivery, queue)
                } else {
                    // It may stand before what has been read already, as a redriven one does.
                    try look(at: [delivery])
                }
            }
            if !committed.intents.isEmpty { try begin(committed.intents) }
        case .queuedAgain(let deliveries): try look(at: deliveries)
        case .reports(let reports):
            for report in reports { ended(report) }
        case .command(let command, let reply): begin(command, reply)
        case .commandDone(let pending): try finish(pending)
        case .test(let target, let attempt, let reply): test(target, attempt, reply)
        case .adopt(let plan, let changed, let install):
            install()
            try adopt(plan, changed: changed)
        case .swept: sweeper.answer()
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
        var busy = 0
        for offset in lines.indices {
            let index = (firstLine + offset) % lines.count
            if lines[index].inFlight > 0 { busy += 1 }
            guard lines[index].mayStart else { continue }
            try lines[index].waiting.refill(now: now, queue)
            guard !lines[index].waiting.ready.isEmpty else { continue }
            candidates.append(index)
            if lines[index].inFlight == 0 { busy += 1 }
        }
        let fair = FairShare(limit: plan.inFlightLimit, targets: busy)
        firstLine = (firstLine + 1) % lines.count
        while !candidates.isEmpty, inFlight.count < plan.inFlightLimit {
            var going: [Int] = []
            for index in candidates where inFlight.count < plan.inFlightLimit {
                guard lines[index].inFlight < lines[index].target.settings.concurrency,
                    lines[index].health.admits(inFlight: lines[index].inFlight, at: now),
                    lines[index].pace?.admits(at: monotonic) ?? true,
                    fair.admits(
                        inFlight: lines[index].inFlight, total: inFlight.count,
                        answers: FairShare.answers(lines[index].answeredAt, at: now))
                else { continue }
                lines[index].pace?.begin(at: monotonic)
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
        lines[index].health.started(delivery.id)
        inFlight[delivery.id] = InFlight(line: index, delivery: delivery, retry: nil)
        if delivery.state == .uncertain { return try ask(delivery, event, rule, of: index) }
        if isNotedFirst(delivery, of: index, at: looked.monotonic) { return note(delivery, of: index) }
        try prepare(delivery, event, rule, of: index)
    }

    /// Makes the attempt that sends a delivery.
    mutating func prepare(_ delivery: QueuedDelivery, of index: Int) throws {
        guard let event = delivery.event, let rule = plan.registry.ruleNames[delivery.rule] else { return }
        try prepare(delivery, event, rule, of: index)
    }

    private mutating func prepare(
        _ delivery: QueuedDelivery, _ event: Event, _ rule: RuleName, of index: Int
    ) throws {
        let name = lines[index].name
        var rendering: Rendering?
        let book: RuleBook
        do {
            book = try shelf.book(delivery.book, queue)
        } catch let error as StateError where error.kind == .newer || error.kind == .corrupt {
            return fail(delivery, reason: error.message)
        }
        let isOnDead = DeliveryCause.isOnDead(delivery.cause)
        if !isOnDead, let retry = book.retry(rule: rule, target: name) { inFlight[delivery.id]?.retry = retry }
        switch book.rendering(
            rule: rule, target: name, event: event, current: plan.book, isOnDead: isOnDead, secrets: plan.secrets)
        {
        case .success(let rendered): rendering = isOnDead ? try withDeadLetter(rendered, delivery.id) : rendered
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
                duration: .zero, reason: reason, isLocal: true))
    }

    mutating func handOver() {
        for index in lines.indices where !lines[index].outgoing.isEmpty {
            lines[index].target.action.start(lines[index].outgoing)
            lines[index].outgoing.removeAll(keepingCapacity: true)
        }
        for index in lines.indices where !lines[index].questions.isEmpty {
            lines[index].target.verifier?.start(lines[index].questions)
            lines[index].questions.removeAll(keepingCapacity: true)
        }
    }

    // MARK: Ending

    mutating func ended(_ report: AttemptReport) {
        if let (index, reply) = tests.removeValue(forKey: report.delivery) {
            if report.outcome == .delivered { lines[index].health.tryAgain() }
            return reply(report)
        }
        guard let entry = inFlight[report.delivery] else { return }
        let (index, delivery) = (entry.line, entry.delivery)
        if delivery.state == .uncertain { return answered(report, entry) }
        let settings = lines[index].target.settings
        let attempt = delivery.attempts + 1
        let now = clock.now()
        let doubt = doubt(report, entry, attemptInRound: attempt - delivery.round)
        let decision =
            doubt?.1
            ?? Self.decide(
                report, attemptInRound: attempt - delivery.round, age: .milliseconds(delivery.aged),
                retry: entry.retry ?? settings.retry, now: now, random: Double.random(in: 0..<1))
        if report.outcome != .delivered {
            lines[index].failedAttempts += 1
            lines[index].lastFailure = report.reason
        }
        if report.duration < FairShare.patience { lines[index].answeredAt = now }
        settle(doubt?.0 ?? report, decision)
    }

    /// Has the end of an attempt written, with all that follows from it.
    mutating func settle(
        _ report: AttemptReport, _ decision: Settlement.Decision, recorded: RecordedOutcome? = nil
    ) {
        guard let entry = inFlight[report.delivery] else { return }
        let (index, delivery) = (entry.line, entry.delivery)
        let settings = lines[index].target.settings
        let attempt = delivery.attempts + 1
        let now = clock.now()
        log(decision, report, attempt, of: settings.name)
        settlements.append(
            Settlement(
                of: delivery, attempt: attempt, report: report, decision: decision,
                aged: delivery.aged + decision.wait(from: now),
                consequences: consequences(of: report, decision, delivery, line: index, settings, at: now),
                recorded: recorded, wasNoted: entry.isNoted))
    }

    /// What follows from the end of an attempt.
    static func decide(
        _ report: AttemptReport,
        attemptInRound: Int,
        age: Duration = .zero,
        retry: RetryPolicy,
        now: Timestamp,
        random: @autoclosure () -> Double
    ) -> Settlement.Decision {
        switch report.outcome {
        case .delivered: return .delivered
        case .refused: return .dead(.refused)
        case .uncertain: return .dead(.uncertain)
        case .unavailable(let retryAfter):
            if report.disablesTarget { return .returned }
            return
                switch retry.next(
                    afterAttempt: attemptInRound, age: age, retryAfter: retryAfter, random: random())
            {
            case .wait(let wait): .deferred(until: now + wait)
            case .exhausted: .dead(.exhausted)
            case .expired: .dead(.expired)
            }
        }
    }

    private func log(_ decision: Settlement.Decision, _ report: AttemptReport, _ attempt: Int, of target: TargetName) {
        switch decision {
        case .delivered, .sentAgain: break
        case .returned:
            logger.info(
                "delivery waits for its target: \(report.reason)",
                metadata: ["delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)"])
        case .uncertain:
            logger.notice(
                "delivery uncertain: \(report.reason)",
                metadata: ["delivery": "\(report.delivery)", "target": "\(target)", "attempt": "\(attempt)"])
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
        if entry.isNoted { acquit(settlement.delivery) }
        // What waits for a target that is gone waits in the file.
        guard !lines[entry.line].isGone else { return }
        switch settlement.decision {
        case .delivered:
            lines[entry.line].delivered += 1
            try lines[entry.line].waiting.finished(entry.delivery, queue)
        case .dead:
            lines[entry.line].dead += 1
            try lines[entry.line].waiting.finished(entry.delivery, queue)
        case .deferred(let until), .sentAgain(let until):
            try lines[entry.line].waiting.deferred(entry.delivery, until: until, queue)
        case .uncertain(let until):
            lines[entry.line].waiting.doubted(entry.delivery, until: until)
        case .returned:
            try lines[entry.line].waiting.returned(entry.delivery, queue)
        }
    }

    // MARK: Waiting

    /// The time at which it was last looked what can start.
    var lookedAt: Timestamp { looked.now }

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
            if let until = lines[index].health.shieldedUntil, until > looked.now {
                let moment = clock.monotonic(at: until)
                next = min(next ?? moment, moment)
            }
            if let pace = lines[index].pace, !lines[index].waiting.ready.isEmpty, pace.next > looked.monotonic {
                next = min(next ?? pace.next, pace.next)
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
        let rendering: Rendering?
        switch plan.book.trial(target: target, event: attempt.event) {
        case .success(let rendered): rendering = rendered
        case .failure(let error):
            return reply(
                AttemptReport(
                    delivery: attempt.delivery, outcome: .refused, startedAt: clock.now(), duration: .zero,
                    reason: "cannot fill the template: \(error)"))
        }
        tests[attempt.delivery] = (index, reply)
        lines[index].target.action.start([
            Attempt(
                delivery: attempt.delivery, number: attempt.number, webhookID: attempt.webhookID, target: target,
                event: attempt.event, rendering: rendering)
        ])
    }

    private func statusLine(_ line: Line) -> DaemonStatus.TargetLine {
        let now = clock.now()
        func later(_ time: Timestamp?) -> String? { time.flatMap { $0 > now ? $0.description : nil } }
        var status = DaemonStatus.TargetLine(
            name: line.name.rawValue, kind: line.target.settings.kind, paused: line.isPaused, inFlight: line.inFlight,
            delivered: line.delivered, failedAttempts: line.failedAttempts, dead: line.dead,
            openUntil: line.health.openUntil?.description, throttledUntil: later(line.health.throttledUntil),
            disabled: line.health.disabled.map {
                .init(reason: $0.reason.rawValue, words: $0.words, since: "\($0.since)")
            },
            lastFailure: line.lastFailure, remarks: line.target.remarks)
        status.healed = line.healed
        return status
    }
}
