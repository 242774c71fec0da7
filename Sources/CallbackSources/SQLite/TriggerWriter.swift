import CallbackRows

/// Writes the SQL of a table's triggers.
///
/// Nothing in them can fail on any value: one INSERT of plain columns, no function over data, no other table than the
/// watched one and the log. `random` and `julianday` take no data.
struct TriggerWriter {
    struct Trigger: Equatable {
        var name: String
        var sql: String
    }

    let table: ProbedTable
    /// The number of the table's layout in the log.
    let layoutID: Int64

    private var layout: TableLayout { table.layout }
    private var name: String { layout.table.sqlName }

    static let moment = "CAST((julianday('now') - 2440587.5) * 86400000.0 + 0.5 AS INTEGER)"

    /// The triggers without which rows would be missed.
    var essential: [Trigger] { [inserted, updated, deleted] }

    var all: [Trigger] { essential + [displacedByInsert, displacedByUpdate].compactMap { $0 } }

    static func triggerName(_ suffix: String, of table: String) -> String { "\(LogTable.prefix)\(table)_\(suffix)" }

    private var inserted: Trigger {
        trigger("inserted", "AFTER INSERT", [row(.inserted, values("NEW"))])
    }

    private var deleted: Trigger {
        trigger("deleted", "AFTER DELETE", [row(.deleted, values("OLD"))])
    }

    private var updated: Trigger {
        let rows =
            layout.isWide
            ? [row(.updatedOld, values("OLD")), row(.updatedNew, values("NEW"))]
            : [row(.updated, values("OLD") + values("NEW"))]
        return trigger("updated", "AFTER UPDATE", rows)
    }

    /// OR REPLACE removes rows without a word while `recursive_triggers` is off, so what a new row may displace is
    /// written down before it comes. The reader decides whether it really was displaced.
    private var displacedByInsert: Trigger? {
        guard !layout.uniqueKeys.isEmpty else { return nil }
        // Looking first costs a plain INSERT less than an INSERT … SELECT that finds nothing.
        let isTaken = layout.uniqueKeys.map {
            "EXISTS (SELECT 1 FROM \(name) AS t WHERE \(conflict(by: $0, besides: nil)))"
        }
        return trigger(
            "replacing", "BEFORE INSERT", layout.uniqueKeys.map { candidates(by: $0, besides: nil) },
            when: isTaken.joined(separator: " OR "))
    }

    private var displacedByUpdate: Trigger? {
        guard let own = ownRow else { return nil }
        let places = layout.uniqueKeys.flatMap(\.columns)
        let changed = Set(places).sorted().map { "NEW.\(column($0)) IS NOT OLD.\(column($0))" }
        guard !changed.isEmpty else { return nil }
        // A computed column or the hidden row number cannot stand in a list of columns, yet it can change.
        let isListable = places.allSatisfy {
            !table.generated.contains(layout.columns[$0]) && !(layout.row.hasHiddenRowID && $0 == 0)
        }
        let columns = Set(places).sorted().map { column($0) }.joined(separator: ", ")
        let occasion = isListable ? "BEFORE UPDATE OF \(columns)" : "BEFORE UPDATE"
        return trigger(
            "moving", occasion, layout.uniqueKeys.map { candidates(by: $0, besides: own) },
            when: changed.joined(separator: " OR "))
    }

    /// A condition that is true for the updated row itself.
    private var ownRow: String? {
        if let rowID = table.rowIDName { return "t.\(rowID.sqlName) = OLD.\(rowID.sqlName)" }
        guard table.isWithoutRowID,
            let primary = layout.uniqueKeys.first(where: { $0.columns == layout.row.identity })
                ?? layout.uniqueKeys.first
        else { return nil }
        return primary.columns.map { "t.\(column($0)) IS OLD.\(column($0))" }.joined(separator: " AND ")
    }

    private func candidates(by key: TableLayout.UniqueKey, besides own: String?) -> String {
        let values = layout.columns.indices.map { "t.\(column($0))" }
        return row(.displaced, values, isSelect: true) + " FROM \(name) AS t WHERE \(conflict(by: key, besides: own))"
    }

    private func conflict(by key: TableLayout.UniqueKey, besides own: String?) -> String {
        var conditions = zip(key.columns, key.collations).map { place, collation in
            let new = table.defaults[layout.columns[place]].map { "ifnull(NEW.\(column(place)), \($0))" }
            let comparison = "t.\(column(place)) = \(new ?? "NEW.\(column(place))")"
            return "\(comparison) COLLATE \(collation.rawValue)"
        }
        if let own { conditions.append("NOT (\(own))") }
        return conditions.joined(separator: " AND ")
    }

    private func values(_ side: String) -> [String] {
        layout.columns.indices.map { "\(side).\(column($0))" }
    }

    private func column(_ place: Int) -> String { layout.columns[place].sqlName }

    private func row(_ operation: LogOperation, _ values: [String], isSelect: Bool = false) -> String {
        let columns = values.indices.map { "v\($0)" }
        let fixed = "random(), \(Self.moment), \(layoutID), \(operation.rawValue)"
        let list = ([fixed] + values).joined(separator: ", ")
        return "INSERT INTO \(LogTable.log)(nonce, at, tbl, op, \(columns.joined(separator: ", "))) "
            + (isSelect ? "SELECT \(list)" : "VALUES (\(list))")
    }

    private func trigger(_ suffix: String, _ occasion: String, _ rows: [String], when: String? = nil) -> Trigger {
        let trigger = Self.triggerName(suffix, of: layout.table)
        let condition = when.map { " WHEN \($0)" } ?? ""
        let body = rows.map { $0 + ";" }.joined(separator: " ")
        return Trigger(
            name: trigger,
            sql: "CREATE TRIGGER \(trigger.sqlName) \(occasion) ON \(name)\(condition) BEGIN \(body) END")
    }
}
