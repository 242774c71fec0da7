package import CallbackCore
import GRDB

/// A subject whose deliveries are held because it gave too many events, until an operator releases it.
package struct HeldSubject: Hashable, Sendable {
    package var source: SourceName
    package var subject: String

    package init(source: SourceName, subject: String) {
        self.source = source
        self.subject = subject
    }
}

extension StateFile {
    package func heldSubjects() throws -> Set<HeldSubject> {
        try queue.read { database in
            Set(
                try Row.fetchAll(database, sql: "SELECT source, subject FROM held_subjects").map {
                    HeldSubject(source: SourceName($0["source"] as String), subject: $0["subject"])
                })
        }
    }
}

extension StateCommands {
    /// Lets a subject's held deliveries go on, and forgets that it gave too many events.
    /// - Returns: how many deliveries go on; nil where nothing of the subject is held.
    package func release(subject: String) throws(StateError) -> Int? {
        let forget = try Statement(connection, "DELETE FROM held_subjects WHERE subject = ?")
        try forget.bind(1, subject).run()
        let wasHeld = forget.changes > 0
        // By target and state there is an index, so that what is not held costs nothing.
        let release = try Statement(
            connection,
            """
            UPDATE queue SET state = 0, due = NULL WHERE (target, event, ordinal) IN (
                SELECT q.target, q.event, q.ordinal FROM targets AS t
                CROSS JOIN queue AS q ON q.target = t.number AND q.state > 1 AND q.state = 2
                CROSS JOIN events AS e ON e.sequence = q.event WHERE e.subject = ?)
            """)
        try release.bind(1, subject).run()
        return wasHeld || release.changes > 0 ? release.changes : nil
    }
}
