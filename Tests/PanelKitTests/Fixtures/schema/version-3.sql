-- What version 3 of the tables has beyond version 2.
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

PRAGMA user_version = 3;
