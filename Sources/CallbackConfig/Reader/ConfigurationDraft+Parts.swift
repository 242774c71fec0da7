import CallbackCore

/// `sources:` and `targets:`: each entry has one key that says its kind.
extension ConfigurationDraft {
    mutating func readSources() {
        for entry in checkedEntries(of: "sources", each: "source") {
            let mark = checker.diagnostics.count
            guard let settings = source(entry),
                let description = reader.sources.first(where: { $0.kind == settings.kind })
            else {
                knowsAllEvents = false
                continue
            }
            sources.append(settings)
            guard !checker.hasErrors(since: mark) else {
                // What it surely gives is known; what else it was to give is not.
                if case .success(let events) = description.catalog(settings) { catalog.merge(events) }
                knowsAllEvents = false
                continue
            }
            switch description.catalog(settings) {
            case .success(let events): catalog.merge(events)
            case .failure(let list):
                checker.diagnostics += list.diagnostics
                knowsAllEvents = false
            }
        }
    }

    private mutating func source(_ entry: ConfigMember) -> SourceSettings? {
        let owner = "source \(quoted(entry.key))"
        let kinds = reader.sources.map(\.kind)
        // Without a kind, a key is only unknown when no kind of source has it.
        let common = reader.sources.flatMap(\.commonSchema.keys)
        guard
            let kind = kind(
                of: entry, owner, kinds: kinds, common: common),
            let description = reader.sources.first(where: { $0.kind == kind.key })
        else { return nil }
        let allowed = withKinds(kinds, description.commonSchema)
        var beside = checker.settings(entry.value, allowed, of: owner, reportMissingAt: entry.keyPlace)
        for kind in kinds { beside.values[kind] = nil }
        let below = checker.settings(
            kind.value, description.schema, of: "\"\(kind.key)\" of \(owner)", reportMissingAt: kind.keyPlace)
        return SourceSettings(
            name: SourceName(entry.key), kind: kind.key, settings: below, common: beside, place: entry.keyPlace)
    }

    mutating func readTargets() {
        for entry in checkedEntries(of: "targets", each: "target") {
            declaredTargets.append(entry.key)
            let mark = checker.diagnostics.count
            guard let settings = target(entry) else { continue }
            targets.append(settings)
            guard !checker.hasErrors(since: mark) else { continue }
            let description = reader.actions.first { $0.kind == settings.kind }
            checker.diagnostics += description?.check(settings) ?? []
        }
    }

    private mutating func target(_ entry: ConfigMember) -> TargetSettings? {
        let owner = "target \(quoted(entry.key))"
        let kinds = reader.actions.map(\.kind)
        guard
            let kind = kind(
                of: entry, owner, kinds: kinds,
                common: ConfigurationSchema.target.keys),
            let description = reader.actions.first(where: { $0.kind == kind.key })
        else { return nil }
        let mark = checker.diagnostics.count
        let allowed = withKinds(kinds, ConfigurationSchema.target)
        let beside = checker.settings(entry.value, allowed, of: owner, reportMissingAt: entry.keyPlace)
        let below = checker.settings(
            kind.value, description.schema, of: "\"\(kind.key)\" of \(owner)", reportMissingAt: kind.keyPlace)
        let concurrency = beside.integer("concurrency") ?? ConfigurationSchema.defaultConcurrency
        var target = TargetSettings(
            name: TargetName(entry.key),
            kind: kind.key,
            settings: below,
            timeout: timeout(beside) ?? defaultTimeout,
            retry: retryPolicy(beside, else: defaultRetry, owner),
            concurrency: Int(concurrency),
            connections: Int(beside.integer("connections") ?? min(concurrency, ConfigurationSchema.connectionLimit)),
            rate: beside.rate("rate"),
            statuses: statuses(beside, entry.value, of: description, owner),
            breaker: breaker(beside, owner),
            disableAfter: disableAfter(beside, owner),
            place: entry.keyPlace
        )
        readDoubt(beside, of: &target, since: mark)
        return target
    }

    /// The one key that says what kind of thing an entry is; reports where there is none or more than one.
    private mutating func kind(
        of entry: ConfigMember,
        _ owner: String,
        kinds: [String],
        common: [SettingsSchema.Key]
    ) -> ConfigMember? {
        guard let members = entry.value.members else {
            checker.report(
                .wrongKind, "\(owner) must be a mapping, not \(entry.value.kind)", at: entry.value.place,
                help: "it needs one of: \(kinds.joined(separator: ", "))")
            return nil
        }
        let found = members.filter { kinds.contains($0.key) }
        guard let first = found.first else {
            reportMissingKind(entry, members, owner, kinds: kinds, common: common)
            return nil
        }
        for second in found.dropFirst() {
            checker.report(
                .severalKindsOfPart, "\(owner) is both \"\(first.key)\" and \"\(second.key)\"", at: second.keyPlace,
                help: "give each of them a name of its own")
        }
        return first
    }

    private mutating func reportMissingKind(
        _ entry: ConfigMember,
        _ members: [ConfigMember],
        _ owner: String,
        kinds: [String],
        common: [SettingsSchema.Key]
    ) {
        let strangers = members.filter { member in !common.contains { $0.name == member.key } }
        let help = "it needs one of: \(kinds.joined(separator: ", "))"
        for stranger in strangers {
            let meant = DidYouMean.closest(to: stranger.key, among: kinds + common.map(\.name))
            checker.report(
                .unknownKey, "unknown key \(quoted(stranger.key)) in \(owner)", at: stranger.keyPlace,
                label: meant.map { "did you mean \"\($0)\"?" }, help: help)
        }
        // A misspelt kind has been reported already.
        let isMisspelt = strangers.contains { DidYouMean.closest(to: $0.key, among: kinds) != nil }
        guard !isMisspelt else { return }
        checker.report(.missingKindOfPart, "\(owner) does not say what kind it is", at: entry.keyPlace, help: help)
    }

    private func withKinds(_ kinds: [String], _ schema: SettingsSchema) -> SettingsSchema {
        SettingsSchema(kinds.map { SettingsSchema.Key($0, .node, "") } + schema.keys)
    }
}

// MARK: - Timing

extension ConfigurationDraft {
    /// The longest time that an attempt may be given.
    private static let longestTimeout = Duration.hours(24)

    mutating func timeout(_ settings: Settings) -> Duration? {
        guard let timeout = settings.duration("timeout"), let place = settings.values["timeout"]?.place else {
            return nil
        }
        guard timeout > .zero, timeout <= Self.longestTimeout else {
            checker.report(
                .outOfRange, "\"timeout\" must be longer than 0s and at most 24h", at: place,
                help: "it is the time that one attempt may take")
            return nil
        }
        return timeout
    }
}
