package import CallbackCore

/// All rules in force, compiled: which rules an event concerns, and what each of their targets is sent.
///
/// It never changes. A reload compiles another one aside and swaps the reference.
package final class RuleBook: Sendable {
    /// What this book was compiled from; its `archive` is what the state file keeps.
    package let source: RuleBookSource
    private let matcher: Matcher
    private let rules: [Rule]
    private let ruleNumbers: [RuleName: Int]
    let targets: [TargetName: TargetTemplates]

    /// One rule, ready to be carried out.
    struct Rule: Sendable {
        let name: RuleName
        let order: Order
        /// In the order of the file.
        let deliveries: [Delivery]
        let targets: [TargetName]
        /// Who gets the event of a delivery that has died.
        let onDead: [TargetName]

        init(name: RuleName, order: Order, deliveries: [Delivery], onDead: [TargetName] = []) {
            self.name = name
            self.order = order
            self.deliveries = deliveries
            targets = deliveries.map(\.target)
            self.onDead = onDead
        }
    }

    /// Which deliveries of a rule wait for each other.
    enum Order: Sendable {
        case subject
        case none
        case template(Template)
    }

    struct Delivery: Sendable {
        let target: TargetName
        let retry: RetryPolicy?
        let body: DocumentTemplate?
    }

    init(source: RuleBookSource, matcher: Matcher, rules: [Rule], targets: [TargetName: TargetTemplates]) {
        self.source = source
        self.matcher = matcher
        self.rules = rules
        self.targets = targets
        ruleNumbers = Dictionary(
            rules.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The rules that an event concerns, in the order of the file.
    /// - Parameter source: the event's CloudEvents source.
    package func matches(_ event: CapturedEvent, source: String) -> [RuleMatch] {
        var view = EventView(event, source: source)
        // By its place: passed as a value, all its texts would be held on to once more.
        return withUnsafePointer(to: &view) { matcher.matches($0) }.map { number in
            let rule = rules[number]
            return RuleMatch(rule: rule.name, lane: Self.lane(rule.order, view), targets: rule.targets)
        }
    }

    /// The retry schedule that a rule gives a target instead of the target's own; nil where it gives none.
    package func retry(rule: RuleName, target: TargetName) -> RetryPolicy? {
        delivery(rule: rule, target: target)?.retry
    }

    func order(of rule: RuleName) -> Order? { ruleNumbers[rule].map { rules[$0].order } }

    /// The bodies that rules give a target, in the order of the file.
    func bodies(for target: TargetName) -> [DocumentTemplate] {
        rules.compactMap { rule in rule.deliveries.first { $0.target == target }?.body }
    }

    /// The targets that get the event of a delivery of this rule that has died, in the order of the file.
    package func onDead(rule: RuleName) -> [TargetName] {
        guard let number = ruleNumbers[rule] else { return [] }
        return rules[number].onDead
    }

    /// - Parameter isOnDead: asks for the delivery that follows from a dead one, which is the event as it is.
    func delivery(rule: RuleName, target: TargetName, isOnDead: Bool = false) -> Delivery? {
        // As if a rule without a body sent it there.
        if rule == .unruled { return Delivery(target: target, retry: nil, body: nil) }
        guard let number = ruleNumbers[rule] else { return nil }
        if isOnDead {
            return rules[number].onDead.contains(target) ? Delivery(target: target, retry: nil, body: nil) : nil
        }
        return rules[number].deliveries.first { $0.target == target }
    }

    /// The text that a rule's deliveries of an event are ordered by; nil where they do not wait for each other, or
    /// where there is no such rule.
    package func orderingKey(rule: RuleName, event: CapturedEvent, source: String) -> String? {
        guard let number = ruleNumbers[rule] else { return nil }
        return Self.orderingKey(rules[number].order, EventView(event, source: source))
    }

    private static func lane(_ order: Order, _ event: EventView) -> LaneKey? {
        orderingKey(order, event).map { LaneKey(orderingKey: $0) }
    }

    static func orderingKey(_ order: Order, _ event: EventView) -> String? {
        switch order {
        case .subject: return event.subject
        case .none: return nil
        case .template(let template):
            // A value that a filter cannot take must not lose the event: it is ordered by its subject then.
            return (try? template.render(event, as: .plain)) ?? event.subject
        }
    }
}

/// A rule that an event concerns, and the deliveries that it asks for.
package struct RuleMatch: Hashable, Sendable {
    package let rule: RuleName
    /// What its deliveries are ordered by, in each target; nil where they do not wait for each other.
    package let lane: LaneKey?
    /// In the order of the file.
    package let targets: [TargetName]

    package init(rule: RuleName, lane: LaneKey?, targets: [TargetName]) {
        self.rule = rule
        self.lane = lane
        self.targets = targets
    }
}
