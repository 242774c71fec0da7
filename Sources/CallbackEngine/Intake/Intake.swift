package import CallbackCore
import CallbackStore
package import Logging
import Synchronization

/// Names, matches and journals what the sources see.
///
/// Its functions run on the sources' own threads: events are matched and their text is written there, so that the
/// writer only writes.
package final class Intake: SourceIntake {
    private struct Line {
        var position: Int64 = 0
        var status: SourceStatus = .starting
        var notes: [String] = []
        var gap: String?
        /// How a snapshot is going, in words.
        var snapshot: String?
        /// Whether an operator asked for one, or for its end, and the source does not know yet.
        var isAsked = false
    }

    /// How long a source waits for a commit while it holds something of the panel's.
    private static let patience = Duration.seconds(2)

    package let stateID: String
    private let loop: CommitLoop
    private let book: RuleBookInForce
    private let timekeeper: any Timekeeper
    private let logger: Logger
    private let lines: Mutex<[SourceName: Line]>
    private let loops: Mutex<LoopGuard>
    private let lags: Mutex<LagGuard>
    private let inForce: Mutex<LimitSettings>
    private let file: StateHolder
    private let onStatus: @Sendable () -> Void

    /// - Parameters:
    ///   - limits: those in force at the beginning.
    ///   - onStatus: called when a source's status changes.
    package init(
        file: StateHolder,
        sources: [SourceName],
        limits: LimitSettings,
        loop: CommitLoop,
        book: RuleBookInForce,
        timekeeper: any Timekeeper,
        logger: Logger,
        onStatus: @escaping @Sendable () -> Void
    ) throws {
        self.file = file
        stateID = file.id
        self.loop = loop
        self.book = book
        self.timekeeper = timekeeper
        self.logger = logger
        self.onStatus = onStatus
        var lines: [SourceName: Line] = [:]
        for source in sources {
            let mark = try file.savedMark(of: source)
            lines[source] = Line(position: mark?.mark.position ?? 0, gap: try file.openGap(of: source))
        }
        self.lines = Mutex(lines)
        loops = Mutex(LoopGuard(limit: limits.subjectEvents, held: try file.heldSubjects()))
        lags = Mutex(LagGuard(limit: limits.sourceLag))
        inForce = Mutex(limits)
    }

    package var limits: LimitSettings { inForce.withLock { $0 } }

    /// Puts other limits in force. What is held since before stays held.
    func use(_ limits: LimitSettings) {
        inForce.withLock { $0 = limits }
        loops.withLock { $0.use(limit: limits.subjectEvents) }
        lags.withLock { $0.limit = limits.sourceLag }
    }

    /// Reads what is on disk, once everything that was handed over is there: a source that makes contact anew must be
    /// held against what it has read, not against what was known at the start.
    package func savedMark(of source: SourceName) throws -> SavedMark? {
        try flush()
        return try file.savedMark(of: source)
    }

    package func remembered(in table: String, by source: SourceName) throws -> [NameChange] {
        try flush()
        return try file.remembered(in: table, by: source)
    }

    package func takeRequest(of source: SourceName) -> Bool {
        lines.withLock { lines in
            defer { lines[source]?.isAsked = false }
            return lines[source]?.isAsked ?? false
        }
    }

    /// An operator asked for a snapshot, or for its end: that stands in the state file.
    func noteRequest(of source: SourceName) { lines.withLock { $0[source]?.isAsked = true } }

    /// Waits until everything that was handed over is on disk.
    private func flush() throws {
        let reply = Reply<(any Error)?>(otherwise: nil)
        loop.perform(
            { _ in },
            done: { error in
                reply.set(error)
                reply.release()
            })
        guard let error = reply.wait(for: Self.patience) else { throw unavailable() }
        if let error { throw error }
    }

    package func committedPosition(of source: SourceName) -> Int64 {
        lines.withLock { $0[source]?.position ?? 0 }
    }

    package func submit(_ batch: SourceBatch) throws {
        try hand(over: batch, isAwaited: false) { _ in }
    }

    package func commit(_ batch: SourceBatch) throws {
        let reply = Reply<(any Error)?>(otherwise: nil)
        try hand(over: batch, isAwaited: true) { error in
            reply.set(error)
            reply.release()
        }
        // The source may hold the panel's database locked meanwhile, which no trouble of ours may prolong. What is
        // written later all the same is like a crash between the two commits: the source sorts it out.
        guard let error = reply.wait(for: Self.patience) else { throw unavailable() }
        if let error { throw error }
    }

    private func unavailable() -> IntakeUnavailable {
        IntakeUnavailable(reason: loop.currentProblem ?? "it was not written within \(Self.patience)")
    }

    package func report(_ status: SourceStatus, of source: SourceName) {
        let changed = lines.withLock { lines in
            guard lines[source, default: Line()].status != status else { return false }
            lines[source, default: Line()].status = status
            return true
        }
        guard changed else { return }
        switch status {
        case .starting: break
        case .watching: logger.notice("source is watched", metadata: ["source": "\(source)"])
        case .waiting(let words): logger.warning("source waits: \(words)", metadata: ["source": "\(source)"])
        case .failed(let words): logger.error("source failed: \(words)", metadata: ["source": "\(source)"])
        }
        onStatus()
    }

    package func report(notes: [String], of source: SourceName) {
        let isNews = lines.withLock { lines in
            defer { lines[source, default: Line()].notes = notes }
            return lines[source]?.notes != notes
        }
        guard isNews else { return }
        for note in notes { logger.warning("\(note)", metadata: ["source": "\(source)"]) }
    }

    package func report(_ lag: SourceLag?, of source: SourceName) {
        let now = timekeeper.now()
        let (change, limit) = lags.withLock { ($0.take(lag, of: source, at: now), $0.limit) }
        switch change {
        case .none: break
        case .recovered: logger.notice("source is no longer behind", metadata: ["source": "\(source)"])
        case .lagging(let lag, let words):
            logger.error("\(words)")
            raise(BuiltInEvents.lagging(lag, of: source, limit: limit, words, now: now))
        }
    }

    package func report(snapshot: SnapshotRun?, of source: SourceName) {
        lines.withLock { $0[source]?.snapshot = snapshot?.words }
    }

    /// How far each source is behind, where it is, and what an operator must know of it.
    func lagging() -> (lags: [SourceName: SourceLag], alarms: [String]) { lags.withLock { ($0.lags, $0.alarms) } }

    /// How each source is doing, by name.
    package func statuses() -> [(
        name: SourceName, status: SourceStatus, notes: [String], position: Int64, gap: String?, snapshot: String?
    )] {
        lines.withLock { lines in
            lines.map {
                ($0.key, $0.value.status, $0.value.notes, $0.value.position, $0.value.gap, $0.value.snapshot)
            }.sorted { $0.0 < $1.0 }
        }
    }

    /// Takes in an event about callbackd itself. It never waits, however much is owed.
    package func raise(_ event: CapturedEvent) {
        // A daemon that is about to stop has nobody to tell any more: what it is about stands in the log.
        guard (try? loop.admit(1, waits: false)) != nil else { return }
        let source: SourceName = "callbackd"
        var current = book.current
        func entry() -> IntakeEntry {
            IntakeEntry(
                source: source, book: current.version,
                events: [current.entry(for: event, source: source, incarnation: "")], mark: nil)
        }
        while !book.whileInForce(current.book, handOver: { loop.hand(over: entry(), done: { _ in }) }) {
            current = book.current
        }
    }

    /// Lets nothing more in: sources that wait for room get a `CancellationError`.
    func close() { loop.closeIntake() }

    /// Forgets the open gap of a source, once an operator has accepted it.
    package func acceptGap(of source: SourceName) {
        lines.withLock { $0[source]?.gap = nil }
        onStatus()
    }

    // MARK: One batch

    /// - Parameter isAwaited: whether the source waits for the commit; it then needs no room.
    private func hand(over batch: SourceBatch, isAwaited: Bool, done: @escaping CommitLoop.Completion) throws {
        var events = batch.events
        if let gap = batch.gap {
            logger.error("gap: \(gap.message)", metadata: ["source": "\(batch.source)"])
            events.insert(BuiltInEvents.gap(gap, of: batch.source, now: timekeeper.now()), at: 0)
        }
        let done = note(batch, done)
        var current = book.current
        var entry = current.entry(for: batch, events: events)
        let spinning = spinning(entry, events)
        for index in spinning.noticed {
            let event = BuiltInEvents.held(
                events[index], of: batch.source, limit: spinning.limit, now: timekeeper.now())
            events.append(event)
            entry.events.append(
                current.entry(for: event, source: batch.source, incarnation: batch.mark.incarnation))
        }
        entry.hold(spinning)
        try loop.admit(events.count, waits: !isAwaited)
        // A reload in between: the change is matched with the rules that are in force when it is handed over.
        while !book.whileInForce(
            current.book, handOver: { loop.hand(over: entry, isAwaited: isAwaited, done: done) })
        {
            current = book.current
            entry = current.entry(for: batch, events: events)
            entry.hold(spinning)
        }
    }

    /// Which events belong to subjects that give too many.
    private func spinning(_ entry: IntakeEntry, _ events: [CapturedEvent]) -> Spinning {
        let now = timekeeper.now()
        return loops.withLock { loops in
            var found = Spinning(limit: loops.limit)
            // Only what is delivered can come back, and what callbackd says of itself is no change of the panel.
            for (index, event) in events.enumerated()
            where !entry.events[index].deliveries.isEmpty && event.origin != .none {
                switch loops.judge(event.subject, of: entry.source, at: now) {
                case .goesOn: break
                case .held: found.held.append(index)
                case .noticed:
                    found.held.append(index)
                    found.noticed.append(index)
                    logger.error(
                        "too many events of one subject: its deliveries are held until they are released",
                        metadata: [
                            "source": "\(entry.source)", "subject": "\(event.subject)",
                            "limit": "\(loops.limit) a minute",
                        ])
                }
            }
            return found
        }
    }

    /// The subjects whose deliveries are held because they gave too many events.
    func heldSubjects() -> [String] { Set(loops.withLock { $0.held }.map(\.subject)).sorted() }

    /// Holds a subject no more.
    func release(subject: String) { loops.withLock { $0.release(subject) } }

    /// What is known of the source moves on once the batch is on disk.
    private func note(_ batch: SourceBatch, _ done: @escaping CommitLoop.Completion) -> CommitLoop.Completion {
        let source = batch.source
        let position = batch.mark.position
        let gapWords = batch.gap?.message
        return { [self] error in
            if error == nil {
                lines.withLock { lines in
                    lines[source, default: Line()].position = position
                    guard let gapWords else { return }
                    let open = lines[source]?.gap
                    lines[source]?.gap = open.map { Gap.words($0, gapWords) } ?? gapWords
                }
            }
            done(error)
        }
    }
}

extension RuleBookInForce.Current {
    fileprivate func entry(for batch: SourceBatch, events: [CapturedEvent]) -> IntakeEntry {
        IntakeEntry(
            source: batch.source,
            book: version,
            events: events.map { entry(for: $0, source: batch.source, incarnation: batch.mark.incarnation) },
            mark: batch.mark,
            names: batch.names,
            replacesNames: batch.replacesNames,
            gap: batch.gap)
    }
}

/// Events of a batch that belong to subjects that give too many, by their place in it.
private struct Spinning {
    var limit: Int
    var held: [Int] = []
    /// Those by which a subject was noticed.
    var noticed: [Int] = []
}

extension IntakeEntry {
    fileprivate mutating func hold(_ spinning: Spinning) {
        for index in spinning.held {
            for delivery in events[index].deliveries.indices { events[index].deliveries[delivery].isHeld = true }
        }
        heldSubjects = spinning.noticed.map { events[$0].subject }
    }
}
