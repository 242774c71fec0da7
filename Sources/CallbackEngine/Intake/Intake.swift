package import CallbackCore
package import CallbackStore
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
        var gap: String?
    }

    /// How long a source waits for a commit while it holds something of the panel's.
    private static let patience = Duration.seconds(2)

    package let stateID: String
    private let loop: CommitLoop
    private let book: RuleBookInForce
    private let timekeeper: any Timekeeper
    private let logger: Logger
    private let lines: Mutex<[SourceName: Line]>
    /// Reading the state file happens before the writer's thread takes its connection over, or on a connection of
    /// its own.
    private let savedMarks: [SourceName: SavedMark]
    private let onStatus: @Sendable () -> Void

    /// - Parameter onStatus: called when a source's status changes.
    package init(
        file: StateFile,
        sources: [SourceName],
        loop: CommitLoop,
        book: RuleBookInForce,
        timekeeper: any Timekeeper,
        logger: Logger,
        onStatus: @escaping @Sendable () -> Void
    ) throws {
        stateID = file.id
        self.loop = loop
        self.book = book
        self.timekeeper = timekeeper
        self.logger = logger
        self.onStatus = onStatus
        var marks: [SourceName: SavedMark] = [:]
        var lines: [SourceName: Line] = [:]
        for source in sources {
            let mark = try file.savedMark(of: source)
            marks[source] = mark
            lines[source] = Line(position: mark?.mark.position ?? 0, gap: try file.openGap(of: source))
        }
        savedMarks = marks
        self.lines = Mutex(lines)
    }

    package func savedMark(of source: SourceName) -> SavedMark? { savedMarks[source] }

    package func committedPosition(of source: SourceName) -> Int64 {
        lines.withLock { $0[source]?.position ?? 0 }
    }

    package func submit(_ batch: SourceBatch) throws {
        try hand(over: batch) { _ in }
    }

    package func commit(_ batch: SourceBatch) throws {
        let reply = Reply<(any Error)?>(otherwise: nil)
        try hand(over: batch) { error in
            reply.set(error)
            reply.release()
        }
        // The source may hold the panel's database locked meanwhile, which no trouble of ours may prolong. What is
        // written later all the same is like a crash between the two commits: the source sorts it out.
        guard let error = reply.wait(for: Self.patience) else {
            throw IntakeUnavailable(
                reason: loop.currentProblem ?? "the state file was not written within \(Self.patience)")
        }
        if let error { throw error }
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

    /// How each source is doing, by name.
    package func statuses() -> [(name: SourceName, status: SourceStatus, position: Int64, gap: String?)] {
        lines.withLock { lines in
            lines.map { ($0.key, $0.value.status, $0.value.position, $0.value.gap) }.sorted { $0.0 < $1.0 }
        }
    }

    /// Forgets the open gap of a source, once an operator has accepted it.
    package func acceptGap(of source: SourceName) {
        lines.withLock { $0[source]?.gap = nil }
        onStatus()
    }

    // MARK: One batch

    private func hand(over batch: SourceBatch, done: @escaping CommitLoop.Completion) throws {
        let current = book.current
        var events = batch.events
        if let gap = batch.gap {
            logger.error("gap: \(gap.message)", metadata: ["source": "\(batch.source)"])
            events.insert(BuiltInEvents.gap(gap, of: batch.source, now: timekeeper.now()), at: 0)
        }
        let entry = IntakeEntry(
            source: batch.source,
            book: current.version,
            events: events.map { current.entry(for: $0, source: batch.source, incarnation: batch.mark.incarnation) },
            mark: batch.mark,
            names: batch.names,
            replacesNames: batch.replacesNames,
            gap: batch.gap)
        let source = batch.source
        let position = batch.mark.position
        let gapWords = batch.gap?.message
        try loop.submit(entry) { [self] error in
            if error == nil {
                lines.withLock { lines in
                    lines[source, default: Line()].position = position
                    if let gapWords, lines[source]?.gap == nil { lines[source]?.gap = gapWords }
                }
            }
            done(error)
        }
    }
}
