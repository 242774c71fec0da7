/// The panel's tables as far as the profile knows them, with the real panel's columns and keys.
enum PleskSchema {
    static let sql = """
        PRAGMA foreign_keys = ON;
        CREATE TABLE operations (id INTEGER PRIMARY KEY AUTOINCREMENT, opened_at TEXT, closed_at TEXT);
        CREATE TABLE clients (id INTEGER PRIMARY KEY, cr_date, cname, pname, login TEXT UNIQUE, account_id,
            status, email, guid, parent_id, type, external_id, passwd);
        CREATE TABLE domains (id INTEGER PRIMARY KEY, name TEXT UNIQUE, displayName, status, cl_id, guid, external_id);
        CREATE TABLE Templates (id INTEGER PRIMARY KEY, name, owner_id REFERENCES clients(id),
            type TEXT, uuid TEXT UNIQUE, external_id, note_id);
        CREATE TABLE TmplData (tmpl_id REFERENCES Templates(id) ON DELETE CASCADE, element TEXT, value TEXT,
            PRIMARY KEY (tmpl_id, element));
        CREATE TABLE PlanItems (id INTEGER PRIMARY KEY, classname, name TEXT UNIQUE, isVisible DEFAULT 1,
            applicableToSubscription DEFAULT 0, applicableToEmail DEFAULT 0, applicableToSite DEFAULT 0, uuid UNIQUE);
        CREATE TABLE PlanItemProperties (plan_item_id REFERENCES PlanItems(id) ON DELETE CASCADE, name TEXT, value,
            PRIMARY KEY (plan_item_id, name));
        CREATE TABLE Subscriptions (id INTEGER PRIMARY KEY, object_id, object_type, locked, synchronized, custom,
            uuid UNIQUE, external_id, UNIQUE (object_id, object_type));
        CREATE TABLE PlansSubscriptions (subscription_id, plan_id, quantity DEFAULT 1,
            PRIMARY KEY (subscription_id, plan_id));
        CREATE TABLE smb_apsBundleFilters (id INTEGER PRIMARY KEY, type TEXT DEFAULT 'black');
        CREATE TABLE smb_apsBundleFilterItems (id INTEGER PRIMARY KEY,
            filterId REFERENCES smb_apsBundleFilters(id) ON DELETE CASCADE, propertyName, propertyValue);
        CREATE TABLE licenses (id INTEGER PRIMARY KEY, kind, key_number TEXT UNIQUE, product, title, comment,
            server_ip, period, os, options, status, ordered_at, expires_at);
        CREATE TABLE license_orders (id INTEGER PRIMARY KEY, license_id, kind, product, title, comment, period, os,
            server_ip, options, addons, ordered_at);
        INSERT INTO clients(id, pname, login, type, passwd) VALUES
            (1, 'Administrator', 'admin', 'admin', 'pw-1'), (2, 'John Doe', 'JDoe', 'reseller', 'pw-2');
        INSERT INTO Templates VALUES (1234, 'base_plan', 2, 'domain', 'g-plan', NULL, NULL);
        INSERT INTO smb_apsBundleFilters VALUES (7, 'white');
        INSERT INTO TmplData VALUES (1234, 'disk_space', '1073741824'), (1234, 'max_site', '-1'),
            (1234, 'aps_bundle_filter_id', '7');
        INSERT INTO PlanItems(id, classname, name, uuid) VALUES (1234, 'Custom', 'Additional Service', 'g-item');
        INSERT INTO PlanItemProperties VALUES (1234, 'label', 'Additional Service'), (1234, 'external_id', '456');
        """
}
