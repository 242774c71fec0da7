package import CallbackCore

/// What the writer commits in one transaction: everything that was waiting when its turn came.
package struct Turn: Sendable {
    package var intakes: [IntakeEntry] = []
    package var settlements: [Settlement] = []
    /// Attempts that begin once this is on disk.
    package var intents: [Intent] = []

    package init() {}

    package var isEmpty: Bool { intakes.isEmpty && settlements.isEmpty && intents.isEmpty }
}

/// An attempt that is about to begin, written before its first byte so that a crash cannot make anybody forget it.
package struct Intent: Sendable {
    package var delivery: DeliveryID
    package var target: Int64
    /// The number of the attempt, from 1.
    package var attempt: Int
    package var startedAt: Timestamp
    /// The target asks that nothing be sent blind: without an outcome the delivery is uncertain.
    package var isGuarded: Bool

    package init(delivery: DeliveryID, target: Int64, attempt: Int, startedAt: Timestamp, isGuarded: Bool) {
        self.delivery = delivery
        self.target = target
        self.attempt = attempt
        self.startedAt = startedAt
        self.isGuarded = isGuarded
    }
}

/// One batch of a source, named and matched: events, the deliveries that the rules ask for, and the source's mark.
package struct IntakeEntry: Sendable {
    package struct EventEntry: Sendable {
        package var id: EventID
        package var type: EventType
        package var subject: String
        package var time: Timestamp
        package var draft: CloudEvent.Draft
        package var deliveries: [DeliveryEntry]

        package init(
            id: EventID,
            type: EventType,
            subject: String,
            time: Timestamp,
            draft: CloudEvent.Draft,
            deliveries: [DeliveryEntry]
        ) {
            self.id = id
            self.type = type
            self.subject = subject
            self.time = time
            self.draft = draft
            self.deliveries = deliveries
        }
    }

    package struct DeliveryEntry: Sendable {
        package var rule: Int64
        package var target: Int64
        package var lane: LaneKey?
        /// Waits for an operator from the beginning.
        package var isHeld: Bool

        package init(rule: Int64, target: Int64, lane: LaneKey?, isHeld: Bool = false) {
            self.rule = rule
            self.target = target
            self.lane = lane
            self.isHeld = isHeld
        }
    }

    package var source: SourceName
    /// The version of the rule book that matched it.
    package var book: Int64
    package var events: [EventEntry]
    /// Nil for events of our own, which no source gave.
    package var mark: Mark?
    package var names: [NameChange]
    package var replacesNames: Bool
    /// An open gap, which stays on the source until an operator accepts it.
    package var gap: Gap?
    /// Subjects that gave too many events, noticed with this batch.
    package var heldSubjects: [String] = []

    package init(
        source: SourceName,
        book: Int64,
        events: [EventEntry],
        mark: Mark?,
        names: [NameChange] = [],
        replacesNames: Bool = false,
        gap: Gap? = nil
    ) {
        self.source = source
        self.book = book
        self.events = events
        self.mark = mark
        self.names = names
        self.replacesNames = replacesNames
        self.gap = gap
    }
}

/// The end of one attempt and what follows from it.
package struct Settlement: Sendable {
    package enum Decision: Hashable, Sendable {
        case delivered
        case dead(DeadReason)
        case deferred(until: Timestamp)
        /// Nobody knows whether it was processed: asked about then, and not sent before.
        case uncertain(until: Timestamp)
        /// It was asked about and was not processed.
        case sentAgain(at: Timestamp)
        /// It waits as if it had not been tried.
        case returned
    }

    package var delivery: DeliveryID
    package var target: Int64
    /// What the ledger keeps of the delivery, so that its row need not be read once more.
    let rule: Int64
    let lane: LaneKey?
    let cause: String
    let bytes: Int64
    /// The number of the attempt, from 1.
    package var attempt: Int
    package var report: AttemptReport
    package var decision: Decision
    /// What the waits of its round have come to, the coming one included, in milliseconds.
    package var aged: Int64
    /// What else follows; nil for nearly all.
    package var consequences: Consequences?
    package var recorded: RecordedOutcome
    /// The attempt was written down before it began.
    package var wasNoted: Bool

    package init(
        of delivery: QueuedDelivery, attempt: Int, report: AttemptReport, decision: Decision,
        aged: Int64 = 0, consequences: Consequences? = nil,
        recorded: RecordedOutcome? = nil, wasNoted: Bool = false
    ) {
        self.delivery = delivery.id
        target = delivery.target
        rule = delivery.rule
        lane = delivery.lane
        cause = delivery.cause
        bytes = delivery.bytes
        self.attempt = attempt
        self.report = report
        self.decision = decision
        self.recorded = recorded ?? RecordedOutcome(report.outcome)
        self.wasNoted = wasNoted
        self.aged = aged
        self.consequences = consequences
    }
}

/// A delivery that waits, as the dispatcher needs it.
package struct QueuedDelivery: Sendable {
    package var id: DeliveryID
    package var target: Int64
    package var rule: Int64
    package var lane: LaneKey?
    package var state: DeliveryState
    package var due: Timestamp?
    /// Attempts made so far, in all rounds.
    package var attempts: Int
    /// Attempts made before the present round of its schedule: a redrive begins a new one.
    package var round: Int
    package var cause: String
    /// What the waits of its round have come to, in milliseconds.
    package var aged: Int64
    package var book: Int64
    /// What it weighs against the limit of the queue.
    package var bytes: Int64
    /// The event, where it is at hand; else it is read when the delivery starts.
    package var event: Event?

    package init(
        id: DeliveryID,
        target: Int64,
        rule: Int64,
        lane: LaneKey?,
        state: DeliveryState = .pending,
        due: Timestamp? = nil,
        attempts: Int = 0,
        round: Int = 0,
        cause: String = "rule",
        aged: Int64 = 0,
        book: Int64,
        bytes: Int64,
        event: Event? = nil
    ) {
        self.id = id
        self.target = target
        self.rule = rule
        self.lane = lane
        self.state = state
        self.due = due
        self.attempts = attempts
        self.round = round
        self.cause = cause
        self.aged = aged
        self.book = book
        self.bytes = bytes
        self.event = event
    }
}
