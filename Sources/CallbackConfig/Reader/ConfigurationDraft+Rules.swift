import CallbackCore

/// `rules:`: which events go to which targets. Patterns and templates stay as written.
extension ConfigurationDraft {
    mutating func readRules() {
        let mark = checker.diagnostics.count
        var names: [String: ConfigPlace] = [:]
        for section in sections["rules", default: []] {
            guard let elements = section.elements else {
                checker.report(
                    .wrongKind, "\"rules\" must be a list, not \(section.kind)", at: section.place,
                    help: "begin each rule with \"- name: …\"")
                continue
            }
            for node in elements {
                guard let rule = rule(node) else { continue }
                if let first = names[rule.name.rawValue] {
                    reportDuplicateRule(rule, first: first)
                } else {
                    names[rule.name.rawValue] = rule.place
                    rules.append(rule)
                }
            }
        }
        // A rule that could not be read may be the one that delivers there.
        if checker.hasErrors(since: mark) { hasAllRules = false } else { warnOfUnusedTargets() }
    }

    private mutating func reportDuplicateRule(_ rule: RuleSettings, first: ConfigPlace) {
        checker.report(
            .duplicateRule, "two rules are called \(quoted(rule.name.rawValue))", at: rule.place,
            label: "stands first in \(first.file):\(first.line):\(first.column)",
            help: "give each rule a name of its own: deliveries carry it")
    }

    private mutating func warnOfUnusedTargets() {
        let used = Set(rules.flatMap { $0.deliver.map(\.target) + $0.onDead })
        for target in targets where !used.contains(target.name) {
            checker.report(
                .unusedTarget, "no rule delivers to target \(quoted(target.name.rawValue))", at: target.place,
                as: .warning)
        }
    }

    private mutating func rule(_ node: ConfigNode) -> RuleSettings? {
        let name = node["name"]
        let owner = name?.string.map { "rule \(quoted($0))" } ?? "a rule"
        let settings = checker.settings(node, ConfigurationSchema.rule, of: owner, reportMissingAt: name?.place)
        let events = events(settings, owner)
        let deliver = deliveries(settings, owner)
        let onDead = targetsOnDead(settings, owner)
        guard let text = settings.text("name"), let place = settings.values["name"]?.place else { return nil }
        guard PartName.isValid(text) else {
            checker.report(.badName, "a rule cannot be called \(quoted(text))", at: place, help: PartName.rule)
            return nil
        }
        return RuleSettings(
            name: RuleName(text),
            events: events,
            match: kept("match", settings),
            orderBy: node["order-by"],
            onFailure: settings.text("on-failure").flatMap(LaneFailure.init) ?? .block,
            deliver: deliver,
            onDead: onDead,
            place: place
        )
    }

    private mutating func targetsOnDead(_ settings: Settings, _ owner: String) -> [TargetName] {
        guard case .list(let items)? = settings.values["on-dead"]?.value else { return [] }
        var targets: [TargetName] = []
        for item in items {
            guard case .text(let name) = item.value,
                checkTarget(name, at: item.place, owner, "has below \"on-dead\"")
            else { continue }
            guard !targets.contains(TargetName(name)) else {
                checker.report(
                    .targetTwice, "\(owner) has \(quoted(name)) twice below \"on-dead\"", at: item.place,
                    help: "keep one of them")
                continue
            }
            targets.append(TargetName(name))
        }
        return targets
    }

    private func kept(_ key: String, _ settings: Settings) -> ConfigNode? {
        guard case .node(let node)? = settings.values[key]?.value else { return nil }
        return node
    }

    private mutating func events(_ settings: Settings, _ owner: String) -> [RuleSettings.EventReference] {
        guard let setting = settings.values["events"], case .list(let items) = setting.value else { return [] }
        if items.isEmpty {
            checker.report(.deliversToNobody, "\(owner) waits for no event", at: setting.place)
        }
        var references: [RuleSettings.EventReference] = []
        var hasAllEvents = true
        for item in items {
            guard case .node(let node) = item.value,
                let text = checker.text(node, "an item of \"events\" in \(owner)")
            else {
                hasAllEvents = false
                continue
            }
            let type = EventType(text)
            checkEvent(type, at: node.place, "\(owner) waits for an event that no source gives")
            guard !references.contains(where: { $0.type == type }) else {
                checker.report(
                    .eventTwice, "\(owner) names the event \(quoted(text)) twice", at: node.place, as: .warning)
                continue
            }
            references.append(RuleSettings.EventReference(type: type, place: node.place))
        }
        // Fields are held against the events: with some of them only, a right field could look wrong.
        return hasAllEvents ? references : []
    }

    /// - Parameter words: what is wrong where the type is unknown.
    mutating func checkEvent(_ type: EventType, at place: ConfigPlace, _ words: String) {
        guard knowsAllEvents, catalog.shapes[type] == nil else { return }
        let known = catalog.shapes.keys.map(\.rawValue).sorted()
        let meant = DidYouMean.closest(to: type.rawValue, among: known)
        // Events of the same subject are more helpful than all of them.
        let subject = type.rawValue.prefix { $0 != "." } + "."
        let siblings = known.filter { $0.hasPrefix(subject) }
        let shown = siblings.isEmpty ? known : siblings
        checker.report(
            .unknownEvent, "\(words): \(quoted(type.rawValue))", at: place,
            label: meant.map { "did you mean \"\($0)\"?" },
            help: shown.isEmpty ? "there is no source" : "events: \(shown.joined(separator: ", "))")
    }

    private mutating func deliveries(_ settings: Settings, _ owner: String) -> [RuleSettings.Deliver] {
        guard let node = kept("deliver", settings) else { return [] }
        guard let elements = node.elements else {
            checker.report(
                .wrongKind, "\"deliver\" in \(owner) must be a list, not \(node.kind)", at: node.place,
                help: node.string.map { "write [\(SecretMask.masked($0))]" })
            return []
        }
        if elements.isEmpty { checker.report(.deliversToNobody, "\(owner) delivers to nobody", at: node.place) }
        var deliveries: [RuleSettings.Deliver] = []
        for element in elements {
            guard let delivery = delivery(element, owner) else { continue }
            guard !deliveries.contains(where: { $0.target == delivery.target }) else {
                checker.report(
                    .targetTwice, "\(owner) delivers to \(quoted(delivery.target.rawValue)) twice",
                    at: delivery.place, help: "keep one of them, or make a second rule")
                continue
            }
            deliveries.append(delivery)
        }
        return deliveries
    }

    private mutating func delivery(_ node: ConfigNode, _ owner: String) -> RuleSettings.Deliver? {
        if let name = node.string {
            return checkTarget(name, at: node.place, owner)
                ? RuleSettings.Deliver(target: TargetName(name), retry: nil, body: nil, place: node.place) : nil
        }
        guard node.members != nil else {
            checker.report(
                .wrongKind, "an item of \"deliver\" in \(owner) must be a target's name or a mapping, not \(node.kind)",
                at: node.place)
            return nil
        }
        let settings = checker.settings(node, ConfigurationSchema.deliver, of: "\"deliver\" of \(owner)")
        guard let name = settings.text("target"), let place = settings.values["target"]?.place,
            checkTarget(name, at: place, owner)
        else { return nil }
        let standard = targets.first { $0.name.rawValue == name }?.retry ?? defaultRetry
        let retry =
            settings.values["retry"] == nil ? nil : retryPolicy(settings, else: standard, "\"deliver\" of \(owner)")
        return RuleSettings.Deliver(
            target: TargetName(name), retry: retry, body: kept("body", settings), place: place)
    }

    mutating func checkTarget(
        _ name: String,
        at place: ConfigPlace,
        _ owner: String,
        _ verb: String = "delivers to"
    ) -> Bool {
        guard !declaredTargets.contains(name) else { return true }
        let meant = DidYouMean.closest(to: name, among: declaredTargets)
        checker.report(
            .unknownTarget, "\(owner) \(verb) an unknown target: \(quoted(name))", at: place,
            label: meant.map { "did you mean \"\($0)\"?" },
            help: declaredTargets.isEmpty
                ? "declare it below targets:" : "targets: \(declaredTargets.sorted().joined(separator: ", "))")
        return false
    }
}
