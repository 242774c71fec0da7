/// What an operator may ask to be changed. Carried over the control socket to the daemon, or carried out on the state
/// file itself where no daemon runs.
package enum OperatorCommand: Hashable, Sendable, Codable {
    /// Make waiting deliveries due at once; uncertain ones are asked about at once.
    case retry([String])
    /// Send uncertain deliveries again although they may have been processed.
    case retryAnyway([String])
    case hold([String])
    case release([String])
    /// Let all held deliveries of a subject go on.
    case releaseSubject(String)
    case cancel([String])
    /// Queue dead letters again, with the same `webhook-id`.
    case redrive([String])
    /// The same, also for dead letters that may have been processed.
    case redriveAnyway([String])
    /// Give dead letters up.
    case discard([String])
    case pause(target: String)
    case resume(target: String)
    /// Send events of the journal to one target once more.
    case replay(ReplayRequest)
    /// End a replay, and what of it waits.
    case cancelReplay(Int64)
    /// Bring a disabled target back.
    case enable(target: String)
    /// Close a source's open gap.
    case acceptGap(source: String)
    /// Read rows that a source has already; an empty list means every table that gives events.
    case snapshot(source: String, tables: [SnapshotRun.Table])
    /// End a snapshot that is asked for or under way.
    case stopSnapshot(source: String)
    /// Install the triggers in a source's database, or mend them.
    case installSource(source: String, takeOver: Bool)
}

/// What became of a command.
package struct CommandAnswer: Hashable, Sendable, Codable {
    package struct Item: Hashable, Sendable, Codable {
        /// A delivery, target or source.
        package var name: String
        package var done: Bool
        /// What was done, or why it was not.
        package var words: String

        package init(name: String, done: Bool, words: String) {
            self.name = name
            self.done = done
            self.words = words
        }
    }

    package var items: [Item]

    package init(items: [Item]) { self.items = items }

    package var allDone: Bool { items.allSatisfy(\.done) }
}

/// How the daemon is doing, for `status`.
package struct DaemonStatus: Hashable, Sendable, Codable {
    package struct SourceLine: Hashable, Sendable, Codable {
        package var name: String
        /// `starting`, `watching`, `waiting` or `failed`.
        package var state: String
        package var words: String
        package var position: Int64
        /// The open gap in words, which stays until an operator accepts it.
        package var gap: String?
        /// The time of the earliest change that is not taken in, as of a second ago; nil where there is none.
        package var behindSince: String?
        /// How many rows of the source's log are not taken in.
        package var behind: Int64
        /// How a snapshot is going, in words; nil where there is none.
        package var snapshot: String?

        package init(
            name: String, state: String, words: String, position: Int64, gap: String?, behindSince: String? = nil,
            behind: Int64 = 0, snapshot: String? = nil
        ) {
            self.name = name
            self.state = state
            self.words = words
            self.position = position
            self.gap = gap
            self.behindSince = behindSince
            self.behind = behind
            self.snapshot = snapshot
        }
    }

    package struct TargetLine: Hashable, Sendable, Codable {
        package struct Disabled: Hashable, Sendable, Codable {
            /// `gone` or `failing`.
            package var reason: String
            package var words: String
            /// RFC 3339.
            package var since: String

            package init(reason: String, words: String, since: String) {
                self.reason = reason
                self.words = words
                self.since = since
            }
        }

        package var name: String
        package var kind: String
        package var paused: Bool
        /// In flight now: from the first byte until the outcome is on disk.
        package var inFlight: Int
        /// Counted since the daemon started.
        package var delivered: Int
        package var failedAttempts: Int
        package var dead: Int
        /// The breaker is open: when the target is probed, RFC 3339.
        package var openUntil: String?
        /// The target asked to be left alone until then, RFC 3339.
        package var throttledUntil: String?
        /// Nothing is sent until an operator enables it.
        package var disabled: Disabled?
        package var lastFailure: String?
        /// How often the sweeper found something of this target that was due and that nobody had in mind.
        package var healed = 0
        /// What an operator should not forget about it, such as a certificate that is not looked at.
        package var remarks: [String]

        package init(
            name: String, kind: String, paused: Bool, inFlight: Int, delivered: Int, failedAttempts: Int, dead: Int,
            openUntil: String? = nil, throttledUntil: String? = nil, disabled: Disabled? = nil, lastFailure: String?,
            remarks: [String] = []
        ) {
            self.name = name
            self.kind = kind
            self.paused = paused
            self.inFlight = inFlight
            self.delivered = delivered
            self.failedAttempts = failedAttempts
            self.dead = dead
            self.openUntil = openUntil
            self.throttledUntil = throttledUntil
            self.disabled = disabled
            self.lastFailure = lastFailure
            self.remarks = remarks
        }
    }

    /// The configuration in force, and whether the files still say what it says.
    package struct ConfigurationLine: Hashable, Sendable, Codable {
        package struct Failure: Hashable, Sendable, Codable {
            /// RFC 3339.
            package var at: String
            /// The first mistake.
            package var reason: String

            package init(at: String, reason: String) {
                self.at = at
                self.reason = reason
            }
        }

        package var path: String
        /// The version of the rule book.
        package var version: Int64
        /// Since when it is in force in this process, RFC 3339.
        package var since: String
        /// Why the last reload failed; nil once one has succeeded.
        package var failure: Failure?
        /// Waiting deliveries whose rule or target is gone; 10000 stands for that many and more.
        package var parked: Int

        package init(path: String, version: Int64, since: String, failure: Failure?, parked: Int = 0) {
            self.path = path
            self.version = version
            self.since = since
            self.failure = failure
            self.parked = parked
        }
    }

    /// What is owed, against its limit.
    package struct QueueLine: Hashable, Sendable, Codable {
        package var deliveries: Int64
        package var bytes: Int64
        /// Bytes; `limits: queue`.
        package var limit: Int64
        /// So much is owed that nothing more is taken in.
        package var intakePaused: Bool

        package init(deliveries: Int64, bytes: Int64, limit: Int64, intakePaused: Bool) {
            self.deliveries = deliveries
            self.bytes = bytes
            self.limit = limit
            self.intakePaused = intakePaused
        }
    }

    /// Every source is installed and watched, and the state file can be written.
    package var ready: Bool
    package var version: String
    package var pid: Int32
    package var startedAt: String
    package var statePath: String
    /// Why the state file cannot be written at the moment.
    package var stateProblem: String?
    /// The number of the last event in the journal.
    package var lastSequence: Int64
    package var sources: [SourceLine]
    package var targets: [TargetLine]
    package var configuration: ConfigurationLine?
    /// Deliveries that nobody knows the end of, and those that were under way each time the daemon died.
    package var doubts: DoubtLine?
    /// Subjects that gave too many events, whose deliveries are held.
    package var heldSubjects: [String]?
    package var queue: QueueLine?
    /// What an operator must know, a sentence each; none where all is well.
    package var alarms: [String] = []

    package init(
        ready: Bool, version: String, pid: Int32, startedAt: String, statePath: String, stateProblem: String?,
        lastSequence: Int64, sources: [SourceLine], targets: [TargetLine], configuration: ConfigurationLine? = nil,
        heldSubjects: [String]? = nil, doubts: DoubtLine? = nil
    ) {
        self.ready = ready
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.statePath = statePath
        self.stateProblem = stateProblem
        self.lastSequence = lastSequence
        self.sources = sources
        self.targets = targets
        self.configuration = configuration
        self.heldSubjects = heldSubjects
        self.doubts = doubts
    }
}

extension DaemonStatus {
    /// What nobody can know, and what is suspected of ending the daemon.
    package struct DoubtLine: Hashable, Sendable, Codable {
        /// Deliveries that wait to be verified; 10000 stands for that many and more.
        package var uncertain: Int
        /// Held because they were under way at three unclean ends of the daemon, without an outcome in between.
        package var heldAfterCrashes: [String]

        package init(uncertain: Int, heldAfterCrashes: [String]) {
            self.uncertain = uncertain
            self.heldAfterCrashes = heldAfterCrashes
        }
    }
}

/// What the control socket offers: implemented by the running daemon.
package protocol Operations: Sendable {
    func status() async -> DaemonStatus
    func perform(_ command: OperatorCommand) async -> CommandAnswer
    /// Sends one test event to a target and gives the attempt in words.
    func test(target: String) async -> CommandAnswer
    /// Reads the configuration again and puts it in force, or says why not.
    func reload() async -> ReloadReport
}

/// The version of the product, as programs print it and as requests carry it.
package enum ProductVersion {
    package static let text = "0.1.0"
}
