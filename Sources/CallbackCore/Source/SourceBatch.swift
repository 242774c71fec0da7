/// What a source read in one turn. It becomes durable in one transaction: events, mark and what is remembered beside it.
package struct SourceBatch: Sendable {
    package var source: SourceName
    package var events: [CapturedEvent]
    /// The mark once this batch is on disk.
    package var mark: Mark
    /// What changed in what the source remembers beside its mark: its copy of the panel's name tables, or the licences
    /// that it knows.
    package var names: [NameChange]
    /// Something that cannot be read any more, or cannot be known.
    package var gap: Gap?
    /// Drops all that is remembered before `names` is applied: a new start.
    package var replacesNames: Bool

    package init(
        source: SourceName,
        events: [CapturedEvent] = [],
        mark: Mark,
        names: [NameChange] = [],
        gap: Gap? = nil,
        replacesNames: Bool = false
    ) {
        self.source = source
        self.events = events
        self.mark = mark
        self.names = names
        self.gap = gap
        self.replacesNames = replacesNames
    }
}

/// How far a source has been read, and in which life of it.
package struct Mark: Hashable, Sendable {
    /// The source's present life: random, renewed when it is found to have been replaced.
    package var incarnation: String
    /// The sequence number of the last change that is on disk.
    package var position: Int64
    /// That change's random number, by which a replaced source is recognised.
    package var nonce: Int64
    /// Whether the installation in the panel's database is known to have been committed.
    package var isInstalled: Bool

    package init(incarnation: String, position: Int64, nonce: Int64, isInstalled: Bool) {
        self.incarnation = incarnation
        self.position = position
        self.nonce = nonce
        self.isInstalled = isInstalled
    }
}

/// The mark with what the source remembers beside it.
package struct SavedMark: Sendable {
    package var mark: Mark
    package var names: [NameChange]

    package init(mark: Mark, names: [NameChange]) {
        self.mark = mark
        self.names = names
    }
}

/// One row of what a source remembers: `row` is its JSON text, nil where the row is gone.
package struct NameChange: Sendable {
    package var table: String
    package var key: String
    package var row: [UInt8]?

    package init(table: String, key: String, row: [UInt8]?) {
        self.table = table
        self.key = key
        self.row = row
    }
}

/// A span of changes that nobody can read any more, or that may never have been recorded.
package struct Gap: Hashable, Sendable {
    package enum Reason: String, Sendable {
        /// The database was replaced by another copy, or the account by another one.
        case replaced
        /// Our triggers were gone for a while.
        case triggersMissing = "triggers_missing"
        /// The log no longer holds what comes after the mark.
        case trimmed
        /// Another daemon's log was taken over.
        case takenOver = "taken_over"
        /// Rows of the log are not as we wrote them.
        case unreadable
        /// The log was full, and nothing more was recorded.
        case logFull = "log_full"
    }

    package var reason: Reason
    /// One sentence for the operator.
    package var message: String
    /// The last position known before the gap.
    package var after: Int64
    /// The earliest and latest moment of the span, where known.
    package var from: Timestamp?
    package var until: Timestamp

    package init(reason: Reason, message: String, after: Int64, from: Timestamp?, until: Timestamp) {
        self.reason = reason
        self.message = message
        self.after = after
        self.from = from
        self.until = until
    }

    /// The words of two gaps that are open together.
    package static func words(_ first: String, _ second: String) -> String { "\(first); then: \(second)" }
}
