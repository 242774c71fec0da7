package import CallbackCore
package import CallbackStore
import Glibc
package import Logging
import Synchronization

/// The one thread that writes the state file, in groups: it takes what is waiting, commits, and then releases everyone
/// that waited.
package final class CommitLoop: Sendable {
    /// What a turn made durable, told to the dispatcher.
    package struct Committed: Sendable {
        package var queued: [QueuedDelivery]
        package var settled: [Settlement]
        package var intents: [Intent] = []
    }

    /// Told when an entry is on disk, or with the reason why it never will be.
    package typealias Completion = @Sendable ((any Error)?) -> Void

    /// At most this many events wait before the writer; then sources wait instead.
    private static let queueLimit = 4000
    /// A turn takes at most about this many events: nothing is gained beyond.
    private static let turnLimit = 1000
    /// The least time between two commits under load, and from a commit to one of outcomes alone, in nanoseconds.
    static let pause: Int64 = 2_000_000
    /// The same where nobody waits for what is written, until a turn has so many events.
    static let longPause: Int64 = 10_000_000
    static let longPauseLimit = 500
    /// A turn with so many events and outcomes is a rush.
    private static let rush = 16

    private let mailbox: Mailbox<Message>
    private let gate: IntakeGate
    private let timekeeper: any Timekeeper
    private let clock: ProcessClock
    private let logger: Logger
    private let onCommitted: @Sendable (Committed) -> Void
    private let onBroken: @Sendable (any Error) -> Void
    private let ballast: Ballast?
    private let gauge: Mutex<QueueGauge>
    private let problem = Mutex<String?>(nil)
    private let sequence: Atomic<Int64>
    private let isStopping = Atomic(false)
    private let thread = Mutex<BlockingThread?>(nil)

    /// - Parameters:
    ///   - queueLimit: bytes of owed work from which nothing more is taken in.
    ///   - ballast: is given up on a full disk, so that results are still recorded.
    ///   - onCommitted: called on the writer's thread after each commit.
    ///   - onBroken: called once when the file cannot be written for a reason that time does not cure.
    package init(
        timekeeper: any Timekeeper,
        lastSequence: Int64,
        queueLimit: Int64 = .max,
        ballast: Ballast? = nil,
        logger: Logger,
        onCommitted: @escaping @Sendable (Committed) -> Void,
        onBroken: @escaping @Sendable (any Error) -> Void
    ) {
        mailbox = Mailbox(timekeeper: timekeeper)
        self.timekeeper = timekeeper
        clock = ProcessClock(timekeeper)
        gate = IntakeGate(limit: Self.queueLimit)
        sequence = Atomic(lastSequence)
        gauge = Mutex(QueueGauge(limit: queueLimit))
        self.ballast = ballast
        self.logger = logger
        self.onCommitted = onCommitted
        self.onBroken = onBroken
    }

    /// Begins to write. The file's connection belongs to this loop from now on.
    package func start(_ makeWriter: @escaping @Sendable () throws -> StateWriter) {
        let thread = BlockingThread(name: "writer", priority: .low) { [self] in
            do {
                try run(try makeWriter())
            } catch {
                onBroken(error)
                gate.close()
                refuseEverything(error)
            }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Why the file cannot be written at the moment; nil when all is well.
    package var currentProblem: String? { problem.withLock { $0 } }

    /// What is owed, against its limit.
    package var queueLine: DaemonStatus.QueueLine { gauge.withLock { $0.line } }

    /// What an operator must know of the sum of what is owed; nil where all is well.
    package var queueAlarm: String? { gauge.withLock { $0.words } }

    /// Holds what is owed against another limit, from the turn on that is being written.
    func use(queueLimit: Int64) { gauge.withLock { $0.limit = queueLimit } }

    /// The number of the last event that is on disk.
    package var lastSequence: Int64 { sequence.load(ordering: .acquiring) }

    /// Counts events in once there is room for them; their entry must follow by `hand(over:done:)`.
    /// - Parameter waits: waits for room; else they are let in however many wait already.
    /// - Throws: `CancellationError` when the loop stops, `IntakeUnavailable` where there will be no room soon.
    func admit(_ events: Int, waits: Bool) throws {
        try gate.enter(events, waits: waits, problem: { currentProblem })
    }

    /// Hands over an entry whose events were admitted.
    /// - Parameter isAwaited: whether somebody waits for the commit.
    func hand(over entry: IntakeEntry, isAwaited: Bool = false, done: @escaping Completion) {
        let isPatient = !isAwaited && entry.gap == nil && entry.events.allSatisfy(\.deliveries.isEmpty)
        mailbox.post(
            .intake(entry, Ticket(events: entry.events.count, isPatient: isPatient, done: done)), isUrgent: isAwaited)
    }

    /// Hands over the ends of attempts.
    package func settle(_ settlements: [Settlement]) {
        mailbox.post(.settlements(settlements))
    }

    /// Hands over what is about to begin, and waits for `onCommitted` to tell that it may.
    package func intend(_ intents: [Intent]) {
        mailbox.post(.intents(intents))
    }

    /// Changes the file by an operator's will; `done` is called when the change is on disk, or with what went wrong.
    package func perform(
        _ body: @escaping @Sendable (StateCommands) throws -> Void,
        done: @escaping Completion
    ) {
        mailbox.post(.command(Command(body: body, done: done, behind: nil)), isUrgent: true)
    }

    /// Changes the file at some time soon, together with what others write.
    func performPatiently(_ body: @escaping @Sendable (StateCommands) throws -> Void, done: @escaping Completion) {
        mailbox.post(.command(Command(body: body, done: done, behind: nil, isPatient: true)))
    }

    /// Changes the file at this place in the order of entries: what was handed over before is on disk before or with the
    /// change, never after it. `done` is called before `onCommitted` tells of the turn.
    func performInOrder(
        _ body: @escaping @Sendable (StateCommands) throws -> Void,
        done: @escaping Completion
    ) {
        mailbox.post(.command(Command(body: body, done: done, behind: 0)), isUrgent: true)
    }

    /// Lets no more changes in; what was taken is still written.
    package func closeIntake() { gate.close() }

    /// Writes what is waiting and ends the thread.
    package func stop() {
        gate.close()
        isStopping.store(true, ordering: .releasing)
        mailbox.post(.stop, isUrgent: true)
        thread.withLock { $0 }?.join()
    }

    // MARK: The writer's thread

    /// - Throws: why the file cannot be written, once time does not cure it. Whoever waits has been told by then.
    private func run(_ writer: StateWriter) throws {
        var waiting = Waiting()
        var lastCommit: Int64 = .min / 2
        var isRush = false
        var shortage = DiskShortage(ballast, logger: logger)
        shortage.prepare()
        measure(writer)
        let checkpoint = QuietCheckpoint(timekeeper: timekeeper, open: writer.checkpointer)
        defer { checkpoint.stop() }
        while true {
            if waiting.isEmpty {
                if waiting.isStopping { return }
                let next = shortage.isOn ? clock.monotonic() + DiskShortage.pause : nil
                for message in mailbox.take(until: next) { waiting.add(message) }
                if waiting.isEmpty, shortage.isOn, shortage.admitsEvents(at: clock.monotonic()) {
                    shortage.end()
                    recovered(shortage)
                }
            }
            // The next commit gathers for a moment: in a rush, and while nobody waits for what is there. Each flush of the
            // disk is one more for which the panel's own commits on the same machine wait. A single event never waits.
            while let earliest = waiting.earliest(after: lastCommit, isRush: isRush), clock.monotonic() < earliest {
                let more =
                    isRush
                    ? mailbox.gather(until: min(earliest, clock.monotonic() + Self.pause))
                    : mailbox.take(until: earliest)
                for message in more { waiting.add(message) }
            }
            for message in mailbox.take(until: .min) { waiting.add(message) }
            guard !waiting.isEmpty else { continue }
            isRush = waiting.weight >= Self.rush
            do {
                guard try commit(&waiting, writer, &shortage) else {
                    // Only events wait, and there is no room for them: what ends meanwhile is still recorded.
                    for message in mailbox.take(until: clock.monotonic() + DiskShortage.pause) { waiting.add(message) }
                    continue
                }
            } catch {
                for (_, ticket) in waiting.intakes { ticket.done(error) }
                for command in waiting.commands { command.done(error) }
                if waiting.isStopping { mailbox.post(.stop, isUrgent: true) }
                throw error
            }
            lastCommit = clock.monotonic()
            checkpoint.committed(pages: writer.takePagesWritten(), isRush: isRush)
        }
    }

    /// After the file broke: whoever still asks is told so, until the daemon ends.
    private func refuseEverything(_ error: any Error) {
        while true {
            for message in mailbox.take(until: nil) {
                switch message {
                case .intake(_, let ticket): ticket.done(error)
                case .command(let command): command.done(error)
                case .settlements, .intents: break
                case .stop: return
                }
            }
        }
    }

    /// Commits one turn of what waits.
    /// - Returns: whether there was anything that can be written now.
    private func commit(
        _ waiting: inout Waiting,
        _ writer: StateWriter,
        _ shortage: inout DiskShortage
    ) throws -> Bool {
        var turn = Turn()
        turn.settlements = waiting.settlements
        turn.intents = waiting.intents
        var tickets: [Ticket] = []
        var events = 0
        let takesEvents = waiting.intakes.isEmpty || shortage.admitsEvents(at: clock.monotonic())
        while takesEvents, tickets.count < waiting.intakes.count, events < Self.turnLimit {
            let (entry, ticket) = waiting.intakes[tickets.count]
            turn.intakes.append(entry)
            tickets.append(ticket)
            events += ticket.events
        }
        let commands = waiting.commands.filter { $0.behind ?? 0 <= tickets.count }
        guard !turn.isEmpty || !commands.isEmpty else {
            // Nobody waits for room on the disk once the daemon must end: the next start goes on from here.
            if isStopping.load(ordering: .acquiring) { throw StateError(kind: .full, message: "the disk is full") }
            return false
        }
        guard let queued = try write(turn, commands, writer, &shortage) else { return true }
        waiting.remove(entries: tickets.count)
        sequence.store(writer.lastSequence, ordering: .releasing)
        // The dispatcher must know of a new plan before it hears of deliveries that were made for it.
        for command in commands where command.behind != nil { command.done(nil) }
        measure(writer)
        onCommitted(Committed(queued: queued, settled: turn.settlements, intents: turn.intents))
        for ticket in tickets {
            gate.leave(ticket.events)
            ticket.done(nil)
        }
        for command in commands where command.behind == nil { command.done(nil) }
        return true
    }

    /// Holds what is owed against its limit.
    private func measure(_ writer: StateWriter) {
        let change = gauge.withLock { gauge -> (QueueGauge.Level, String?)? in
            gauge.take(writer.owed.sum) ? (gauge.level, gauge.words) : nil
        }
        guard let (level, words) = change else { return }
        gate.pause(level == .full ? words : nil)
        switch level {
        case .easy: logger.notice("less is owed again: the queue is well below its limit")
        case .high: logger.warning("\(words ?? "")")
        case .full: logger.error("\(words ?? "")")
        }
    }

    /// Writes a turn, however long it takes: on a full disk results are tried again until there is room.
    /// - Returns: nil where the disk has no room for the turn's events; then nothing of the turn was written.
    /// - Throws: what time does not cure.
    private func write(
        _ turn: Turn,
        _ commands: [Command],
        _ writer: StateWriter,
        _ shortage: inout DiskShortage
    ) throws -> [QueuedDelivery]? {
        var tries = 0
        while true {
            do {
                let queued = try writer.write(turn, commands: commands.map(\.body), now: clock.now())
                if !turn.intakes.isEmpty { shortage.end() }
                recovered(shortage)
                return queued
            } catch {
                tries += 1
                let kind = (error as? StateError)?.kind
                let isNew = problem.withLock { problem in
                    defer { problem = "\(error)" }
                    return problem == nil
                }
                if kind == .full {
                    shortage.begin(at: clock.monotonic())
                } else if isNew {
                    logger.error("the state file cannot be written; nothing is acknowledged: \(error)")
                }
                // Time cures a full disk and a lock. Anything else gets three tries: then the file must be opened
                // and read again, which a new start does.
                if kind != .full && kind != .busy && tries >= 3 { throw error }
                // Nobody waits for room on the disk once the daemon must end: the next start goes on from here.
                if isStopping.load(ordering: .acquiring) { throw error }
                if kind == .full && !turn.intakes.isEmpty { return nil }
                waitBeforeTryingAgain()
            }
        }
    }

    /// A turn was written: nothing is wrong any more, unless events still wait for room.
    private func recovered(_ shortage: DiskShortage) {
        guard !shortage.isOn else { return }
        let wasWrong = problem.withLock { problem in
            defer { problem = nil }
            return problem != nil
        }
        if wasWrong { logger.notice("the state file can be written again") }
    }

    private func waitBeforeTryingAgain() {
        var rest = timespec(tv_sec: 0, tv_nsec: 500_000_000)
        nanosleep(&rest, nil)
    }
}
