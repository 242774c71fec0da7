import CallbackCore

/// `expect:` of a test.
extension ConfigurationDraft {
    mutating func expectations(_ settings: Settings, _ owner: String) -> [RuleExpectation] {
        guard let node = settings.node("expect") else { return [] }
        guard let elements = node.elements else {
            checker.report(
                .wrongKind, "\"expect\" in \(owner) must be a list, not \(node.kind)", at: node.place,
                help: "write [] where no rule is to match")
            return []
        }
        var expectations: [RuleExpectation] = []
        for element in elements {
            guard let expectation = expectation(element, owner) else { continue }
            guard !expectations.contains(where: { $0.rule == expectation.rule }) else {
                checker.report(
                    .expectedTwice, "\(owner) expects the rule \(quoted(expectation.rule.rawValue)) twice",
                    at: expectation.place, help: "say all of a rule in one place")
                continue
            }
            expectations.append(expectation)
        }
        return expectations
    }

    /// A rule's name alone, or a mapping.
    private mutating func expectation(_ node: ConfigNode, _ owner: String) -> RuleExpectation? {
        if let name = node.string {
            return knowsRule(name, at: node.place, owner)
                ? RuleExpectation(rule: RuleName(name), place: node.place) : nil
        }
        guard node.members != nil else {
            checker.report(
                .wrongKind, "an item of \"expect\" in \(owner) must be a rule's name or a mapping, not \(node.kind)",
                at: node.place)
            return nil
        }
        let words = "\"expect\" of \(owner)"
        let settings = checker.settings(node, ConfigurationSchema.expectation, of: words)
        let deliveries = deliveries(settings, owner)
        guard let name = settings.text("rule"), let place = settings.values["rule"]?.place,
            knowsRule(name, at: place, owner)
        else { return nil }
        return RuleExpectation(
            rule: RuleName(name), place: place, deliveries: deliveries,
            order: settings.text("order").map { $0 == "none" ? .unordered : .key($0) })
    }

    private mutating func knowsRule(_ name: String, at place: ConfigPlace, _ owner: String) -> Bool {
        // Also rules that are wrong in themselves, so that no test is blamed for them.
        let declared = sections["rules", default: []].flatMap { $0.elements ?? [] }.compactMap { $0["name"]?.string }
        guard !declared.contains(name) else { return true }
        let meant = DidYouMean.closest(to: name, among: declared)
        checker.report(
            .unknownRule, "\(owner) expects an unknown rule: \(quoted(name))", at: place,
            label: meant.map { "did you mean \"\($0)\"?" },
            help: declared.isEmpty ? "there are no rules" : "rules: \(declared.sorted().joined(separator: ", "))")
        return false
    }

    /// What `targets` or `deliver` says; nil where neither is there.
    private mutating func deliveries(_ settings: Settings, _ owner: String) -> [DeliveryExpectation]? {
        var nodes: [ConfigNode] = []
        switch (settings.values["targets"], settings.node("deliver")) {
        case (nil, nil): return nil
        case (let targets?, nil):
            guard case .list(let items) = targets.value else { return nil }
            nodes = items.compactMap { if case .node(let node) = $0.value { node } else { nil } }
            for node in nodes where node.string == nil {
                checker.report(
                    .wrongKind, "an item of \"targets\" in \(owner) must be a target's name, not \(node.kind)",
                    at: node.place, help: "\"deliver\" says what a target is sent")
            }
            nodes.removeAll { $0.string == nil }
        case (nil, let deliver?):
            guard let elements = deliver.elements else {
                checker.report(
                    .wrongKind, "\"deliver\" in \(owner) must be a list, not \(deliver.kind)", at: deliver.place,
                    help: "begin each item with \"- target: …\"")
                return nil
            }
            nodes = elements
        case (let targets?, _?):
            checker.report(
                .expectedTwice, "\(owner) has both \"targets\" and \"deliver\" for one rule", at: targets.place,
                help: "\"deliver\" names all targets, too: keep that one")
            return nil
        }
        var deliveries: [DeliveryExpectation] = []
        for node in nodes {
            guard let delivery = delivery(node, owner) else { continue }
            guard !deliveries.contains(where: { $0.target == delivery.target }) else {
                checker.report(
                    .expectedTwice, "\(owner) names the target \(quoted(delivery.target.rawValue)) twice",
                    at: delivery.place)
                continue
            }
            deliveries.append(delivery)
        }
        return deliveries
    }

    private mutating func delivery(_ node: ConfigNode, _ owner: String) -> DeliveryExpectation? {
        let verb = "expects a delivery to"
        if let name = node.string {
            return checkTarget(name, at: node.place, owner, verb)
                ? DeliveryExpectation(target: TargetName(name), place: node.place) : nil
        }
        guard node.members != nil else {
            checker.report(
                .wrongKind, "an item of \"deliver\" in \(owner) must be a target's name or a mapping, not \(node.kind)",
                at: node.place)
            return nil
        }
        let words = "\"deliver\" of \(owner)"
        let settings = checker.settings(node, ConfigurationSchema.expectedDelivery, of: words)
        let headers = entries(settings, "headers", words) { checker, node, what in checker.secretTemplate(node, what) }
        let environment = entries(settings, "environment", words) { checker, node, what in
            checker.text(node, what).map { Setting(.text($0), at: node.place) }
        }
        guard let name = settings.text("target"), let place = settings.values["target"]?.place,
            checkTarget(name, at: place, owner, verb)
        else { return nil }
        checkParts(settings, of: name)
        var delivery = DeliveryExpectation(target: TargetName(name), place: place)
        delivery.url = settings.text("url")
        delivery.headers = headers
        delivery.body = settings.node("body").map { checker.json($0, "a value in \"body\" of \(owner)") }
        delivery.arguments = settings.texts("argv")
        delivery.environment = environment
        delivery.input = settings.node("stdin").map { checker.json($0, "a value in \"stdin\" of \(owner)") }
        return delivery
    }

    private mutating func entries(
        _ settings: Settings,
        _ key: String,
        _ words: String,
        _ read: (inout SettingsChecker, ConfigNode, String) -> Setting?
    ) -> [DeliveryExpectation.Entry] {
        guard let node = settings.node(key) else { return [] }
        guard let members = node.members else {
            checker.report(
                .wrongKind, "\(quoted(key)) in \(words) must be a mapping, not \(node.kind)", at: node.place,
                help: "write it as {NAME: value}; null where there is to be none")
            return []
        }
        return members.compactMap { member in
            if member.value.content == .null { return DeliveryExpectation.Entry(member.key, nil) }
            let setting = read(&checker, member.value, "\(quoted(member.key)) of \(quoted(key)) in \(words)")
            guard case .text(let text)? = setting?.value else { return nil }
            return DeliveryExpectation.Entry(member.key, text)
        }
    }

    /// Reports parts that deliveries of the target's kind do not have.
    private mutating func checkParts(_ settings: Settings, of name: String) {
        guard let target = targets.first(where: { $0.name.rawValue == name }),
            let rehearsal = reader.actions.first(where: { $0.kind == target.kind })?.rehearsal
        else { return }
        let has = rehearsal.parts.map(\.rawValue).sorted()
        for part in DeliveryPart.allCases where !rehearsal.parts.contains(part) {
            guard let setting = settings.values[part.rawValue] else { continue }
            checker.report(
                .notOfThisKind,
                "\(quoted(part.rawValue)) is no part of what \(quoted(name)) is sent: it is a \(target.kind)",
                at: setting.place, help: "parts of a \(target.kind): \(has.joined(separator: ", "))")
        }
    }
}
