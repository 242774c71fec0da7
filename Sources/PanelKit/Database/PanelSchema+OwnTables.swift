extension PanelSchema {
    /// What the embedded panel adds to the real tables: numbered operations, and licences with their orders.
    ///
    /// `operations` lets a reader of the change log tell which rows belong together. `license_orders` repeats what
    /// was asked, so that a licence edited later does not change what had been ordered.
    static let own = """
        CREATE TABLE operations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            opened_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
            closed_at TEXT
        ) STRICT;

        CREATE TABLE licenses (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('plesk', 'cpanel', 'virtuozzo')),
            key_number TEXT NOT NULL UNIQUE,
            product TEXT NOT NULL,
            title TEXT NOT NULL,
            comment TEXT NOT NULL DEFAULT '',
            server_ip TEXT,
            period INTEGER NOT NULL,
            os TEXT,
            options TEXT NOT NULL DEFAULT '{}',
            status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'terminated')),
            ordered_at TEXT NOT NULL,
            expires_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX licenses_kind ON licenses (kind, status);

        CREATE TABLE license_orders (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            license_id INTEGER NOT NULL REFERENCES licenses (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            product TEXT NOT NULL,
            title TEXT NOT NULL,
            comment TEXT NOT NULL,
            period INTEGER NOT NULL,
            os TEXT,
            server_ip TEXT,
            options TEXT NOT NULL,
            addons TEXT NOT NULL,
            ordered_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX license_orders_license ON license_orders (license_id);
        """
}
