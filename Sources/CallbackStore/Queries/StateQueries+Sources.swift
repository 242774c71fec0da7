package import CallbackCore
import FoundationEssentials
import GRDB

/// One source as the state file knows it.
package struct SourceSummary: Hashable, Sendable {
    package var name: SourceName
    package var mark: Mark
    /// The open gap as it was recorded; nil where there is none.
    package var gap: JSONValue?

    package var json: JSONValue {
        .object([
            "name": .string(name.rawValue), "incarnation": .string(mark.incarnation),
            "position": .integer(mark.position), "installed": .bool(mark.isInstalled), "gap": gap ?? .null,
        ])
    }
}

extension StateQueries {
    /// The file's own random name, by which a source's log knows whose log it is.
    package func stateID() throws(StateError) -> String? {
        try read { try String.fetchOne($0, sql: "SELECT id FROM state") }
    }

    /// Every source that has ever been in touch, by name.
    package func sources() throws(StateError) -> [SourceSummary] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT name, incarnation, position, nonce, installed, gap FROM sources ORDER BY name"
            ).map { row in
                let text: String? = row["gap"]
                return SourceSummary(
                    name: SourceName(row["name"] as String),
                    mark: Mark(
                        incarnation: row["incarnation"], position: row["position"], nonce: row["nonce"],
                        isInstalled: row["installed"]),
                    gap: text.map(Self.gap))
            }
        }
    }

    /// What is remembered of a source's snapshots.
    package func snapshots(of source: SourceName) throws(StateError) -> SnapshotMemory {
        try read { SnapshotMemory(try $0.remembered(in: SnapshotMemory.table, by: source)) }
    }

    /// How many rows of each of its tables a source remembers beside its mark.
    package func remembered(by source: SourceName) throws(StateError) -> [String: Int] {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT tbl, count(*) AS number FROM source_names WHERE source = ? GROUP BY tbl",
                arguments: [source.rawValue])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["tbl"] as String, $0["number"] as Int) })
        }
    }

    /// A gap that is no JSON is shown as it stands: hiding it would be worse.
    private static func gap(_ text: String) -> JSONValue {
        do { return try JSONParser.parse(text.utf8) } catch { return .object(["message": .string(text)]) }
    }
}
