/// How changes of one database are seen.
///
/// A source runs on a thread of its own and blocks there: the functions of `SourceIntake` may be called from that
/// thread only.
package protocol Source: Sendable {
    var name: SourceName { get }

    /// Sees changes and hands them to the intake until `stop` is called.
    ///
    /// Problems that time may cure (a locked or missing database) are waited out inside and reported by `status`.
    /// - Throws: what only an operator can cure.
    func run(into intake: any SourceIntake) throws

    /// Makes `run` return soon. Can be called from any thread.
    func stop()
}

/// What a source may ask of the daemon.
package protocol SourceIntake: Sendable {
    /// The state file's own random name, kept in a source's log to say whose log it is.
    var stateID: String { get }

    /// The limits in force, which a reload may change.
    var limits: LimitSettings { get }

    /// What the state file knows of this source; nil at first contact.
    func savedMark(of source: SourceName) throws -> SavedMark?

    /// Hands over a batch and returns when the queue before the writer has room for another one.
    /// - Throws: `CancellationError` when the daemon stops, `IntakeUnavailable` while too much is owed or the state file
    ///   cannot be written: then the batch was not taken, and what was handed over before it may come to disk or not.
    func submit(_ batch: SourceBatch) throws

    /// Hands over a batch and returns when it is on disk.
    /// - Throws: `CancellationError` when the daemon stops, `IntakeUnavailable` when it takes too long, or the reason
    ///   why the state file cannot be written.
    func commit(_ batch: SourceBatch) throws

    /// The rows of one table of what the state file remembers of this source, also before its first contact.
    /// - Throws: as `savedMark`.
    func remembered(in table: String, by source: SourceName) throws -> [NameChange]

    /// Whether an operator has asked for a snapshot, or for its end, since this was asked last.
    func takeRequest(of source: SourceName) -> Bool

    /// The position up to which everything of this source is on disk.
    func committedPosition(of source: SourceName) -> Int64

    /// Tells the operator how the source is doing.
    func report(_ status: SourceStatus, of source: SourceName)

    /// Tells what an operator should know of a source that goes on all the same, in sentences.
    func report(notes: [String], of source: SourceName)

    /// Tells how far the state file is behind the source; nil where everything that was recorded is on disk.
    func report(_ lag: SourceLag?, of source: SourceName)

    /// Tells how a snapshot is going; nil where there is none.
    func report(snapshot: SnapshotRun?, of source: SourceName)
}

/// How far the state file is behind a source.
package struct SourceLag: Hashable, Sendable {
    /// The time of the earliest change that is not on disk.
    package var since: Timestamp
    /// Changes that are not on disk.
    package var changes: Int64

    package init(since: Timestamp, changes: Int64) {
        self.since = since
        self.changes = changes
    }
}

/// Nothing is taken in at the moment; a source gives up what it holds and tries again.
package struct IntakeUnavailable: Error, Hashable, CustomStringConvertible {
    /// What is wrong, in one sentence for the operator.
    package let description: String

    /// - Parameter words: why nothing is taken in although the state file can be written.
    package init(paused words: String) { description = words }

    /// - Parameter reason: why the state file cannot be written.
    package init(reason: String) { description = "the state file cannot be written: \(reason)" }
}

/// How a source is doing, for `status` and the log.
package enum SourceStatus: Hashable, Sendable {
    case starting
    /// Installed and watched.
    case watching
    /// Cannot go on by itself yet; tries again. The text says what is wrong and what to do.
    case waiting(String)
    case failed(String)
}
