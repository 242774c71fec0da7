package import CallbackCore
import GRDB

/// A count that stopped at a limit, because counting millions of rows would take longer than its number is worth.
package struct BoundedCount: Hashable, Sendable, CustomStringConvertible {
    package static let limit = 10_000

    package var value: Int
    /// There are more than `value`.
    package var isCut: Bool

    init(counted: Int) {
        value = min(counted, Self.limit)
        isCut = counted > Self.limit
    }

    package var description: String { isCut ? "\(value)+" : "\(value)" }

    package var json: JSONValue { isCut ? .string(description) : .integer(Int64(value)) }
}

/// One target as the state file knows it.
package struct TargetSummary: Hashable, Sendable {
    package var name: TargetName
    package var isPaused: Bool
    package var health: TargetState
    /// The configuration does not have it any more; nil where that was not asked.
    package var isGone: Bool?
    package var waiting: BoundedCount
    package var deferred: BoundedCount
    /// Held by an operator, or uncertain.
    package var stopped: BoundedCount
    package var dead: BoundedCount
    /// Waiting, but its rule or the target itself is not in the configuration; nil where that was not asked.
    package var parked: BoundedCount?
    /// The time of the oldest event that waits.
    package var oldest: Timestamp?

    package var json: JSONValue {
        .object([
            "name": .string(name.rawValue), "paused": .bool(isPaused),
            "disabled": health.disabled?.json ?? .null,
            "open_until": health.openUntil.map { .string($0.description) } ?? .null,
            "throttled_until": health.throttledUntil.map { .string($0.description) } ?? .null,
            "gone": isGone.map { .bool($0) } ?? .null,
            "waiting": waiting.json, "deferred": deferred.json, "stopped": stopped.json, "dead": dead.json,
            "parked": parked?.json ?? .null, "oldest": oldest.map { .string($0.description) } ?? .null,
        ])
    }
}

extension TargetState.Disabled {
    /// As lists show it.
    fileprivate var json: JSONValue {
        [
            "reason": .string(reason.rawValue), "words": .string(words), "since": .string(since.description),
        ]
    }
}

extension TargetState {
    fileprivate init(ofTarget number: Int64, in database: Database) throws {
        self.init()
        // A file that no daemon of this version has opened yet has no such table.
        guard try database.tableExists("target_states") else { return }
        let row = try Row.fetchOne(
            database, sql: "SELECT \(TargetState.columns) FROM target_states WHERE target = ?", arguments: [number])
        guard let row else { return }
        func time(_ column: String) -> Timestamp? { (row[column] as Int64?).map(Timestamp.init(milliseconds:)) }
        openUntil = time("open_until")
        trips = row["trips"]
        throttledUntil = time("throttled_until")
        failingFor = .milliseconds(row["failing_for"] as Int64)
        lastFailure = time("last_failure")
        if let word = row["disabled"] as String?, let reason = DisabledReason(rawValue: word),
            let since = time("disabled_since")
        {
            disabled = Disabled(reason: reason, words: row["disabled_words"] ?? "", since: since)
        }
        isRecovering = row["recovering"]
    }
}

extension StateQueries {
    /// Every target that the file has ever known, by name. `waiting` includes what is deferred or stopped.
    package func targets(current: CurrentNames? = nil) throws(StateError) -> [TargetSummary] {
        try read { database in
            let parked = try current.map { try StateNames(database).parkedCondition($0) }
            return try Row.fetchAll(database, sql: "SELECT number, name, paused FROM targets ORDER BY name").map {
                row in
                let number: Int64 = row["number"]
                func count(_ table: String, _ condition: String) throws -> BoundedCount {
                    let counted = try Int.fetchOne(
                        database,
                        sql: """
                            SELECT count(*) FROM (SELECT 1 FROM \(table) AS d WHERE target = ? \(condition)
                                LIMIT \(BoundedCount.limit + 1))
                            """,
                        arguments: [number])
                    return BoundedCount(counted: counted ?? 0)
                }
                let oldest = try Int64.fetchOne(
                    database,
                    sql: """
                        SELECT time FROM events WHERE sequence =
                            (SELECT event FROM queue WHERE target = ? ORDER BY event LIMIT 1)
                        """,
                    arguments: [number])
                let name = TargetName(row["name"] as String)
                return TargetSummary(
                    name: name, isPaused: row["paused"], health: try TargetState(ofTarget: number, in: database),
                    isGone: current.map { !$0.targets.contains(name) },
                    waiting: try count("queue", ""), deferred: try count("queue", "AND state = 1"),
                    stopped: try count("queue", "AND state > 1"), dead: try count("ledger", "AND state = 6"),
                    parked: try parked.map { try count("queue", "AND state < 2 AND \($0)") },
                    oldest: oldest.map(Timestamp.init(milliseconds:)))
            }
        }
    }
}
