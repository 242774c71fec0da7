import CallbackActions
import CallbackConfig
import CallbackCore
import CallbackEngine
import HTTPTransport
import Logging
import Synchronization

/// The actions of this process, one for each kind, which outlive every reload: connections stay open, and the hook
/// runner goes on, while the settings of their targets change.
final class ActionSet: Sendable {
    private struct Content {
        var webhook: WebhookAction?
        var command: CommandAction?
        var webhooks: [TargetName: Webhook] = [:]
    }

    /// A webhook target with what it was made from: one that says the same is used again, with its connections' count.
    private struct Webhook {
        let origin: JSONValue
        let target: WebhookTarget
    }

    private let content = Mutex(Content())
    private let timekeeper: any Timekeeper
    private let logger: Logger
    private let report: AttemptReports

    init(timekeeper: any Timekeeper, logger: Logger, report: @escaping AttemptReports) {
        self.timekeeper = timekeeper
        self.logger = logger
        self.report = report
    }

    /// Makes a configuration's targets ready. Nothing that is in force changes before `install` is called.
    /// - Throws: what is wrong with a target, or why the hook runner cannot be started.
    func prepare(_ configuration: Configuration, _ secrets: Secrets) throws -> ReloadContent.Prepared {
        let webhooks = try makeWebhooks(configuration, secrets)
        let commands = Dictionary(
            uniqueKeysWithValues: configuration.targets.filter { $0.kind == CommandDescription.kind }
                .map { ($0.name, CommandTarget($0)) })
        let verifiers = Dictionary(
            uniqueKeysWithValues: configuration.targets.compactMap { settings in
                CommandTarget(verifying: settings).map { (settings.name, $0) }
            })
        var actions: [String: any Action] = [:]
        if !webhooks.isEmpty { actions[WebhookDescription.kind] = try webhookAction(configuration) }
        if !commands.isEmpty || !verifiers.isEmpty {
            actions[CommandDescription.kind] = try commandAction(configuration)
        }
        return ReloadContent.Prepared(
            targets: configuration.targets.compactMap { settings in
                let asks = settings.verify?.command == nil ? WebhookDescription.kind : CommandDescription.kind
                return actions[settings.kind].map {
                    Dispatcher.Target(
                        settings: settings, action: $0, verifier: settings.verify == nil ? nil : actions[asks],
                        remarks: webhooks[settings.name]?.target.remarks ?? [])
                }
            },
            install: { [self] in install(webhooks, commands, verifiers, configuration.limits) })
    }

    /// Stops all of them; no report comes after it.
    func stop() async {
        let (webhook, command) = content.withLock { ($0.webhook, $0.command) }
        await webhook?.stop(grace: .zero)
        await command?.stop(grace: .zero)
    }

    private func install(
        _ webhooks: [TargetName: Webhook],
        _ commands: [TargetName: CommandTarget],
        _ verifiers: [TargetName: CommandTarget],
        _ limits: LimitSettings
    ) {
        let (webhook, command) = content.withLock { content in
            content.webhooks = webhooks
            return (content.webhook, content.command)
        }
        for (name, made) in webhooks {
            for remark in made.target.remarks { logger.warning("target \(name): \(remark)") }
        }
        webhook?.use(webhooks.values.map(\.target), maximumTransfers: limits.inFlight)
        command?.use(commands, verifiers: verifiers)
    }

    private func makeWebhooks(
        _ configuration: Configuration, _ secrets: Secrets
    ) throws -> [TargetName: Webhook] {
        let settings = configuration.targets.filter { $0.kind == WebhookDescription.kind }
        guard !settings.isEmpty else { return [:] }
        let egress = try EgressPolicy(configuration.egressAllow)
        let known = content.withLock { $0.webhooks }
        var made: [TargetName: Webhook] = [:]
        for settings in settings {
            var used: [String: JSONValue] = [:]
            let target = try WebhookTarget(settings, egress: egress, version: ProductVersion.text) { name in
                let values = secrets[name]?.texts ?? []
                used[name] = .array(
                    values.map { .array([.string($0.text), $0.until.map { .integer($0.milliseconds) } ?? .null]) })
                return secrets[name] == nil ? nil : values
            }
            let origin: JSONValue = [
                "settings": settings.content, "egress": .array(configuration.egressAllow.map(\.value.content)),
                "secrets": .array(used.sorted { $0.key < $1.key }.map { .array([.string($0.key), $0.value]) }),
            ]
            let before = known[settings.name]
            made[settings.name] =
                before?.origin == origin ? before : Webhook(origin: origin, target: target)
        }
        return made
    }

    private func webhookAction(_ configuration: Configuration) throws -> WebhookAction {
        try content.withLock { content in
            if let action = content.webhook { return action }
            let action = try WebhookAction(
                targets: [], timekeeper: timekeeper, maximumTransfers: configuration.limits.inFlight, report: report)
            content.webhook = action
            return action
        }
    }

    private func commandAction(_ configuration: Configuration) throws -> CommandAction {
        try content.withLock { content in
            if let action = content.command { return action }
            let runner = HookRunner.Settings(
                executable: try HookRunnerPath.find(), socketPath: configuration.hookRunnerSocket,
                lockPath: configuration.statePath + ".runner.lock",
                // The dispatcher bounds what runs at once, and a reload may change how much that is.
                width: .max)
            let action = try CommandAction(
                targets: [:], runner: runner, timekeeper: timekeeper, onNotice: { [logger] in logger.note($0) },
                onReports: report)
            content.command = action
            return action
        }
    }
}

extension WebhookTarget {
    /// What its settings leave open to others, in words for the log and for `status`.
    fileprivate var remarks: [String] {
        var remarks: [String] = []
        if isReadableOnTheWay { remarks.append("plain http: others can read what is sent") }
        if !isVerified { remarks.append("tls: {verify: false}: anybody on the way can answer in its place") }
        return remarks
    }
}

extension Logger {
    fileprivate func note(_ notice: HookNotice) {
        switch notice {
        case .ready(let process): debug("hook runner ready", metadata: ["pid": "\(process)"])
        case .waiting(let words): warning("hook runner: \(words)")
        case .ended(let words): error("hook runner: \(words)")
        }
    }
}

extension Secret {
    /// The current value, then the previous ones with their ends: each attempt judges which of them still sign.
    fileprivate var texts: [SecretText] {
        [SecretText(current.text)] + previous.map { SecretText($0.value.text, until: $0.until) }
    }
}
