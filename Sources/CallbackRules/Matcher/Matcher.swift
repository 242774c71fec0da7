package import CallbackCore

/// Says which rules an event concerns. All rules go in, an event goes in, their numbers come out: nothing else is
/// known outside, so that another way to evaluate patterns can take this one's place.
package struct Matcher: Sendable {
    /// A rule as the matcher sees it; no pattern means every event of these types.
    package struct Rule: Sendable {
        package let types: [EventType]
        package let pattern: Pattern?

        package init(types: [EventType], pattern: Pattern?) {
            self.types = types
            self.pattern = pattern
        }
    }

    /// Rules that cannot concern an event's type are never looked at.
    private let partitions: [EventType: [Entry]]

    package init(_ rules: [Rule]) {
        var partitions: [EventType: [Entry]] = [:]
        for (number, rule) in rules.enumerated() {
            for clauses in rule.pattern?.combinations ?? [[]] {
                let entry = Entry(number, Pattern(clauses: clauses))
                for type in Set(rule.types) { partitions[type, default: []].append(entry) }
            }
        }
        self.partitions = partitions
    }

    /// The numbers of the rules that match, from 0, in their order.
    package func matches(_ event: EventView) -> [Int] {
        var numbers: [Int] = []
        guard let entries = partitions[event.type] else { return numbers }
        for entry in entries where entry.number != numbers.last && entry.matches(event) {
            numbers.append(entry.number)
        }
        return numbers
    }
}

extension Matcher {
    /// One rule, taken apart into what stands beside `data` and what stands in it.
    private struct Entry: Sendable {
        let number: Int
        let attributes: [(attribute: EventAttribute, tests: [ValueTest])]
        /// Paths whose first name is neither an attribute nor `data`: an event never has them.
        let strangers: PatternTree?
        let data: PatternTree?

        init(_ number: Int, _ pattern: Pattern?) {
            self.number = number
            var attributes: [(EventAttribute, [ValueTest])] = []
            var strangers: [Pattern.Clause] = []
            var data: [Pattern.Clause] = []
            for clause in pattern?.clauses ?? [] {
                let segments = clause.path.segments
                if segments[0] == "data" {
                    data.append(clause)
                } else if segments.count == 1, let attribute = EventAttribute(rawValue: segments[0]) {
                    attributes.append((attribute, clause.tests))
                } else {
                    strangers.append(clause)
                }
            }
            self.attributes = attributes
            self.strangers = strangers.isEmpty ? nil : PatternTree(strangers, below: 0)
            self.data = data.isEmpty ? nil : PatternTree(data, below: 1)
        }

        func matches(_ event: EventView) -> Bool {
            for (attribute, tests) in attributes {
                guard let value = event.value(of: attribute) else {
                    guard tests.contains(.absent) else { return false }
                    continue
                }
                guard tests.contains(where: { $0.accepts(value) }) else { return false }
            }
            if let strangers, strangers.verdict(on: nil) == .no { return false }
            if let data, data.verdict(on: event.data) == .no { return false }
            return true
        }
    }
}
