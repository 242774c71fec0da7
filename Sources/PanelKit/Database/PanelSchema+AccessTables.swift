extension PanelSchema {
    /// Who may use the licence API, and which orders were placed under a key of the client's own choice.
    static let access = """
        CREATE TABLE license_credentials (
            login TEXT PRIMARY KEY,
            key_hash BLOB NOT NULL,
            created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE license_requests (
            login TEXT NOT NULL,
            request_key TEXT NOT NULL,
            digest BLOB NOT NULL,
            key_number TEXT NOT NULL,
            created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
            PRIMARY KEY (login, request_key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX license_requests_age ON license_requests (created_at);
        """
}
