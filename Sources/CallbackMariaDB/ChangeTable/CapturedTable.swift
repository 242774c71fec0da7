import CallbackCore
import CallbackRows

/// A table as its triggers record it. It stands beside the log, because rows that were recorded before a column was
/// added must still be read with the columns of their time.
struct CapturedTable: Hashable, Sendable {
    let table: String
    /// Without the sensitive columns; the key is the watch's own where it has one.
    let schema: SchemaTable
    let redacted: [String]

    init(_ schema: SchemaTable, as watch: TableWatch) {
        table = watch.table
        let isHidden = { (column: SchemaTable.Column) in watch.isSensitive(column.name) }
        self.schema = SchemaTable(
            columns: schema.columns.filter { !isHidden($0) },
            primaryKey: watch.key.isEmpty ? schema.primaryKey : watch.key)
        redacted = schema.columns.filter(isHidden).map(\.name)
    }

    var json: String {
        // The schema's own text is JSON: it parses.
        let value: JSONValue = [
            "schema": .string(String(decoding: schema.json, as: UTF8.self)),
            "redacted": .array(redacted.map { .string($0) }),
        ]
        return value.text
    }

    /// Reads back what `json` wrote; nil where it is something else.
    init?(table: String, json: String) {
        guard let value = try? JSONParser.parse(Array(json.utf8)), let text = value["schema"]?.string,
            let schema = SchemaTable(json: Array(text.utf8)), case .array(let names)? = value["redacted"]
        else { return nil }
        self.table = table
        self.schema = schema
        redacted = names.compactMap(\.string)
    }

    /// What is needed to read rows of it.
    var reader: (layout: RowLayout, kinds: [RowImage.Kind]) {
        var layout = RowLayout(
            table: table, columns: schema.columns.map(\.name), hasHiddenRowID: false, identity: [],
            redacted: redacted)
        layout.identity = schema.primaryKey.compactMap { layout.place(of: $0) }
        return (layout, schema.columns.map { RowImage.Kind($0) })
    }

    func triggers(in database: String, layout: Int) -> [CaptureTrigger] {
        [ChangeLog.Operation.inserted, .updated, .deleted].map {
            CaptureTrigger(
                database: database, table: table, layout: layout, columns: schema.columns, operation: $0)
        }
    }
}
