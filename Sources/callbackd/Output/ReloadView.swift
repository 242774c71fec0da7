import CallbackCore

/// What a reload changed, for a person.
struct ReloadView {
    let report: ReloadReport

    var lines: [String] {
        switch report.verdict {
        case .unchanged: ["nothing changed: version \(report.version) stays in force"]
        case .stopping: ["the daemon is stopping: the files count from its next start"]
        case .refused: ["refused: version \(report.version) is still in force"]
        case .inForce: changes
        }
    }

    private var changes: [String] {
        var lines = [
            report.version == report.previousVersion
                ? "in force: rule book version \(report.version), as before"
                : "in force: rule book version \(report.previousVersion) → \(report.version)"
        ]
        for (kind, names) in [("rules", report.rules), ("targets", report.targets), ("secrets", report.secrets)] {
            let parts = [("added", names.added), ("removed", names.removed), ("changed", names.changed)]
            for (word, names) in parts where !names.isEmpty {
                lines.append("\(kind) \(word): \(names.joined(separator: ", "))")
            }
        }
        if !report.others.isEmpty { lines.append("changed: \(report.others.joined(separator: ", "))") }
        if report.released > 0 { lines.append("released: \(Self.count(report.released)), no longer parked") }
        if report.parked > 0 {
            lines.append("parked: \(Self.count(report.parked)), see callbackd deliveries list --state parked")
        }
        return lines
    }

    private static func count(_ number: Int) -> String { number == 1 ? "1 delivery" : "\(number) deliveries" }
}
