import CallbackCore
import CallbackRules
import CallbackStore

/// The answer of `callbackd why` about one event, for a person.
struct WhyView {
    let answer: WhyAnswer
    let palette: Palette
    /// Nothing but this rule.
    let only: RuleName?
    /// Also rules that are for other types.
    let namesAll: Bool

    private static let mostFields = 40
    private static let longestValue = 120

    var lines: [String] { heading + change + [""] + rules + today + [""] + deliveries }

    // MARK: The change

    private var heading: [String] {
        let summary = answer.event.summary
        let unknown = answer.event.isPastRetention ? "not known any more" : "none: written outside of one"
        let outside = answer.change.operation ?? unknown
        let rows = [
            ("id", summary.id.rawValue), ("subject", summary.subject), ("source", summary.source.rawValue),
            ("time", summary.time.description), ("operation", outside),
            ("rule book", "\(answer.event.book)" + (answer.bookSince.map { ", in force since \($0)" } ?? "")),
        ]
        return [
            "\(palette(.bold, "event \(summary.sequence)"))  \(palette(.cyan, summary.type.rawValue.harmless))"
        ] + rows.map { "\(palette(.dim, $0.0.padded(to: 11)))\($0.1.harmless)" }
    }

    private var change: [String] {
        // What was made or removed has many empty fields; of what was changed, each field counts.
        let told = answer.change.fields.filter { field in
            let isChanged = field.old != nil && field.new != nil
            return isChanged || (field.old ?? field.new ?? .null) != .null
        }
        let shown = told.prefix(Self.mostFields)
        let width = shown.reduce(0) { max($0, $1.name.harmless.count) }
        var lines = [palette(.dim, "change")]
        lines += shown.map { field in
            let values = [field.old, field.new].compactMap { $0.map(Self.cut) }
            return "  \(field.name.harmless.padded(to: width))  \(values.joined(separator: " → "))"
        }
        if told.count > shown.count {
            lines.append(
                palette(
                    .dim,
                    "  and \(told.count - shown.count) more: callbackd events show \(answer.event.summary.sequence)"))
        }
        lines += answer.change.others.map { field in
            "  \(palette(.dim, field.name.harmless))  \(Self.cut(field.new ?? .null))"
        }
        return lines.count > 1 ? lines : []
    }

    private static func cut(_ value: JSONValue) -> String {
        let text = value.text.harmless
        return text.count > longestValue ? text.prefix(longestValue) + "…" : text
    }

    // MARK: The rules

    private var rules: [String] {
        var lines = [palette(.bold, "rules")]
        if let problem = answer.problem { return lines + ["  \(palette(.red, problem.harmless))"] }
        let asked = answer.verdicts.filter { only == nil || $0.rule == only }
        for verdict in asked where namesAll || only != nil || !verdict.isForAnotherType { lines += self.lines(verdict) }
        if let only, asked.isEmpty {
            lines.append("  \(only.rawValue.harmless)  was not in rule book \(answer.event.book)")
        }
        let others = answer.verdicts.count { $0.isForAnotherType }
        if others > 0, others == answer.verdicts.count, only == nil {
            lines.append("  \(palette(.yellow, "no rule is for events of this type"))")
        }
        if others > 0, !namesAll, only == nil {
            lines.append(
                "  \(palette(.dim, "\(others) \(others == 1 ? "rule is" : "rules are") for events of other types"))")
        }
        if answer.verdicts.isEmpty, only == nil { lines.append("  there were none") }
        return lines
    }

    private func lines(_ verdict: RuleVerdict) -> [String] {
        let name = "  \(palette(.bold, verdict.rule.rawValue.harmless))  "
        switch verdict.finding {
        case .matched:
            let targets = verdict.targets.map(\.rawValue.harmless).joined(separator: ", ")
            return [name + palette(.green, "matched") + " → \(targets)"]
        case .otherType(let types):
            let words = types.map(\.rawValue.harmless).joined(separator: ", ")
            return [name + "is not for this type, but for \(words)"]
        case .refused(let reasons):
            return [name + palette(.yellow, "did not match")] + reasons.flatMap(\.lines).map { "    \($0.harmless)" }
        }
    }

    private var today: [String] {
        var lines: [String] = []
        if answer.hasOtherRulesNow, let now = answer.versionNow {
            let shifts = answer.shifts.filter { only == nil || $0.rule == only }
            lines += ["", palette(.bold, "today") + "  rule book \(now) is in force"]
            if answer.problem == nil, shifts.isEmpty { lines.append("  and would decide the same") }
            for shift in shifts { lines += self.lines(shift) }
        }
        if answer.isConfigurationNewer {
            lines += ["", "\(palette(.yellow, "note"))  the configuration file has other rules than those in force"]
        }
        return lines
    }

    private func lines(_ shift: VerdictShift) -> [String] {
        let name = "  \(palette(.bold, shift.rule.rawValue.harmless))  "
        guard let now = shift.now else { return [name + "matched then, and is not there any more"] }
        let then =
            shift.then == nil
            ? "was not there then" : shift.then?.hasMatched == true ? "matched then" : "did not match then"
        switch now.finding {
        case .matched:
            let targets = now.targets.map(\.rawValue.harmless).joined(separator: ", ")
            let word = shift.then?.hasMatched == true ? "would go" : "would match"
            return [name + "\(then), \(word) → \(targets)"]
        case .otherType: return [name + "\(then), is not for this type any more"]
        case .refused(let reasons):
            return [name + "\(then), would not match"] + reasons.flatMap(\.lines).map { "    \($0.harmless)" }
        }
    }

    // MARK: What became of it

    private var deliveries: [String] {
        let shown = answer.deliveries.filter { only == nil || $0.summary.rule == only }
        guard !shown.isEmpty else { return [palette(.bold, "deliveries") + "  none"] }
        return [palette(.bold, "deliveries")] + shown.flatMap(lines)
    }

    private func lines(_ delivery: DeliveryDetail) -> [String] {
        let summary = delivery.summary
        let state = summary.state.style.map { palette($0, summary.words) } ?? summary.words
        let way = "\(summary.rule.rawValue.harmless) → \(summary.target.rawValue.harmless)"
        let gone = delivery.attemptsPastRetention
        return ["  \(palette(.bold, summary.id.description))  \(way)  \(state)"]
            + (gone > 0 ? ["    " + palette(.dim, RetentionWords.attempts(gone))] : [])
            + delivery.attempts.map { attempt in
                let code = attempt.code.map { " (\($0))" } ?? ""
                let style: Palette.Style = attempt.outcome == .delivered ? .green : .red
                let reason = attempt.reason.isEmpty ? "" : "  \(attempt.reason.harmless)"
                return "    attempt \(attempt.number)  \(attempt.started)  \(attempt.duration.milliseconds) ms  "
                    + palette(style, attempt.outcome.word + code) + reason
            }
    }
}
