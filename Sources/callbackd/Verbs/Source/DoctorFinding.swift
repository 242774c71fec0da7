import CallbackCore
import CallbackMariaDB
import CallbackRows
import CallbackSources

/// What is to be said about one panel's database.
enum DoctorFinding {
    case server(SourceName, ServerExamination)
    case file(SourceName, SQLiteInstallation.Report, PleskSurvey?)
    /// Nobody could be asked.
    case unreachable(SourceName, String)

    /// Whether changes are seen, or would be if the daemon ran.
    var isHealthy: Bool {
        switch self {
        case .server(_, let examination): examination.isHealthy
        case .file(_, let report, _): report.isInstalled && report.isIntact
        case .unreachable: false
        }
    }

    var json: JSONValue {
        switch self {
        case .server(let name, let examination):
            [
                "source": .string(name.rawValue), "healthy": .bool(isHealthy), "server": .string(examination.server),
                "version": .string(examination.version), "account": .string(examination.account),
                "encrypted": .bool(examination.isEncrypted), "capture": .string(examination.chosen),
                "ways": .array(examination.ways.map(Self.json)),
                "binlog_days": examination.binlogDays.map { .double($0) } ?? .null,
                "missing_tables": .array(examination.missingTables.map { .string($0) }),
                "events": Self.json(examination.survey),
            ]
        case .file(let name, let report, let survey):
            [
                "source": .string(name.rawValue), "healthy": .bool(isHealthy), "installed": .bool(report.isInstalled),
                "intact": .bool(report.isIntact), "notes": .array(report.notes.map { .string($0) }),
                "events": Self.json(survey),
            ]
        case .unreachable(let name, let words):
            ["source": .string(name.rawValue), "healthy": false, "problem": .string(words)]
        }
    }

    private static func json(_ way: ServerExamination.Way) -> JSONValue {
        [
            "capture": .string(way.capture), "possible": .bool(way.isPossible), "cost": .string(way.cost),
            "obstacles": .array(way.obstacles.map { .string($0) }),
            "statements": .array(way.statements.map { .string($0) }),
            "settings": .array(way.settings.map { .string($0) }), "notes": .array(way.notes.map { .string($0) }),
        ]
    }

    private static func json(_ survey: PleskSurvey?) -> JSONValue {
        guard let survey else { return .null }
        let hidden = survey.hidden.map { hidden in
            JSONValue.object([
                "type": .string(hidden.type.rawValue), "lacks": .array(hidden.lacks.map { .string($0) }),
            ])
        }
        return ["visible": .array(survey.visible.map { .string($0.rawValue) }), "hidden": .array(hidden)]
    }

    func show() {
        switch self {
        case .server(let name, let examination): show(name, examination)
        case .file(let name, let report, let survey):
            let palette = Terminal.palette()
            let state = isHealthy ? palette(.green, "watched") : palette(.red, "not watched")
            Terminal.print("\(palette(.bold, name.rawValue)): \(state)")
            if !isHealthy { Terminal.print("  run     callbackd source install \(name)") }
            for note in report.notes { Terminal.print("  note    \(note)") }
            Self.show(survey)
        case .unreachable(let name, let words):
            let palette = Terminal.palette()
            Terminal.print("\(palette(.bold, name.rawValue)): \(palette(.red, "cannot be asked"))")
            Terminal.print("  \(words)")
        }
    }

    private func show(_ name: SourceName, _ examination: ServerExamination) {
        let palette = Terminal.palette()
        Terminal.print(
            "\(palette(.bold, name.rawValue)): \(examination.version) at \(examination.server), as "
                + "\(examination.account)\(examination.isEncrypted ? ", over TLS" : "")")
        for way in examination.ways {
            let state = way.isPossible ? palette(.green, "works") : palette(.red, "does not work yet")
            let mark = way.capture == examination.chosen ? ", chosen by the configuration" : ""
            Terminal.print("\n  \(palette(.bold, "capture: \(way.capture)")): \(state)\(mark)")
            Terminal.print("    costs  \(way.cost)")
            for obstacle in way.obstacles { Terminal.print("    lacks  \(obstacle)") }
            for note in way.notes { Terminal.print("    note   \(note)") }
            if !way.settings.isEmpty {
                Terminal.print("    write below [mariadbd] in the server's my.cnf:")
                for line in way.settings { Terminal.print("      \(line)") }
            }
            if !way.statements.isEmpty {
                Terminal.print("    run as an administrator:")
                for line in way.statements { Terminal.print("      \(line);") }
            }
        }
        if let days = examination.binlogDays {
            let time = days < 2 ? "\(Int(days * 24)) hours" : "\(Int(days)) days"
            Terminal.print("\n  binlogs are kept for \(time): callbackd may be down that long")
        }
        for table in examination.missingTables { Terminal.print("  note    there is no table \(table) to be read") }
        Self.show(examination.survey)
    }

    private static func show(_ survey: PleskSurvey?) {
        guard let survey else { return }
        let palette = Terminal.palette()
        let count = survey.visible.count + survey.hidden.count
        Terminal.print("\n  \(palette(.bold, "events")): \(survey.visible.count) of \(count) can be seen here")
        var byLack: [(lacks: [String], types: [String])] = []
        for hidden in survey.hidden {
            if let index = byLack.firstIndex(where: { $0.lacks == hidden.lacks }) {
                byLack[index].types.append(hidden.type.rawValue)
            } else {
                byLack.append((hidden.lacks, [hidden.type.rawValue]))
            }
        }
        for group in byLack {
            Terminal.print(
                "    without \(group.lacks.joined(separator: ", ")): no \(group.types.joined(separator: ", "))")
        }
        if survey.hidden.contains(where: { $0.type.rawValue.hasPrefix("license.") }) {
            Terminal.print("    licences are told by a source of the kind license-api")
        }
    }
}
