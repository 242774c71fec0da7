package import CallbackCore

/// What the configuration says of a database source's rows: a profile, and tables of its own.
package struct TablePlan: Sendable {
    package let source: SourceName
    package let hasPleskProfile: Bool
    /// Whether what is there already is read once, too.
    package let readsExisting: Bool
    let tables: [TablesProfile.Table]

    /// - Parameter diagnostics: takes everything that is wrong with the settings.
    package init(_ settings: SourceSettings, _ diagnostics: inout [Diagnostic]) {
        source = settings.name
        hasPleskProfile = settings.common.text("profile") == "plesk"
        readsExisting = settings.common.bool("snapshot") ?? false
        var tables: [TablesProfile.Table] = []
        for (name, setting) in (settings.common.map("tables") ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard case .settings(let table) = setting.value else { continue }
            tables.append(Self.table(name, table, &diagnostics))
            if hasPleskProfile, PleskTable.names.contains(where: { $0.lowercased() == name.lowercased() }) {
                diagnostics.append(
                    Diagnostic(
                        .error, SourceCode.tableOfProfile.rawValue,
                        "the table \(name) already belongs to the profile plesk", at: setting.place,
                        help: "use the events of the profile, or leave the profile out"))
            }
        }
        self.tables = tables
        if !hasPleskProfile && tables.isEmpty {
            diagnostics.append(
                Diagnostic(
                    .error, SourceCode.watchesNothing.rawValue, "the source \(settings.name) watches nothing",
                    at: settings.place,
                    help: "add `profile: plesk`, or `tables:` with at least one table"))
        }
    }

    /// - Parameter isEmbeddedPanel: whether the database is the embedded panel's, which has tables of its own.
    package func interpreter(isEmbeddedPanel: Bool) -> RowInterpreter {
        RowInterpreter(
            plesk: hasPleskProfile ? PleskProfile(isEmbeddedPanel: isEmbeddedPanel) : nil,
            tables: TablesProfile(tables))
    }

    /// The tables of which a snapshot can tell, whether or not they are there.
    package var existingTables: [String] { interpreter(isEmbeddedPanel: true).existingTables }

    private static func table(
        _ name: String,
        _ settings: Settings,
        _ diagnostics: inout [Diagnostic]
    ) -> TablesProfile.Table {
        var key: [String] = []
        if case .node(let node)? = settings.values["key"]?.value {
            if let column = node.string {
                key = [column]
            } else if let elements = node.elements, elements.allSatisfy({ $0.string != nil }) {
                key = elements.compactMap(\.string)
            } else {
                diagnostics.append(
                    Diagnostic(
                        .error, SourceCode.badKey.rawValue, "the key of the table \(name) is \(node.kind)",
                        at: node.place,
                        help: "write one column, such as `key: id`, or a list, such as `key: [shop, number]`"))
            }
        }
        let events = settings.settings("events")
        func type(_ word: String) -> EventType? { events?.text(word).map { EventType($0) } }
        let (inserted, updated, deleted) = (type("insert"), type("update"), type("delete"))
        let table = TablesProfile.Table(
            name: name, key: key, sensitive: Set(settings.texts("sensitive") ?? []), inserted: inserted,
            updated: updated, deleted: deleted,
            existing: type("existing") ?? (inserted ?? updated ?? deleted)?.ofExisting ?? "row.existing")
        if table.inserted == nil && table.updated == nil && table.deleted == nil {
            diagnostics.append(
                Diagnostic(
                    .error, SourceCode.noEvents.rawValue, "the table \(name) has no events", at: settings.place,
                    help: "write at least one of `insert`, `update` and `delete`, such as "
                        + "`events: {insert: order.placed}`"))
        }
        if let column = key.first(where: { key in table.sensitive.contains { $0.lowercased() == key.lowercased() } }) {
            diagnostics.append(
                Diagnostic(
                    .error, SourceCode.sensitiveKey.rawValue,
                    "the column \(column) is both key and sensitive in the table \(name)",
                    at: settings.place, help: "a key stands in every event's subject: choose another one"))
        }
        return table
    }
}

extension EventType {
    /// The type of a row that a snapshot finds, where the configuration names none: the last word of this one becomes
    /// `existing`.
    fileprivate var ofExisting: EventType {
        let words = rawValue.split(separator: ".", omittingEmptySubsequences: false)
        return EventType((words.count > 1 ? words.dropLast() : words[...]).joined(separator: ".") + ".existing")
    }
}
