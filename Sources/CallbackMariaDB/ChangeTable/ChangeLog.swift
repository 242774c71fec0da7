/// Our tables in the panel's database, where triggers record what changes: the log, the layouts of its rows, and whose
/// log it is.
enum ChangeLog {
    static let prefix = "callbackd_"
    static let log = "callbackd_log"
    static let layouts = "callbackd_layout"
    static let owner = "callbackd_source"
    static let tables = [log, layouts, owner]
    /// The form of rows and triggers. A daemon reads the log of its own form only.
    static let format = 1

    /// What a row of the log says.
    enum Operation: Int {
        case inserted = 1
        case updated = 2
        case deleted = 3
        /// For some time no trigger was there to write down what happened.
        case unrecorded = 8
        /// The trigger could not write down what happened.
        case failed = 9
    }

    /// How an administrator's session must be.
    ///
    /// A trigger is made and dropped when nobody uses its table, and whoever wants the table meanwhile waits behind that:
    /// not longer than this. It keeps the session's `sql_mode`; and a grant must never make a user without a password.
    static let session = [
        "SET NAMES utf8mb4",
        "SET SESSION lock_wait_timeout = 5, sql_mode = 'NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION'",
    ]

    /// Nothing but the number is unique, and nothing but the number is demanded: an insert cannot fail by what it holds.
    static func creation(in database: String) -> [String] {
        [
            """
            CREATE TABLE IF NOT EXISTS \(database.sqlName).\(log) (
              seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, nonce BIGINT NULL, at BIGINT NULL,
              layout INT NULL, op TINYINT NULL, old LONGBLOB NULL, new LONGBLOB NULL
            ) ENGINE=InnoDB
            """,
            """
            CREATE TABLE IF NOT EXISTS \(database.sqlName).\(layouts) (
              id INT NOT NULL PRIMARY KEY, tbl VARCHAR(64) NOT NULL, layout LONGTEXT NOT NULL, watched TINYINT NOT NULL
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
            """,
            """
            CREATE TABLE IF NOT EXISTS \(database.sqlName).\(owner) (
              id TINYINT NOT NULL PRIMARY KEY, incarnation VARCHAR(64) NOT NULL, owner VARCHAR(255) NOT NULL,
              format INT NOT NULL
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
            """,
        ]
    }
}
