package import CallbackCore

/// The stable codes of what sources find in their settings. A code is never given a new meaning.
package enum SourceCode: String, CaseIterable, Sendable {
    case noPath = "S001"
    case watchesNothing = "S002"
    case badKey = "S003"
    case noEvents = "S004"
    case tableOfProfile = "S005"
    case sensitiveKey = "S006"

    package var meaning: String {
        switch self {
        case .noPath: "a source has no path"
        case .watchesNothing: "a source has neither a profile nor tables"
        case .badKey: "the key of a table is neither a column nor a list of columns"
        case .noEvents: "a table gives no events"
        case .tableOfProfile: "a table that the profile watches already"
        case .sensitiveKey: "a column is both key and sensitive"
        }
    }
}

extension SourceCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .noPath:
            source(
                "An empty path names no database.", "sqlite: {path: \"\"}, profile: plesk",
                "sqlite: {path: panel.db}, profile: plesk", .insteadOf("C020"))
        case .watchesNothing:
            source(
                "The profile knows the panel's own tables; tables: names any others.", "sqlite: {path: panel.db}",
                "sqlite: {path: panel.db}, profile: plesk")
        case .badKey:
            table(
                "The key is the second half of an event's subject: one column, or several in a list.",
                "{key: {id: 1}, events: {insert: note.made}}", "{key: id, events: {insert: note.made}}")
        case .noEvents:
            table(
                "Nobody could wait for its changes. Name the type of event for at least one of insert, update, delete.",
                "{events: {}}", "{events: {insert: note.made}}")
        case .tableOfProfile:
            CodeLesson(
                "One change would become two events. Use those of the profile.", .top,
                wrong: "sources:\n  panel:\n    sqlite: {path: panel.db}\n    profile: plesk\n"
                    + "    tables: {PlanItems: {events: {insert: item.made}}}",
                right: "sources: {panel: {sqlite: {path: panel.db}, profile: plesk}}")
        case .sensitiveKey:
            table(
                "The key stands in every event's subject, and sensitive columns never leave the database.",
                "{key: id, sensitive: [id], events: {insert: note.made}}",
                "{key: id, sensitive: [text], events: {insert: note.made}}")
        }
    }

    private func source(
        _ reason: String, _ wrong: String, _ right: String, _ occasion: CodeExplanation.Occasion = .check
    ) -> CodeLesson {
        CodeLesson(
            reason, .top, wrong: "sources: {panel: {\(wrong)}}", right: "sources: {panel: {\(right)}}", occasion)
    }

    private func table(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        let head = "sources:\n  panel:\n    sqlite: {path: panel.db}\n    profile: plesk\n    tables: {notes: "
        return CodeLesson(reason, .top, wrong: head + wrong + "}", right: head + right + "}")
    }
}
