import CallbackCore
import CallbackRules
import CallbackStore

/// The answer of `callbackd plan`, for a person and for a program.
struct PlanReport {
    let path: String
    let span: JournalSpan
    let result: PlanReplay.Result

    private var groups: [PlannedGroup] { result.plan.groups }

    var changesSomething: Bool { groups.contains { !$0.isTheSame } }

    var json: JSONValue {
        let groups = groups
        let total = Total(groups)
        return [
            "configuration": .string(path), "since": .string(span.since.description),
            "until": span.isOpen ? .null : .string(span.until.description),
            "events": .integer(Int64(result.plan.events)), "added": .integer(Int64(total.added)),
            "removed": .integer(Int64(total.removed)), "changed": .integer(Int64(total.changed)),
            "unchanged": .integer(Int64(total.unchanged)), "failing": .integer(Int64(total.failing)),
            "groups": .array(groups.map(\.json)),
            "limits": .array(limits.map { ["kind": .string($0.kind), "message": .string($0.message)] }),
        ]
    }

    func print(_ palette: Palette) {
        let groups = groups
        Terminal.print(summary(Total(groups), palette))
        var table = Table("RULE", "TARGET", "ADDED", "REMOVED", "CHANGED", "AS BEFORE", "")
        for group in groups {
            table.add(
                .init(group.rule.rawValue, .bold), .init(group.target.rawValue),
                .init("\(group.added.count)", group.added.count > 0 ? .green : nil),
                .init("\(group.removed.count)", group.removed.count > 0 ? .red : nil),
                .init("\(group.changed.count)", group.changed.count > 0 ? .yellow : nil),
                .init("\(group.unchanged)"), .init(group.words))
        }
        let lines = table.lines(palette)
        if !lines.isEmpty { Terminal.print("\n" + lines.joined(separator: "\n")) }
        for group in groups where !group.examples.isEmpty { printExamples(group, palette) }
        let limits = limits
        if !limits.isEmpty { Terminal.print("") }
        for limit in limits { Terminal.print("\(palette(.yellow, "note"))  \(limit.message.harmless)") }
    }

    private func summary(_ total: Total, _ palette: Palette) -> String {
        let end = span.isOpen ? "now" : span.until.description
        let events = result.plan.events == 1 ? "1 event" : "\(result.plan.events) events"
        let words =
            result.plan.events == 0
            ? "there is nothing to compare"
            : total.isEmpty
                ? "nothing would change"
                : "\(total.added) callbacks added, \(total.removed) removed, \(total.changed) changed, "
                    + "\(total.unchanged) as before"
        return "\(path.harmless) against \(events) from \(span.since) to \(end)\n\(palette(.bold, words))"
    }

    private func printExamples(_ group: PlannedGroup, _ palette: Palette) {
        Terminal.print("\n\(palette(.bold, group.rule.rawValue.harmless)) → \(group.target.rawValue.harmless)")
        for (tally, style) in [(group.added, Palette.Style.green), (group.removed, .red), (group.changed, .yellow)] {
            for example in tally.examples {
                let event = example.event
                Terminal.print(
                    "  \(palette(style, example.kind.rawValue.padded(to: 7)))  event \(event.sequence)  "
                        + "\(palette(.cyan, event.type.rawValue.harmless))  \(event.subject.harmless)")
                if let difference = example.difference { Terminal.print("           \(difference.words.harmless)") }
                if let failure = example.failure {
                    Terminal.print("           \(palette(.red, "cannot be filled in: \(failure.harmless)"))")
                }
            }
            if tally.count > tally.examples.count, !tally.examples.isEmpty {
                Terminal.print(palette(.dim, "           and \(tally.count - tally.examples.count) more"))
            }
        }
    }

    private struct Total {
        var added = 0
        var removed = 0
        var changed = 0
        var unchanged = 0
        var failing = 0

        init(_ groups: [PlannedGroup]) {
            for group in groups {
                added += group.added.count
                removed += group.removed.count
                changed += group.changed.count
                unchanged += group.unchanged
                failing += group.failing
            }
        }

        var isEmpty: Bool { added + removed + changed == 0 }
    }
}

extension PlannedGroup {
    fileprivate var words: String {
        var words: [String] = []
        if let renamed {
            words.append(removed.count > 0 ? "renamed to \(renamed)?" : "renamed from \(renamed)?")
        }
        if failing > 0 { words.append("\(failing) cannot be filled in") }
        return words.joined(separator: ", ")
    }
}

extension CallbackDifference {
    /// One line, with long values cut.
    fileprivate var words: String {
        let place = path.isEmpty ? part : "\(part), \(path)"
        return "\(place): \(Self.cut(before)) → \(Self.cut(after))"
    }

    private static func cut(_ text: String?) -> String {
        guard let text else { return "nothing" }
        return text.count > 100 ? text.prefix(100) + "…" : text
    }
}

extension JournalSpan {
    /// Whether it goes up to now.
    var isOpen: Bool { until.milliseconds == .max }
}
