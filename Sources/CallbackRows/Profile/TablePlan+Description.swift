package import CallbackCore

extension TablePlan {
    /// What every database source can be told about its rows.
    package static let schema = SettingsSchema([
        .init("profile", .oneOf(["plesk"]), "How rows become events: plesk knows the panel's own tables."),
        .init("tables", .map(.settings(tableSchema)), "Any other tables to watch, by name."),
    ])

    /// The events of the profiles.
    package static let profileEvents = PleskProfile.catalog

    /// Every event that these settings can give, with its fields.
    package var catalog: EventCatalog {
        var catalog = EventCatalog(tables.flatMap { Self.shapes(of: $0) })
        if hasPleskProfile { catalog.merge(PleskProfile.catalog) }
        return catalog
    }

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
