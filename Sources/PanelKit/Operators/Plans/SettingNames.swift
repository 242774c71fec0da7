/// The names of limits and permissions that the panel knows.
enum SettingNames {
    static let limits: Set = [
        "disk_space", "disk_space_soft", "expiration", "max_box", "max_cf_dsn", "max_db", "max_dom",
        "max_dom_aliases", "max_iis_app_pools", "max_maillists", "max_mn", "max_mssql_db", "max_odbc",
        "max_shared_ssl_links", "max_site", "max_site_builder", "max_subdom", "max_subftp_users", "max_traffic",
        "max_traffic_soft", "max_unity_mobile_sites", "max_webapps", "max_wu", "mbox_quota", "mssql_dbase_filesize",
        "mssql_dbase_log_filesize", "mssql_dbase_space", "mysql_dbase_filesize", "mysql_dbase_space",
        "total_mboxes_quota", "upsell_site_builder",
    ]

    static let permissions: Set = [
        "access_appcatalog", "access_service_users", "allow_account_local_backups", "allow_ftp_backups",
        "allow_insecure_sites", "allow_license_stubs", "allow_local_backups", "create_domains", "ext_permissions",
        "manage_additional_permissions", "manage_anonftp", "manage_crontab", "manage_dns", "manage_domain_aliases",
        "manage_domains", "manage_drweb", "manage_iis_app_pool", "manage_log", "manage_mail_settings",
        "manage_maillists", "manage_not_chroot_shell", "manage_performance", "manage_php_settings",
        "manage_php_version", "manage_phosting", "manage_protected_dirs", "manage_quota", "manage_sh_access",
        "manage_shared_ssl", "manage_spamfilter", "manage_subdomains", "manage_subftp", "manage_virusfilter",
        "manage_webapps", "manage_website_maintenance", "manage_webstat", "manage_write_modify",
        "remote_access_interface", "select_db_server", "site_builder",
    ]

    /// The rows of a `limits` section.
    ///
    /// - Throws: 1019 for a limit that is not known.
    static func limitRows(of section: PacketNode) throws(PacketError) -> [SettingRow] {
        let given = try known(section.children(named: "limit"), limits, "limit")
        return section.child("all-to-zero") == nil ? given : given + rest(of: limits, behind: given, value: "0")
    }

    /// The rows of a `permissions` section.
    ///
    /// - Throws: 1019 for a permission that is not known.
    static func permissionRows(of section: PacketNode) throws(PacketError) -> [SettingRow] {
        let given = try known(section.children(named: "permission"), permissions, "permission").map { row in
            SettingRow(element: row.element, value: ValueType.boolean(row.value) == true ? "true" : "false")
        }
        return section.child("revoke-all") == nil ? given : given + rest(of: permissions, behind: given, value: "false")
    }

    private static func known(
        _ nodes: [PacketNode], _ names: Set<String>, _ noun: String
    ) throws(PacketError) -> [SettingRow] {
        let rows = try SettingRow.all(named: nodes)
        if let unknown = rows.first(where: { !names.contains($0.element) }) {
            throw .invalid("name", "there is no \(noun) \"\(unknown.element.prefix(80))\"")
        }
        return rows
    }

    private static func rest(of names: Set<String>, behind given: [SettingRow], value: String) -> [SettingRow] {
        names.subtracting(given.map(\.element)).sorted().map { SettingRow(element: $0, value: value) }
    }
}
