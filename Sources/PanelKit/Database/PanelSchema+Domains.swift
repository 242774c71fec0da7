extension PanelSchema {
    /// The tables of names and values that a domain has. The real panel has them under these names, with more columns
    /// and with other rows of numbers between; here their key is the domain's own number.
    static let domainSettings = """
        CREATE TABLE Limits (
            id INTEGER NOT NULL,
            limit_name TEXT NOT NULL,
            value TEXT NOT NULL DEFAULT '-1',
            PRIMARY KEY (id, limit_name)
        );

        CREATE TABLE Permissions (
            id INTEGER NOT NULL,
            permission TEXT NOT NULL,
            value TEXT NOT NULL DEFAULT 'false',
            PRIMARY KEY (id, permission)
        );

        CREATE TABLE dom_param (
            dom_id INTEGER NOT NULL REFERENCES domains (id) ON DELETE CASCADE,
            param TEXT NOT NULL,
            val TEXT,
            PRIMARY KEY (dom_id, param)
        );
        """
}
