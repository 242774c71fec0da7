package import CallbackCore

/// The keys of the configuration that belong to no source and no action.
package enum ConfigurationSchema {
    package static let defaultStatePath = "/var/lib/callbackd/state.db"
    package static let defaultSocketPath = "/run/callbackd/control.sock"
    package static let defaultInFlight: Int64 = 64
    package static let defaultSubjectEvents: Int64 = 1000
    package static let defaultSourceLag = Duration.seconds(60)
    package static let defaultQueue: Int64 = 10 << 30
    package static let defaultPanelLog: Int64 = 1 << 30
    package static let defaultRetention = RetentionSettings(age: .days(30), size: 2 << 30)
    package static let defaultTimeout = Duration.seconds(20)
    package static let defaultConcurrency: Int64 = 8
    package static let connectionLimit: Int64 = 64

    /// Keys that only the file named on the command line may have.
    static let mainFileOnly = ["version", "state", "control", "limits", "retention", "reload", "hooks", "include"]

    package static let top = SettingsSchema([
        .init("version", .integer(1...Int64.max), required: true, "The version of this language; 1"),
        .init("state", .path, "The state file; default \(defaultStatePath)"),
        .init("control", .settings(control), "Where operators reach the running daemon"),
        .init("limits", .settings(limits), "Bounds of what is in flight and on disk"),
        .init("retention", .settings(retention), "How long finished work is kept"),
        .init("reload", .settings(reload), "When changed files are read again"),
        .init("hooks", .settings(hooks), "The program that runs hook commands"),
        .init("include", .list(.text), "Further files, by patterns that count from this file's directory"),
        .init("sources", .node, "The databases and accounts that are watched, by name"),
        .init("secrets", .node, "Where secrets are kept, by name"),
        .init("egress", .settings(egress), "Which private networks webhooks and licence sources may reach"),
        .init("defaults", .settings(defaults), "What holds for targets that say nothing else"),
        .init("targets", .node, "Where deliveries go, by name"),
        .init("rules", .node, "Which events go to which targets"),
        .init("tests", .node, "Examples of events and of the rules that they meet"),
    ])

    package static let control = SettingsSchema([
        .init("socket", .path, "The Unix socket; default \(defaultSocketPath)"),
        .init("group", .text, "A group whose members may use the socket; default none"),
    ])

    package static let limits = SettingsSchema([
        .init("in-flight", .integer(1...100_000), "Deliveries in flight over all targets; default \(defaultInFlight)"),
        .init("queue", .size, "Bytes of work that is owed, from which the intake pauses; default 10GiB"),
        .init("panel-log", .size, "Bytes that the log in a panel's database may keep; default 1GiB"),
        .init(
            "subject-events", .integer(0...1_000_000_000),
            "Events of one subject in a minute, beyond which its deliveries are held; default 1000, 0 for no limit"),
        .init(
            "source-lag", .duration,
            "How old a change may become that is not taken in, before source.lagging; default 1m"),
        .init(
            "panel-log-full", .oneOf(LimitSettings.FullLog.allCases.map(\.rawValue)),
            "What happens where that log is full of changes that cannot be taken in; default keep"),
    ])

    package static let retention = SettingsSchema([
        .init("age", .duration, "How long finished events are kept; default 30d"),
        .init("size", .size, "Bytes of finished work that are kept; default 2GiB"),
        .init("payloads", .duration, "How long the texts of finished events are kept; default as age"),
        .init("attempts", .duration, "How long the attempts of finished events are kept; default as age"),
        .init("dead-letters", .duration, "When dead letters are given up; default never"),
    ])

    package static let reload = SettingsSchema([
        .init("watch", .bool, "Whether changed files are read again by themselves; default true")
    ])

    package static let hooks = SettingsSchema([
        .init("runner", .path, "The socket of a hook runner that runs as a service; default: the daemon starts one")
    ])

    package static let egress = SettingsSchema([
        .init("allow", .list(.text), "Address ranges that webhooks may reach although they are private")
    ])

    package static let defaults = SettingsSchema([
        .init("timeout", .duration, "How long an attempt may take; default 20s"),
        .init("retry", .settings(retry), "When a failed delivery is tried again"),
    ])

    package static let retry = SettingsSchema([
        .init("schedule", .list(.duration), "The waits before the second, third, … attempt"),
        .init("first", .duration, "The first wait, in place of a schedule; default 5s"),
        .init(
            "factor", .node, demands: ["type": "number", "minimum": 1, "maximum": 100],
            "How much longer each wait is than the one before; default 2"),
        .init("longest", .duration, "No wait is longer; default 1h"),
        .init("for", .duration, "What all waits of a delivery may come to; default 3d"),
        .init("jitter", .percent, "The share by which each wait varies; default 20%"),
    ])

    /// The keys beside the kind of a target.
    package static let target = SettingsSchema([
        .init("timeout", .duration, "How long an attempt may take; default that of defaults:"),
        .init("retry", .settings(retry), "When a failed delivery is tried again; default that of defaults:"),
        .init("concurrency", .integer(1...1024), "Deliveries in flight at most; default \(defaultConcurrency)"),
        .init("connections", .integer(1...connectionLimit), "Connections at most; default concurrency, at most 64"),
        .init("rate", .rate, "Attempts in a time at most, such as 50/s; default no limit"),
        .init(
            "verify", .settings(verify), demands: ["minProperties": 1, "maxProperties": 1],
            "How it is found out whether a delivery in doubt was processed"),
        .init("at-most-once", .bool, "Whether a delivery in doubt is given up; default false, it is sent again"),
        .init(
            "statuses", .map(.oneOf(StatusTable.Meaning.allCases.map(\.rawValue))),
            demands: ["propertyNames": ["pattern": "^(0|[1-9][0-9]{0,2}|[2-5]xx)$"]],
            "What a status code or exit code means where it means something else than usual"),
        .init("breaker", .node, "When a failing target is left alone for a while; off for never"),
        .init("disable-after", .node, "How long it may fail without a success; default 5d; off for no limit"),
    ])

    package static let breaker = SettingsSchema([
        .init("failures", .percent, "The share of failed attempts that opens it; default 50%"),
        .init("window", .duration, "The time over which attempts are counted; default 1m"),
        .init("at-least", .integer(1...10_000), "How many attempts there must have been in it; default 5"),
        .init("wait", .duration, "How long it stays open before the first probe; default 1s"),
        .init("longest", .duration, "The longest time between two probes; default 1m"),
    ])

    package static let verify = SettingsSchema([
        .init(
            "url", .template, demands: ["pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^{@/?#]+([/?#]|$)"],
            "Where a GET with the webhook-id goes: 2xx was processed, 404 was not"),
        .init(
            "command", .list(.template),
            demands: ["minItems": 1, "prefixItems": [["type": "string", "pattern": "^/"]]],
            "A program with its arguments: exit code 0 was processed, 1 was not"),
    ])

    package static let secret = SettingsSchema([
        .init("file", .path, "A file that others cannot read"),
        .init("env", .text, "An environment variable of the daemon"),
        .init("credential", .text, "A systemd credential"),
        .init("previous", .list(.node), "Earlier secrets that still sign, each with until:"),
    ])

    package static let previousSecret = SettingsSchema([
        .init("file", .path, "A file that others cannot read"),
        .init("env", .text, "An environment variable of the daemon"),
        .init("credential", .text, "A systemd credential"),
        .init("until", .text, "The last day (UTC), or the moment until which it signs"),
    ])

    package static let rule = SettingsSchema([
        .init("name", .text, required: true, "The rule's name, which deliveries carry"),
        .init("events", .list(.node), required: true, "The types of event that the rule waits for"),
        .init("match", .node, "An event pattern; default every event of these types"),
        .init("order-by", .template, "What is delivered in order; default the event's subject; none for no order"),
        .init("deliver", .node, required: true, "The targets, as a list"),
        .init("on-dead", .list(.text), "Targets that get the event of a delivery that has failed for good"),
        .init(
            "on-failure", .oneOf(LaneFailure.allCases.map(\.rawValue)),
            "What later deliveries do while one waits to be tried again; default block"),
    ])

    package static let deliver = SettingsSchema([
        .init("target", .text, required: true, "The name of a target"),
        .init("retry", .settings(retry), "Instead of the target's own"),
        .init("body", .node, "Replaces the event as body; leaves are templates"),
    ])
}
