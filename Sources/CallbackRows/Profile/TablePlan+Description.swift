package import CallbackCore

extension TablePlan {
    /// What every database source can be told about its rows.
    package static let schema = SettingsSchema([
        .init("profile", .oneOf(["plesk"]), "How rows become events: plesk knows the panel's own tables."),
        .init("tables", .map(.settings(tableSchema)), "Any other tables to watch, by name."),
        .init(
            "snapshot", .bool,
            "true: the rows that are there already are read once, as events that end in `.existing`."),
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
                    .init(
                        "existing", .text,
                        "The event type of a row that a snapshot finds; left out: that of a new row with `existing` as "
                            + "its last word."),
                ])),
            required: true, demands: ["minProperties": 1], "Which event types the table gives."),
        .init("sensitive", .list(.text), "Columns that never leave the panel's database."),
    ])

    private static func shapes(of table: TablesProfile.Table) -> [EventShape] {
        let members: [String: FieldShape] = [
            "new": .open([:]), "old": .open([:]), "changed": .leaf, "operation": .leaf, "redacted": .leaf,
            "encoded": .leaf, "truncated": .leaf,
        ]
        let existing = members.merging(["snapshot": .leaf]) { first, _ in first }
        let words = [(table.inserted, "added to"), (table.updated, "changed in"), (table.deleted, "removed from")]
        let changes = words.compactMap { type, verb in
            type.map {
                EventShape(type: $0, summary: "A row was \(verb) the table \(table.name).", data: .object(members))
            }
        }
        return changes + [
            EventShape(
                type: table.existing, summary: "A row of the table \(table.name) that a snapshot found.",
                data: .object(existing))
        ]
    }
}
