package import CallbackCore

/// What one rule of a rule book made of an event, and why.
package struct RuleVerdict: Sendable {
    package enum Finding: Sendable {
        case matched
        /// The rule is for events of other types: these.
        case otherType([EventType])
        case refused([PatternReason])
    }

    package let rule: RuleName
    package let targets: [TargetName]
    package let finding: Finding

    package var hasMatched: Bool {
        if case .matched = finding { true } else { false }
    }

    package var isForAnotherType: Bool {
        if case .otherType = finding { true } else { false }
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "rule": .string(rule.rawValue), "targets": .array(targets.map { .string($0.rawValue) }),
        ]
        switch finding {
        case .matched: object.append("verdict", "matched")
        case .otherType(let types):
            object.append("verdict", "other-type")
            object.append("types", .array(types.map { .string($0.rawValue) }))
        case .refused(let reasons):
            object.append("verdict", "refused")
            object.append("reasons", .array(reasons.map(\.json)))
        }
        return .object(object)
    }
}

extension RuleBook {
    /// What each rule makes of an event, in the order of the file. For people who ask: patterns are read anew each time.
    package func verdicts(on event: EventView) -> [RuleVerdict] {
        let event = event.beforeJournal
        return source.rules.map { rule in
            RuleVerdict(rule: rule.name, targets: rule.deliver.map(\.target), finding: Self.finding(rule, event))
        }
    }

    private static func finding(_ rule: RuleSettings, _ event: EventView) -> RuleVerdict.Finding {
        let types = rule.events.map(\.type)
        guard types.contains(event.type) else { return .otherType(types) }
        // A rule book is only made of patterns that are right, so this one is.
        guard let match = rule.match, let pattern = PatternCompiler.compile(match, shapes: nil).0 else {
            return .matched
        }
        let explanation = Explanation(of: pattern, against: event)
        return explanation.holds ? .matched : .refused(explanation.reasons)
    }
}

extension EventView {
    /// The event as rules saw it, before the journal gave it its identity and number.
    var beforeJournal: EventView {
        EventView(
            CapturedEvent(type: type, subject: subject, time: time, data: data, origin: .none), source: source)
    }
}
