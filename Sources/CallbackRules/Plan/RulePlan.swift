package import CallbackCore

/// What would have become of recorded events under another configuration, against what did become of them.
///
/// Events are handed over one after the other and not kept: what stays is counts, and a few examples for each rule and
/// target.
package struct RulePlan: Sendable {
    private struct Key: Hashable {
        let rule: RuleName
        let target: TargetName
    }

    private let after: RuleEdition
    private let types: Set<EventType>
    private let sources: Set<SourceName>
    private let exampleLimit: Int
    private var groupsByKey: [Key: PlannedGroup] = [:]

    /// Events that were compared.
    package private(set) var events = 0
    /// Events of types that no source of the new configuration gives.
    package private(set) var unknownTypes: [EventType: Int] = [:]
    /// Events of sources that the new configuration does not have.
    package private(set) var unknownSources: [SourceName: Int] = [:]

    /// - Parameters:
    ///   - after: the rules as they would be.
    ///   - catalog: the events that can occur then.
    ///   - sources: the sources that there are then.
    ///   - examples: how many examples are kept for each rule, target and kind of change.
    package init(after: RuleEdition, catalog: EventCatalog, sources: Set<SourceName>, examples: Int) {
        self.after = after
        types = Set(catalog.shapes.keys)
        self.sources = sources
        exampleLimit = examples
    }

    /// Compares what becomes of one event.
    /// - Parameter before: the rules that were in force when it was recorded.
    /// - Throws: `RenderingError` where the event's text cannot be read.
    package mutating func compare(
        _ event: Event,
        from source: SourceName,
        before: RuleEdition
    ) throws(RenderingError) {
        let view = try EventView(event)
        events += 1
        if !types.contains(event.type) { unknownTypes[event.type, default: 0] += 1 }
        if !sources.contains(source) { unknownSources[source, default: 0] += 1 }
        let old = before.matches(view)
        let new = after.matches(view)
        let earlier = Dictionary(old.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
        let later = Dictionary(new.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
        for match in old {
            let counterpart = later[match.rule]
            for target in match.targets {
                guard let counterpart, counterpart.targets.contains(target) else {
                    add(.removed, match.rule, target, event)
                    continue
                }
                compare(match, counterpart, target, event, view, before)
            }
        }
        for match in new {
            let counterpart = earlier[match.rule]
            for target in match.targets where counterpart?.targets.contains(target) != true {
                var failure: String?
                if case .failure(let error) = after.content(match.rule, target, of: event) { failure = error.message }
                add(.added, match.rule, target, event, failure: failure)
            }
        }
    }

    /// Every rule and target that made a callback before or would make one, by name.
    package var groups: [PlannedGroup] {
        var groups = groupsByKey.values.sorted { ($0.rule, $0.target) < ($1.rule, $1.target) }
        var fresh: [Twin: [Int]] = [:]
        for index in groups.indices where groups[index].wasOnly(\.added) {
            fresh[Twin(groups[index].target, groups[index].added), default: []].append(index)
        }
        for gone in groups.indices where groups[gone].wasOnly(\.removed) {
            let twin = Twin(groups[gone].target, groups[gone].removed)
            guard !after.ruleNames.contains(groups[gone].rule), let index = fresh[twin]?.first else { continue }
            fresh[twin]?.removeFirst()
            groups[gone].renamed = groups[index].rule
            groups[index].renamed = groups[gone].rule
        }
        return groups
    }

    /// What callbacks have in common that are made of the same events to the same target.
    private struct Twin: Hashable {
        let target: TargetName
        let count: Int
        let fingerprint: UInt64

        init(_ target: TargetName, _ tally: PlannedGroup.Tally) {
            self.target = target
            count = tally.count
            fingerprint = tally.fingerprint
        }
    }

    private mutating func compare(
        _ old: RuleMatch,
        _ new: RuleMatch,
        _ target: TargetName,
        _ event: Event,
        _ view: EventView,
        _ before: RuleEdition
    ) {
        let rule = old.rule
        if old.lane != new.lane {
            let difference = CallbackDifference(
                "ordering key", before: before.orderingKey(rule, view), after: after.orderingKey(rule, view))
            return add(.changed, rule, target, event, difference: difference)
        }
        // What is written alike is filled in alike.
        if after.writes(rule, target, as: before) { return change(rule, target) { $0.unchanged += 1 } }
        let was = before.content(rule, target, of: event)
        switch (was, after.content(rule, target, of: event)) {
        case (.success(let earlier), .success(let later)):
            guard let difference = later.firstDifference(from: earlier) else { break }
            return add(.changed, rule, target, event, difference: difference)
        case (.success, .failure(let error)):
            return add(.changed, rule, target, event, failure: error.message)
        case (.failure(let error), .success):
            let difference = CallbackDifference("filling in", before: error.message, after: nil)
            return add(.changed, rule, target, event, difference: difference)
        case (.failure, .failure): break
        }
        change(rule, target) { $0.unchanged += 1 }
    }

    private mutating func add(
        _ kind: PlannedChange.Kind,
        _ rule: RuleName,
        _ target: TargetName,
        _ event: Event,
        difference: CallbackDifference? = nil,
        failure: String? = nil
    ) {
        let made = PlannedChange(kind: kind, event: event, difference: difference, failure: failure)
        let limit = exampleLimit
        change(rule, target) { group in
            if failure != nil { group.failing += 1 }
            switch kind {
            case .added: group.added.add(made, limit: limit)
            case .removed: group.removed.add(made, limit: limit)
            case .changed: group.changed.add(made, limit: limit)
            }
        }
    }

    private mutating func change(_ rule: RuleName, _ target: TargetName, _ body: (inout PlannedGroup) -> Void) {
        body(&groupsByKey[Key(rule: rule, target: target), default: PlannedGroup(rule: rule, target: target)])
    }
}

extension PlannedGroup {
    /// Whether all of its callbacks are of one kind of change.
    fileprivate func wasOnly(_ tally: KeyPath<PlannedGroup, Tally>) -> Bool {
        let all = added.count + removed.count + changed.count + unchanged
        return all > 0 && self[keyPath: tally].count == all
    }
}
