package import CallbackCore

/// Makes the event of a row that a person wrote down, by the code that names the rows of the log.
///
/// No database is asked: the columns are those that are written, the key is the configuration's.
package struct RowRehearsal {
    private let plan: TablePlan

    package init(plan: TablePlan) { self.plan = plan }

    /// The event; nil where the table gives none for such a change.
    /// - Throws: what is wrong with the example.
    package func event(of example: RowExample) throws(DiagnosticList) -> CapturedEvent? {
        let profile = TablesProfile(plan.tables)
        guard let table = profile.table(example.table) else { throw unknown(example) }
        guard !table.key.isEmpty else {
            throw Self.wrong(
                .tableWithoutKey, "the table \(table.name) of source \"\(plan.source)\" does not say its key",
                at: example.tablePlace,
                help: "a test does not look into the database: add `key:` to the table, such as `key: id`")
        }
        var row = RowText(watch: TableWatch(table: table.name, redaction: .named(table.sensitive), key: table.key))
        if let old = example.old { try row.read(old, isNew: false) }
        if let new = example.new { try row.read(new, isNew: true) }
        if example.operation == .update { row.complete() }
        let layout = row.layout
        for column in table.key where layout.place(of: column) == nil {
            throw Self.wrong(
                .rowWithoutKey, "the row has no \"\(column)\", which is the key of the table \(table.name)",
                at: example.place,
                help: "the key names the row in the event's subject")
        }
        let change = RowChange(
            place: RowPlace(position: 1, nonce: 0, milliseconds: ExampleEvent.standardTime.milliseconds),
            layout: layout, kind: example.operation.kind,
            old: example.old == nil ? [] : row.values(isNew: false),
            new: example.new == nil ? [] : row.values(isNew: true))
        return profile.event(of: change)
    }

    private func unknown(_ example: RowExample) -> DiagnosticList {
        let isOfProfile = PleskTable.names.contains { $0.lowercased() == example.table.lowercased() }
        if plan.hasPleskProfile, isOfProfile {
            return Self.wrong(
                .unknownTable,
                "the rows of \(example.table) become events together with those of other tables, in the profile plesk",
                at: example.tablePlace,
                help:
                    "a change can be tested for tables that stand below `tables:`; write `event:` here, with type and "
                    + "data")
        }
        let names = plan.tables.map(\.name)
        return Self.wrong(
            .unknownTable, "source \"\(plan.source)\" has no table \"\(example.table)\" below `tables:`",
            at: example.tablePlace,
            label: DidYouMean.closest(to: example.table, among: names).map { "did you mean \"\($0)\"?" },
            help: names.isEmpty
                ? "a change can be tested for tables that stand there; write `event:` here, with type and data"
                : "tables: \(names.joined(separator: ", "))")
    }

    static func wrong(
        _ code: SourceCode,
        _ message: String,
        at place: ConfigPlace,
        label: String? = nil,
        help: String?
    ) -> DiagnosticList {
        DiagnosticList([Diagnostic(.error, code.rawValue, message, at: place, label: label, help: help)])
    }
}

extension RowExample.Operation {
    fileprivate var kind: RowChange.Kind {
        switch self {
        case .insert: .inserted
        case .update: .updated
        case .delete: .deleted
        }
    }
}
