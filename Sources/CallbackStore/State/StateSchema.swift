import GRDB

/// The tables of the state file, and how an older file becomes a newer one.
///
/// Waiting deliveries stand in a small table in the order in which they are read; finished ones move to another.
/// An event's body is kept once, however many deliveries share it.
enum StateSchema {
    static let version = 2

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: first) }
        migrator.registerMigration("2") { try $0.execute(sql: second) }
        return migrator
    }

    private static let first = """
        CREATE TABLE state (
            id TEXT NOT NULL,
            clean INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE sources (
            name TEXT PRIMARY KEY,
            incarnation TEXT NOT NULL,
            position INTEGER NOT NULL,
            nonce INTEGER NOT NULL,
            installed INTEGER NOT NULL,
            gap TEXT
        ) STRICT;

        CREATE TABLE source_names (
            source TEXT NOT NULL,
            tbl TEXT NOT NULL,
            key TEXT NOT NULL,
            row BLOB NOT NULL,
            PRIMARY KEY (source, tbl, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE books (
            version INTEGER PRIMARY KEY,
            since INTEGER NOT NULL,
            content BLOB NOT NULL
        ) STRICT;

        CREATE TABLE rules (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

        CREATE TABLE targets (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            paused INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            source TEXT NOT NULL,
            type TEXT NOT NULL,
            subject TEXT NOT NULL,
            time INTEGER NOT NULL,
            book INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;

        CREATE TABLE queue (
            target INTEGER NOT NULL,
            event INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            rule INTEGER NOT NULL,
            lane INTEGER,
            state INTEGER NOT NULL DEFAULT 0,
            due INTEGER,
            attempts INTEGER NOT NULL DEFAULT 0,
            round INTEGER NOT NULL DEFAULT 0,
            cause TEXT NOT NULL DEFAULT 'rule',
            PRIMARY KEY (target, event, ordinal)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX queue_lane ON queue (target, lane, event, ordinal) WHERE lane IS NOT NULL;
        CREATE INDEX queue_due ON queue (target, due) WHERE state = 1;
        CREATE INDEX queue_stopped ON queue (target, state) WHERE state > 1;

        CREATE TABLE attempts (
            event INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            number INTEGER NOT NULL,
            started INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            outcome INTEGER NOT NULL,
            code INTEGER,
            reason TEXT NOT NULL,
            output BLOB,
            truncated INTEGER NOT NULL,
            PRIMARY KEY (event, ordinal, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ledger (
            event INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            target INTEGER NOT NULL,
            rule INTEGER NOT NULL,
            lane INTEGER,
            state INTEGER NOT NULL,
            reason INTEGER,
            attempts INTEGER NOT NULL,
            cause TEXT NOT NULL,
            finished INTEGER NOT NULL,
            PRIMARY KEY (event, ordinal)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ledger_dead ON ledger (target, event) WHERE state = 6;
        """

    private static let second = """
        CREATE TABLE held_subjects (
            source TEXT NOT NULL,
            subject TEXT NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (source, subject)
        ) STRICT, WITHOUT ROWID;

        -- What a waiting delivery weighs against `limits: queue`, and the time of its event: so that neither what is
        -- owed nor its age is looked up in the journal.
        ALTER TABLE queue ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE queue ADD COLUMN since INTEGER;
        UPDATE queue SET
            bytes = ifnull((SELECT length(body) FROM events WHERE sequence = queue.event), 0) + \(OwedWork.rowBytes),
            since = (SELECT time FROM events WHERE sequence = queue.event);
        CREATE INDEX ledger_dead_since ON ledger (finished) WHERE state = 6;

        -- What the waits of a delivery's present round have come to, in milliseconds.
        ALTER TABLE queue ADD COLUMN aged INTEGER NOT NULL DEFAULT 0;

        -- Health of targets; a target that is well has no row.
        CREATE TABLE target_states (
            target INTEGER PRIMARY KEY,
            open_until INTEGER,
            trips INTEGER NOT NULL,
            throttled_until INTEGER,
            failing_for INTEGER NOT NULL,
            last_failure INTEGER,
            disabled TEXT,
            disabled_words TEXT,
            disabled_since INTEGER,
            recovering INTEGER NOT NULL
        ) STRICT;

        -- Why a delivery whose cause is a dead one came to be.
        CREATE TABLE on_dead (
            event INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            target TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (event, ordinal)
        ) STRICT, WITHOUT ROWID;
        """
}
