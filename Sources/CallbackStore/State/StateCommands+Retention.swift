package import CallbackCore

/// What of finished work is removed together.
package enum RetentionClass: CaseIterable, Sendable {
    /// Events with everything about them.
    case events
    /// The texts of events, which stay without them.
    case payloads
    /// Attempts, and what was answered.
    case attempts
}

/// Removing finished work, in steps inside the writer's transaction.
extension StateCommands {
    /// The bytes that the file's content takes, pages that can be used again not counted.
    package func contentSize() throws(StateError) -> Int64 {
        try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
    }

    /// The bytes of finished work, about: the content without what is owed.
    package func finishedSize() throws(StateError) -> Int64 { try max(0, contentSize() - owed.sum.bytes) }

    private func pragma(_ name: String) throws(StateError) -> Int64 {
        try Statement(connection, "PRAGMA \(name)").first { $0.integer(0) } ?? 0
    }

    /// What one step of removing came to.
    package struct Removal: Sendable, Hashable {
        package var removed: Int
        /// Where the next step begins; nil where nothing is left to look at.
        package var next: Int64?

        package init(removed: Int, next: Int64?) {
            self.removed = removed
            self.next = next
        }
    }

    /// Removes finished events, or a part of them, among the `count` that follow a number: nothing that is owed or dead,
    /// nothing newer than `before`. The last event of the journal always stays whole: its number must not be given again.
    package func remove(
        _ what: RetentionClass = .events,
        after: Int64,
        before: Timestamp,
        count: Int
    ) throws(StateError) -> Removal {
        let looked = try Statement(
            connection,
            """
            SELECT max(sequence), count(*), min(time) FROM (SELECT sequence, time FROM events WHERE sequence > ?1
                AND sequence < (SELECT max(sequence) FROM events) ORDER BY sequence LIMIT ?2)
            """)
        looked.bind(1, after).bind(2, Int64(count))
        guard let (last, number, oldestTime) = try looked.first({ ($0.integer(0), $0.integer(1), $0.integer(2)) }),
            number > 0, oldestTime < before.milliseconds
        else { return Removal(removed: 0, next: nil) }
        let finished = try Statement(
            connection,
            """
            SELECT sequence FROM events AS e WHERE time < ?1 AND sequence > ?3 AND sequence <= ?4 \(what.presence)
                AND NOT EXISTS (SELECT 1 FROM targets AS t CROSS JOIN queue AS q
                    ON q.target = t.number AND q.event = e.sequence)
                AND NOT EXISTS (SELECT 1 FROM ledger AS l WHERE l.event = e.sequence AND l.state = ?2)
            """)
        finished.bind(1, before.milliseconds).bind(2, DeliveryState.dead.code).bind(3, after).bind(4, last)
        var found: [Int64] = []
        try finished.forEach { row throws(StateError) in found.append(row.integer(0)) }
        for sql in what.removal {
            let statement = try Statement(connection, sql)
            for sequence in found { try statement.bind(1, sequence).run() }
        }
        return Removal(removed: found.count, next: number == count ? last : nil)
    }

    /// Gives up dead letters that died before a moment, at most `count` of them, the oldest first.
    /// - Returns: how many.
    package func giveUpDead(before: Timestamp, count: Int) throws(StateError) -> Int {
        let find = try Statement(
            connection,
            """
            SELECT event, ordinal FROM ledger INDEXED BY ledger_dead_since
            WHERE state = 6 AND finished < ?1 ORDER BY finished LIMIT ?2
            """)
        find.bind(1, before.milliseconds).bind(2, Int64(count))
        var found: [DeliveryID] = []
        try find.forEach { row throws(StateError) in
            found.append(DeliveryID(event: row.integer(0), ordinal: Int(row.integer(1))))
        }
        for id in found { _ = try discard(id) }
        return found.count
    }

    /// What one step of giving pages back to the disk came to.
    package struct Shrinking: Sendable, Hashable {
        /// Pages given back.
        package var pages: Int64
        /// More can be given back.
        package var hasMore: Bool
        /// The file was made by a version whose files keep their size.
        package var isFixed: Bool
    }

    /// Gives free pages back to the disk, at most so many, once there are more than will soon be used again: a MiB, or
    /// the twentieth part of the file.
    package func shrink(pages: Int) throws(StateError) -> Shrinking {
        let total = try pragma("page_count")
        let free = try pragma("freelist_count")
        let spare = free - max(256, total / 20)
        let isFixed = try pragma("auto_vacuum") != 2
        guard spare > 0, !isFixed else { return Shrinking(pages: 0, hasMore: false, isFixed: isFixed && spare > 0) }
        let wanted = min(Int64(pages), spare)
        try Statement(connection, "PRAGMA incremental_vacuum(\(wanted))").forEach { _ throws(StateError) in }
        return Shrinking(pages: wanted, hasMore: wanted < spare, isFixed: false)
    }
}

extension RetentionClass {
    /// SQL that is true for events of which there is something to remove.
    fileprivate var presence: String {
        switch self {
        case .events: ""
        case .payloads: "AND length(body) > 0"
        case .attempts: "AND EXISTS (SELECT 1 FROM attempts AS a WHERE a.event = e.sequence)"
        }
    }

    /// What removes it, for one event.
    fileprivate var removal: [String] {
        switch self {
        case .events:
            ["attempts", "ledger", "on_dead"].map { "DELETE FROM \($0) WHERE event = ?" }
                + ["DELETE FROM events WHERE sequence = ?"]
        // The row keeps its number, its id and what it was about.
        case .payloads: ["UPDATE events SET body = x'' WHERE sequence = ?"]
        case .attempts: ["DELETE FROM attempts WHERE event = ?"]
        }
    }
}
