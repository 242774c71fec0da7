package import CallbackCore

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
        commonSchema: SettingsSchema([
            .init("profile", .oneOf(["plesk"]), "How rows become events: plesk knows the panel's own tables."),
            .init("tables", .map(.settings(tableSchema)), "Any other tables to watch, by name."),
        ]),
        events: PleskProfile.catalog,
        catalog: { settings in
            do throws(DiagnosticList) {
                let plan = try SQLitePlan(settings)
                var catalog = EventCatalog(plan.tables.flatMap { shapes(of: $0) })
                if plan.hasPleskProfile { catalog.merge(PleskProfile.catalog) }
                return .success(catalog)
            } catch {
                return .failure(error)
            }
        },
        rehearse: { settings, example in
            do throws(DiagnosticList) {
                return .success(try RowRehearsal(plan: SQLitePlan(settings), source: settings.name).event(of: example))
            } catch {
                return .failure(error)
            }
        })

    private static let tableSchema = SettingsSchema([
        .init(
            "key", .node,
            demands: ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]],
            "The column, or the list of columns, that names a row; left out: the primary key, else the rowid."),
        .init(
            "events",
            .settings(
                SettingsSchema([
                    .init("insert", .text, "The event type of a new row."),
                    .init("update", .text, "The event type of a changed row."),
                    .init("delete", .text, "The event type of a removed row."),
                ])),
            required: true, demands: ["minProperties": 1], "Which event types the table gives."),
        .init("sensitive", .list(.text), "Columns that never leave the panel's database."),
    ])

    private static func shapes(of table: TablesProfile.Table) -> [EventShape] {
        let data = FieldShape.object([
            "new": .open([:]), "old": .open([:]), "changed": .leaf, "operation": .leaf, "redacted": .leaf,
            "encoded": .leaf, "truncated": .leaf,
        ])
        let words = [(table.inserted, "added to"), (table.updated, "changed in"), (table.deleted, "removed from")]
        return words.compactMap { type, verb in
            type.map { EventShape(type: $0, summary: "A row was \(verb) the table \(table.name).", data: data) }
        }
    }
}
