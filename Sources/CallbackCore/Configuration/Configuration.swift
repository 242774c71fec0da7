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
    /// Bytes that the log in a panel's database may keep behind the mark.
    package var panelLog: Int64

    package init(inFlight: Int, panelLog: Int64) {
        self.inFlight = inFlight
        self.panelLog = panelLog
    }
}

/// How long finished work is kept. What is owed is never removed.
package struct RetentionSettings: Sendable, Hashable {
    package var age: Duration
    /// Bytes.
    package var size: Int64

    package init(age: Duration, size: Int64) {
        self.age = age
        self.size = size
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
    package var place: ConfigPlace

    package init(
        name: TargetName,
        kind: String,
        settings: Settings,
        timeout: Duration,
        retry: RetryPolicy,
        concurrency: Int,
        connections: Int,
        place: ConfigPlace
    ) {
        self.name = name
        self.kind = kind
        self.settings = settings
        self.timeout = timeout
        self.retry = retry
        self.concurrency = concurrency
        self.connections = connections
        self.place = place
    }
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
    package var deliver: [Deliver]
    package var place: ConfigPlace

    package init(
        name: RuleName,
        events: [EventReference],
        match: ConfigNode?,
        orderBy: ConfigNode?,
        deliver: [Deliver],
        place: ConfigPlace
    ) {
        self.name = name
        self.events = events
        self.match = match
        self.orderBy = orderBy
        self.deliver = deliver
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
