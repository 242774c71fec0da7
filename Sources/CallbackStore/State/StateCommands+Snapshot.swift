package import CallbackCore

extension StateCommands {
    /// What is remembered of a source's snapshots.
    package func snapshots(of source: SourceName) throws(StateError) -> SnapshotMemory {
        let statement = try Statement(connection, "SELECT key, row FROM source_names WHERE source = ?1 AND tbl = ?2")
        _ = statement.bind(1, source.rawValue).bind(2, SnapshotMemory.table)
        var rows: [NameChange] = []
        try statement.forEach { row in
            rows.append(NameChange(table: SnapshotMemory.table, key: row.text(0), row: row.bytes(1)))
        }
        return SnapshotMemory(rows)
    }

    /// Changes what is remembered of a source.
    package func remember(_ changes: [NameChange], of source: SourceName) throws(StateError) {
        for change in changes {
            if let row = change.row {
                _ = try run(
                    """
                    INSERT INTO source_names (source, tbl, key, row) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (source, tbl, key) DO UPDATE SET row = excluded.row
                    """
                ) { $0.bind(1, source.rawValue).bind(2, change.table).bind(3, change.key).bind(4, row) }
            } else {
                _ = try run("DELETE FROM source_names WHERE source = ?1 AND tbl = ?2 AND key = ?3") {
                    $0.bind(1, source.rawValue).bind(2, change.table).bind(3, change.key)
                }
            }
        }
    }
}
