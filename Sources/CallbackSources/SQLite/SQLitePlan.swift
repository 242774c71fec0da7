import CallbackCore
import CallbackRows

/// The settings of a SQLite source, checked and typed.
struct SQLitePlan: Sendable {
    let path: String
    /// Whether the daemon itself may install the triggers.
    let mayInstall: Bool
    let tables: TablePlan

    /// - Throws: everything that is wrong with the settings.
    init(_ settings: SourceSettings) throws(DiagnosticList) {
        var diagnostics: [Diagnostic] = []
        path = settings.settings.text("path") ?? ""
        if path.isEmpty {
            diagnostics.append(
                Diagnostic(
                    .error, SourceCode.noPath.rawValue, "the source \(settings.name) has no path",
                    at: settings.settings.place))
        }
        mayInstall = settings.settings.text("install") != "never"
        tables = TablePlan(settings, &diagnostics)
        guard diagnostics.isEmpty else { throw DiagnosticList(diagnostics) }
    }
}
