-- What version 2 of the tables has beyond version 1.
CREATE INDEX IF NOT EXISTS Templates_name ON Templates (name, owner_id);
-- Which plans and subscriptions have a plan item.
CREATE INDEX TmplData_element ON TmplData (element);
CREATE INDEX SubscriptionProperties_name ON SubscriptionProperties (name);
-- Which plans point to a list of apps.
CREATE INDEX TmplData_app_list ON TmplData (value) WHERE element = 'aps_bundle_filter_id';

CREATE TABLE log_actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    date TEXT,
    ip_address TEXT NOT NULL,
    user TEXT NOT NULL,
    object_id INTEGER NOT NULL DEFAULT 0,
    action_name TEXT NOT NULL
);
CREATE INDEX log_actions_action_name ON log_actions (action_name);

CREATE TABLE log_components (
    action_id INTEGER NOT NULL DEFAULT 0 REFERENCES log_actions (id) ON DELETE CASCADE,
    component TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL,
    PRIMARY KEY (action_id, component)
);

CREATE TABLE exp_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT CHECK (source IN ('pa', 'plesk')),
    event_type TEXT NOT NULL DEFAULT 'started' CHECK (event_type IN ('started', 'stopped', 'created',
        'updated', 'deleted', 'status_changed', 'terminated', 'flushed', 'installed', 'uninstalled',
        'siteapp_added', 'siteapp_removed', 'expired', 'exceeded', 'guid_changed')),
    event_time TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    obj_class TEXT NOT NULL DEFAULT 'license',
    obj_id TEXT NOT NULL,
    host TEXT NOT NULL,
    user TEXT NOT NULL,
    flushed TEXT NOT NULL DEFAULT 'false' CHECK (flushed IN ('true', 'false'))
);
CREATE INDEX exp_event_flushed ON exp_event (flushed);

CREATE TABLE secret_keys (
    key_id TEXT NOT NULL,
    ip_address TEXT NOT NULL,
    description TEXT NOT NULL,
    client_id INTEGER REFERENCES clients (id) ON DELETE CASCADE,
    lookup_id TEXT
);
CREATE INDEX secret_keys_key_id ON secret_keys (key_id);
CREATE INDEX secret_keys_client_id ON secret_keys (client_id);
CREATE INDEX secret_keys_lookup_id ON secret_keys (lookup_id);

PRAGMA user_version = 2;
