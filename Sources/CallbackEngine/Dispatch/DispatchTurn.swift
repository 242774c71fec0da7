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
        var line: Int
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
    var looked: (now: Timestamp, monotonic: Int64)
    var settlements: [Settlement] = []
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
}
