import CallbackCore
@testable import CallbackRows
import Testing

@testable import CallbackSources

/// A copy of a table that is kept only by the changes that were seen: where it equals the table, nothing was lost.
struct Replica {
    private(set) var rows: [String]
    private(set) var changes = 0

    init(_ panel: Panel, _ table: String, _ showsRowID: Bool = false) throws {
        rows = try Self.read(panel, table, showsRowID)
    }

    static func read(_ panel: Panel, _ table: String, _ showsRowID: Bool = false) throws -> [String] {
        let statement = try panel.connection.prepare("SELECT \(showsRowID ? "rowid, " : "")* FROM \(table)")
        var rows: [String] = []
        let names =
            (showsRowID ? ["rowid"] : [])
            + (try panel.connection.rows("SELECT name FROM pragma_table_xinfo('\(table)') ORDER BY cid")
                .compactMap { $0[0].text })
        while try statement.step() {
            let values = (0..<statement.columnCount).map { statement.value($0) }
            var writer = FieldWriter()
            rows.append(JSONValue.object(writer.object(names, values, side: "")).text)
        }
        return rows.sorted()
    }

    mutating func apply(_ events: [CapturedEvent]) {
        for event in events {
            changes += 1
            if let old = event.data["old"], old != .null {
                let text = old.text
                if let index = rows.firstIndex(of: text) {
                    rows.remove(at: index)
                } else {
                    Issue.record("a row that was not there: \(text)")
                }
            }
            if let new = event.data["new"], new != .null { rows.append(new.text) }
        }
        rows.sort()
    }
}
