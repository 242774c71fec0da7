/// A whole configuration after its words have been checked: what the parts are built from.
package struct Configuration: Sendable {
    /// The file that was given on the command line.
    package var file: String
    package var statePath: String
    package var control: ControlSettings
    package var limits: LimitSettings
    package var retention: RetentionSettings
    /// In the order of the file.
    package var sources: [SourceSettings]
    package var secrets: [String: SecretReference]
    /// Address ranges that may be reached although they are private.
    package var egressAllow: [Setting]
    package var targets: [TargetSettings]
    package var rules: [RuleSettings]
    /// Those of this configuration, and those of the files beside it where they were asked for.
    package var tests: [RuleTest]
    /// Whether changed files are read again by themselves.
    package var watchesFiles: Bool
    /// The socket of a hook runner that a service manager starts; nil where the daemon starts its own.
    package var hookRunnerSocket: String?

    package init(
        file: String,
        statePath: String,
        control: ControlSettings,
        limits: LimitSettings,
        retention: RetentionSettings,
        sources: [SourceSettings],
        secrets: [String: SecretReference],
        egressAllow: [Setting],
        targets: [TargetSettings],
        rules: [RuleSettings],
        tests: [RuleTest] = [],
        watchesFiles: Bool = true,
        hookRunnerSocket: String? = nil
    ) {
        self.file = file
        self.statePath = statePath
        self.control = control
        self.limits = limits
        self.retention = retention
        self.sources = sources
        self.secrets = secrets
        self.egressAllow = egressAllow
        self.targets = targets
        self.rules = rules
        self.tests = tests
        self.watchesFiles = watchesFiles
        self.hookRunnerSocket = hookRunnerSocket
    }
}

/// Where operators reach the running daemon.
package struct ControlSettings: Sendable, Hashable {
    package var socketPath: String
    /// Members of this group may use the socket beside root and the daemon's own user.
    package var group: String?

    package init(socketPath: String, group: String?) {
        self.socketPath = socketPath
        self.group = group
    }
}

package struct LimitSettings: Sendable, Hashable {
    /// Deliveries whose first byte left and whose outcome is not on disk, over all targets: the bound of duplicates.
    package var inFlight: Int
    /// Bytes of work that is owed, from which nothing more is taken in.
    package var queue: Int64
    /// Bytes that the log in a panel's database may take, half of them behind the mark.
    package var panelLog: Int64
    /// What happens where that log is full of changes that were not taken in yet.
    package var panelLogFull: FullLog
    /// Events of one subject in a minute beyond which its deliveries are held; 0 for no limit.
    package var subjectEvents: Int
    /// How old a change may become that is not taken in, before the operator is told.
    package var sourceLag: Duration

    /// What is done about a full change log.
    package enum FullLog: String, Sendable, Hashable, CaseIterable {
        /// It grows on; nothing is lost.
        case keep
        /// Nothing more is recorded until there is room, which is a gap.
        case gap
    }

    package init(
        inFlight: Int,
        queue: Int64 = 10 << 30,
        panelLog: Int64,
        panelLogFull: FullLog = .keep,
        subjectEvents: Int = 1000,
        sourceLag: Duration = .seconds(60)
    ) {
        self.inFlight = inFlight
        self.queue = queue
        self.panelLog = panelLog
        self.subjectEvents = subjectEvents
        self.sourceLag = sourceLag
        self.panelLogFull = panelLogFull
    }
}

/// How long finished work is kept. What is owed is never removed.
package struct RetentionSettings: Sendable, Hashable {
    package var age: Duration
    /// Bytes.
    package var size: Int64
    /// How long the texts of events are kept; nil means as long as the events.
    package var payloads: Duration?
    /// How long attempts and what was answered are kept; nil means as long as the events.
    package var attempts: Duration?
    /// How long dead letters wait for somebody before they are given up; nil means for ever.
    package var deadLetters: Duration?

    package init(
        age: Duration,
        size: Int64,
        payloads: Duration? = nil,
        attempts: Duration? = nil,
        deadLetters: Duration? = nil
    ) {
        self.age = age
        self.size = size
        self.payloads = payloads
        self.attempts = attempts
        self.deadLetters = deadLetters
    }
}

/// One entry of `sources:`, whose kind has read its own keys.
package struct SourceSettings: Sendable {
    package var name: SourceName
    /// The key that says what kind of source it is, such as `sqlite`.
    package var kind: String
    /// The keys below the kind.
    package var settings: Settings
    /// The keys beside the kind, such as `profile` and `tables`.
    package var common: Settings
    package var place: ConfigPlace

    package init(name: SourceName, kind: String, settings: Settings, common: Settings, place: ConfigPlace) {
        self.name = name
        self.kind = kind
        self.settings = settings
        self.common = common
        self.place = place
    }
}

/// One entry of `targets:`.
package struct TargetSettings: Sendable {
    package var name: TargetName
    /// The key that says what kind of action it is, such as `webhook`.
    package var kind: String
    package var settings: Settings
    package var timeout: Duration
    package var retry: RetryPolicy
    /// Deliveries in flight at most.
    package var concurrency: Int
    /// Connections open at most.
    package var connections: Int
    /// How a delivery in doubt is verified; nil where it is not.
    package var verify: VerifySettings?
    /// A delivery in doubt is never sent again by itself.
    package var isAtMostOnce = false
    /// Attempts in a time at most; nil for as many as there are.
    package var rate: Rate?
    /// What its codes mean where they mean something else than usual.
    package var statuses: StatusTable
    /// When it is left alone for a while; nil where it never is.
    package var breaker: BreakerSettings?
    /// How long it may fail without a success before it is disabled; nil where it never is for that.
    package var disableAfter: Duration?
    package var place: ConfigPlace

    /// What follows where nobody can know whether a delivery was processed.
    package var onDoubt: DoubtPolicy {
        if verify != nil { return .ask }
        return isAtMostOnce ? .giveUp : .sendAgain
    }

    /// Unless it is said otherwise.
    package static let standardDisableAfter = Duration.days(5)

    package init(
        name: TargetName,
        kind: String,
        settings: Settings,
        timeout: Duration,
        retry: RetryPolicy,
        concurrency: Int,
        connections: Int,
        rate: Rate? = nil,
        statuses: StatusTable = StatusTable(),
        breaker: BreakerSettings? = .standard,
        disableAfter: Duration? = TargetSettings.standardDisableAfter,
        place: ConfigPlace
    ) {
        self.name = name
        self.kind = kind
        self.settings = settings
        self.timeout = timeout
        self.retry = retry
        self.concurrency = concurrency
        self.connections = connections
        self.rate = rate
        self.statuses = statuses
        self.breaker = breaker
        self.disableAfter = disableAfter
        self.place = place
    }
}

/// What becomes of the later deliveries of a lane while its head waits to be tried again.
package enum LaneFailure: String, CaseIterable, Sendable {
    /// They wait: the order is kept whatever happens.
    case block
    /// They go on: only the one that failed is late.
    case skip
}

/// One entry of `rules:`; pattern and templates are still as written, for the rule book to compile.
package struct RuleSettings: Sendable {
    package struct Deliver: Sendable {
        package var target: TargetName
        /// Instead of the target's own.
        package var retry: RetryPolicy?
        /// Replaces the event as body.
        package var body: ConfigNode?
        package var place: ConfigPlace

        package init(target: TargetName, retry: RetryPolicy?, body: ConfigNode?, place: ConfigPlace) {
            self.target = target
            self.retry = retry
            self.body = body
            self.place = place
        }
    }

    package struct EventReference: Sendable {
        package var type: EventType
        package var place: ConfigPlace

        package init(type: EventType, place: ConfigPlace) {
            self.type = type
            self.place = place
        }
    }

    package var name: RuleName
    package var events: [EventReference]
    package var match: ConfigNode?
    /// A template, or the text `none`; nil means the event's subject.
    package var orderBy: ConfigNode?
    package var onFailure: LaneFailure
    package var deliver: [Deliver]
    /// Targets that get the same event when a delivery of this rule has died.
    package var onDead: [TargetName]
    package var place: ConfigPlace

    package init(
        name: RuleName,
        events: [EventReference],
        match: ConfigNode?,
        orderBy: ConfigNode?,
        onFailure: LaneFailure = .block,
        deliver: [Deliver],
        onDead: [TargetName] = [],
        place: ConfigPlace
    ) {
        self.name = name
        self.events = events
        self.match = match
        self.orderBy = orderBy
        self.onFailure = onFailure
        self.deliver = deliver
        self.onDead = onDead
        self.place = place
    }
}

/// Where a secret is kept. Its value is never part of the configuration.
package struct SecretReference: Sendable, Hashable {
    package enum Location: Sendable, Hashable {
        case file(String)
        case environment(String)
        /// The name of a systemd credential.
        case credential(String)
    }

    package var location: Location
    /// Earlier secrets that still sign until the given moment.
    package var previous: [Previous]
    package var place: ConfigPlace

    package struct Previous: Sendable, Hashable {
        package var location: Location
        package var until: Timestamp?

        package init(location: Location, until: Timestamp?) {
            self.location = location
            self.until = until
        }
    }

    package init(location: Location, previous: [Previous], place: ConfigPlace) {
        self.location = location
        self.previous = previous
        self.place = place
    }
}
