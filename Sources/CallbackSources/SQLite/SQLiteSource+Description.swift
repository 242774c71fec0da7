package import CallbackCore
import CallbackRows

extension SQLiteSource {
    package static let kind = "sqlite"

    /// What the configuration can say about a SQLite source, and the events that follow from it.
    package static let description = SourceDescription(
        kind: kind,
        schema: SettingsSchema([
            .init("path", .path, required: true, "The panel's database file."),
            .init(
                "install", .oneOf(["auto", "never"]),
                "auto (default): `run` installs the triggers; never: only `callbackd source install` does."),
        ]),
        commonSchema: TablePlan.schema,
        events: TablePlan.profileEvents,
        catalog: { settings in
            do throws(DiagnosticList) {
                return .success(try SQLitePlan(settings).tables.catalog)
            } catch {
                return .failure(error)
            }
        },
        rehearse: { settings, example in
            do throws(DiagnosticList) {
                return .success(try RowRehearsal(plan: SQLitePlan(settings).tables).event(of: example))
            } catch {
                return .failure(error)
            }
        })
}
