-- What `panel init` of version 1 of the tables made.
CREATE TABLE clients (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cr_date TEXT,
    cname TEXT,
    pname TEXT NOT NULL,
    login TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    status INTEGER NOT NULL DEFAULT 0,
    phone TEXT,
    fax TEXT,
    email TEXT,
    address TEXT,
    city TEXT,
    state TEXT,
    pcode TEXT,
    country TEXT,
    locale TEXT NOT NULL DEFAULT 'en-US',
    description TEXT,
    limits_id INTEGER DEFAULT 0,
    params_id INTEGER NOT NULL DEFAULT 0,
    perm_id INTEGER NOT NULL DEFAULT 0,
    pool_id INTEGER NOT NULL DEFAULT 0,
    logo_id INTEGER NOT NULL DEFAULT 0,
    tmpl_id INTEGER NOT NULL DEFAULT 0,
    sapp_pool_id INTEGER NOT NULL DEFAULT 0,
    uid TEXT,
    ownership TEXT NOT NULL DEFAULT 'true' CHECK (ownership IN ('false', 'true')),
    guid TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    parent_id INTEGER NOT NULL DEFAULT 0,
    type TEXT NOT NULL DEFAULT 'client' CHECK (type IN ('admin', 'reseller', 'client')),
    overuse TEXT NOT NULL DEFAULT 'false' CHECK (overuse IN ('false', 'true')),
    vendor_id INTEGER REFERENCES clients (id),
    external_id TEXT,
    passwd TEXT NOT NULL,
    UNIQUE (login)
);
CREATE INDEX clients_pname ON clients (pname);
CREATE INDEX clients_uid ON clients (uid);
CREATE INDEX clients_vendor_id ON clients (vendor_id);
CREATE INDEX clients_type ON clients (type);
CREATE INDEX clients_parent_id ON clients (parent_id);
CREATE INDEX clients_account_id ON clients (account_id);
CREATE INDEX clients_limits_id ON clients (limits_id);
CREATE INDEX clients_params_id ON clients (params_id);
CREATE INDEX clients_perm_id ON clients (perm_id);
CREATE INDEX clients_pool_id ON clients (pool_id);
CREATE INDEX clients_logo_id ON clients (logo_id);
CREATE INDEX clients_tmpl_id ON clients (tmpl_id);
CREATE INDEX clients_sapp_pool_id ON clients (sapp_pool_id);

CREATE TABLE domains (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cr_date TEXT,
    name TEXT NOT NULL,
    displayName TEXT NOT NULL,
    dns_zone_id INTEGER,
    status INTEGER NOT NULL DEFAULT 0,
    htype TEXT NOT NULL DEFAULT 'none' CHECK (htype IN ('none', 'vrt_hst', 'std_fwd', 'frm_fwd')),
    real_size INTEGER DEFAULT 0,
    cl_id INTEGER NOT NULL DEFAULT 0 REFERENCES clients (id),
    cert_rep_id INTEGER DEFAULT 0,
    limits_id INTEGER NOT NULL DEFAULT 0,
    params_id INTEGER NOT NULL DEFAULT 0,
    guid TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    overuse TEXT NOT NULL DEFAULT 'false' CHECK (overuse IN ('false', 'true')),
    vendor_id INTEGER NOT NULL DEFAULT 0,
    webspace_id INTEGER NOT NULL DEFAULT 0,
    parentDomainId INTEGER NOT NULL DEFAULT 0,
    webspace_status INTEGER NOT NULL DEFAULT 0,
    permissions_id INTEGER NOT NULL DEFAULT 0,
    external_id TEXT,
    adminDescription TEXT,
    resellerDescription TEXT,
    description TEXT,
    gl_filter TEXT NOT NULL DEFAULT 'on' CHECK (gl_filter IN ('on', 'off')),
    icpStatus INTEGER NOT NULL DEFAULT 0,
    icpPermit TEXT,
    UNIQUE (name)
);
CREATE INDEX domains_displayName ON domains (displayName);
CREATE INDEX domains_cl_id ON domains (cl_id);
CREATE INDEX domains_dns_zone_id ON domains (dns_zone_id);
CREATE INDEX domains_vendor_id ON domains (vendor_id);
CREATE INDEX domains_webspace_id ON domains (webspace_id);
CREATE INDEX domains_parentDomainId ON domains (parentDomainId);
CREATE INDEX domains_permissions_id ON domains (permissions_id);
CREATE INDEX domains_external_id ON domains (external_id);
CREATE INDEX domains_cert_rep_id ON domains (cert_rep_id);
CREATE INDEX domains_limits_id ON domains (limits_id);
CREATE INDEX domains_params_id ON domains (params_id);

CREATE TABLE Templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    owner_id INTEGER NOT NULL REFERENCES clients (id),
    type TEXT NOT NULL CHECK (type IN ('reseller', 'client', 'domain', 'domain_addon')),
    uuid TEXT NOT NULL,
    external_id TEXT,
    note_id INTEGER,
    UNIQUE (uuid)
);
CREATE INDEX Templates_owner_id ON Templates (owner_id);
CREATE INDEX Templates_note_id ON Templates (note_id);

CREATE TABLE TmplData (
    tmpl_id INTEGER NOT NULL DEFAULT 0 REFERENCES Templates (id) ON DELETE CASCADE,
    element TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tmpl_id, element)
);

CREATE TABLE PlanItems (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    classname TEXT NOT NULL,
    name TEXT NOT NULL,
    isVisible INTEGER NOT NULL DEFAULT 1,
    applicableToSubscription INTEGER NOT NULL DEFAULT 0,
    applicableToEmail INTEGER NOT NULL DEFAULT 0,
    applicableToSite INTEGER NOT NULL DEFAULT 0,
    uuid TEXT NOT NULL,
    UNIQUE (name),
    UNIQUE (uuid)
);

CREATE TABLE PlanItemProperties (
    plan_item_id INTEGER NOT NULL DEFAULT 0 REFERENCES PlanItems (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (plan_item_id, name)
);

CREATE TABLE Subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    object_id INTEGER NOT NULL,
    object_type TEXT NOT NULL CHECK (object_type IN ('client', 'domain')),
    locked TEXT NOT NULL DEFAULT 'false' CHECK (locked IN ('false', 'true')),
    synchronized TEXT NOT NULL DEFAULT 'true' CHECK (synchronized IN ('false', 'true')),
    custom TEXT NOT NULL DEFAULT 'false' CHECK (custom IN ('false', 'true')),
    uuid TEXT,
    external_id TEXT,
    UNIQUE (object_id, object_type),
    UNIQUE (uuid)
);

CREATE TABLE SubscriptionProperties (
    subscription_id INTEGER NOT NULL DEFAULT 0 REFERENCES Subscriptions (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (subscription_id, name)
);

CREATE TABLE PlansSubscriptions (
    subscription_id INTEGER NOT NULL REFERENCES Subscriptions (id) ON DELETE CASCADE,
    plan_id INTEGER NOT NULL REFERENCES Templates (id) ON DELETE CASCADE,
    quantity INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (subscription_id, plan_id)
);

CREATE TABLE smb_apsPackages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    version TEXT,
    release TEXT,
    vendor TEXT,
    vendorHomePage TEXT,
    packager TEXT,
    packagerHomePage TEXT,
    cacheId TEXT NOT NULL,
    installed TEXT,
    isUploaded INTEGER DEFAULT 0,
    isVisible INTEGER DEFAULT 0,
    globalSettingsNotSet INTEGER DEFAULT 0,
    registryUid TEXT,
    UNIQUE (cacheId)
);

CREATE TABLE smb_apsBundleFilters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL DEFAULT 'black' CHECK (type IN ('white', 'black'))
);

CREATE TABLE smb_apsBundleFilterItems (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    filterId INTEGER NOT NULL DEFAULT 0 REFERENCES smb_apsBundleFilters (id) ON DELETE CASCADE,
    propertyName TEXT,
    propertyValue TEXT
);
CREATE INDEX smb_apsBundleFilterItems_filterId_idx ON smb_apsBundleFilterItems (filterId);

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

PRAGMA application_id = 1347306828;
PRAGMA user_version = 1;
