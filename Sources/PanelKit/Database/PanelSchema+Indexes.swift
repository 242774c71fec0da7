extension PanelSchema {
    /// By these, packets find plans, plan items and lists of apps.
    ///
    /// The first one is in some files of version 1 already.
    static let planIndexes = """
        -- The real panel finds plans by owner only; many plans of one owner would make each new name cost a scan.
        CREATE INDEX IF NOT EXISTS Templates_name ON Templates (name, owner_id);
        -- Which plans and subscriptions have a plan item.
        CREATE INDEX TmplData_element ON TmplData (element);
        CREATE INDEX SubscriptionProperties_name ON SubscriptionProperties (name);
        -- Which plans point to a list of apps.
        CREATE INDEX TmplData_app_list ON TmplData (value) WHERE element = 'aps_bundle_filter_id';
        """

    /// By these, packets find customers, domains, plans and apps.
    static let objectIndexes = """
        CREATE INDEX smb_apsPackages_name ON smb_apsPackages (name);
        -- Which subscriptions point to a list of apps.
        CREATE INDEX SubscriptionProperties_app_list ON SubscriptionProperties (value)
            WHERE name = 'aps_bundle_filter_id';
        CREATE INDEX clients_guid ON clients (guid);
        CREATE INDEX clients_external_id ON clients (external_id);
        CREATE INDEX domains_guid ON domains (guid);
        CREATE INDEX Templates_external_id ON Templates (external_id);
        CREATE INDEX PlansSubscriptions_plan_id ON PlansSubscriptions (plan_id);
        """
}
