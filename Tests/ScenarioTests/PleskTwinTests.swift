import CallbackTestKit
import Testing

@Suite("The profile plesk on two databases", .serialized)
struct PleskTwinTests {
    /// What a panel's people do in a day, as commands of the embedded panel.
    private static let day: [[String]] = [
        [
            "plan-item", "add", "--visible", "true", "--label", "Sauvegarde é", "--tooltip", "It's nightly", "--url",
            "https://billing.example/backup", "--url-components", "dom_id,ftp_user",
        ],
        ["plan-item", "update", "--filter-name", "plan-item", "--visible", "false", "--label", "Backups"],
        ["service-plan", "add", "--name", "Silber & Söhne", "--owner-login", "JDoe", "--limits-limit", "max_site=10"],
        [
            "service-plan", "add-plan-item", "--filter-name", "Silber & Söhne", "--owner-login", "JDoe",
            "--plan-item-name", "plan-item",
        ],
        [
            "service-plan", "add-package", "--filter-name", "Silber & Söhne", "--owner-login", "JDoe", "--package",
            "name=WordPress",
        ],
        [
            "service-plan", "set", "--filter-name", "Silber & Söhne", "--owner-login", "JDoe", "--limits-limit",
            "max_site=20",
        ],
        ["service-plan", "disable-aps-filter", "--filter-name", "Silber & Söhne", "--owner-login", "JDoe"],
        [
            "service-plan", "duplicate", "--filter-name", "base_plan", "--owner-login", "JDoe",
            "--duplicate-name", "Copy",
        ],
        ["service-plan-addon", "add", "--name", "More", "--owner-login", "JDoe", "--limits-limit", "max_site=5"],
        [
            "customer", "add", "--gen-info-cname", "Ärzte 'n' Co", "--gen-info-pname", "Jörg", "--gen-info-login",
            "joerg",
            "--gen-info-passwd", "Passwort-17!", "--gen-info-owner-login", "JDoe",
        ],
        [
            "webspace", "add", "--gen-setup-name", "shop.example", "--gen-setup-owner-login", "joerg", "--hosting-none",
            "--plan-name", "Silber & Söhne",
        ],
        [
            "site", "add", "--gen-setup-name", "blog.example", "--gen-setup-webspace-name", "shop.example",
            "--hosting-none",
        ],
        ["webspace", "switch-subscription", "--filter-name", "shop.example", "--plan-name", "base_plan"],
        ["customer", "set", "--filter-login", "joerg", "--values-gen-info-pname", "Jörg Groß"],
        [
            "service-plan", "remove-plan-item", "--filter-name", "Silber & Söhne", "--owner-login", "JDoe",
            "--plan-item-name", "plan-item",
        ],
        ["webspace", "del", "--filter-name", "shop.example"],
        ["customer", "del", "--filter-login", "joerg"],
        ["service-plan", "del", "--filter-name", "Silber & Söhne", "--owner-login", "JDoe"],
        ["plan-item", "remove", "--filter-name", "plan-item"],
    ]

    private static let events = [
        "plan_item.created", "plan_item.updated", "plan_item.deleted", "service_plan.created", "service_plan.updated",
        "service_plan.deleted", "service_plan.plan_item_added", "service_plan.plan_item_removed",
        "service_plan.app_added", "service_plan.app_removed", "service_plan.assigned", "service_plan.unassigned",
        "service_plan_addon.created", "customer.created", "customer.updated", "customer.deleted",
        "subscription.created", "subscription.updated", "subscription.deleted", "domain.created", "domain.updated",
        "domain.deleted", "source.gap",
    ]

    @Test("one day of a panel gives the same events from SQLite and from the real tables on MariaDB")
    func sameEvents() throws {
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; USE psa; \(PsaSchema.sql)")
        try server.sql(
            "CREATE USER callbackd@'127.0.0.1' IDENTIFIED BY 'geheim'; GRANT SELECT ON psa.* TO callbackd@'127.0.0.1'; "
                + "GRANT REPLICATION SLAVE ON *.* TO callbackd@'127.0.0.1'")
        let scenario = try Scenario()
        try scenario.folder.write("psa.password", "geheim")
        let replica = try RowReplica(scenario, server)
        try replica.copy()
        try scenario.configure(
            sources: Scenario.sources + "\n" + """
                  psa:
                    mariadb: {port: \(server.port), user: callbackd, password: psa, database: psa}
                    profile: plesk
                """,
            rules: """
                rules:
                  - name: all
                    events: [\(Self.events.joined(separator: ", "))]
                    deliver: [billing]
                """,
            secrets: "psa: {file: \"${dir}/psa.password\"}")
        let daemon = try scenario.start()
        for command in Self.day { try scenario.panel(command + ["--database", scenario.panelPath]) }
        try scenario.addDomain("end.example")
        _ = try replica.follow(after: 0)

        try eventually("both sources came to the end") {
            try events(scenario).filter { $0["data"]["new"]["name"] == "end.example" }.count == 2
        }
        // Events that came before may arrive after them.
        try scenario.nothingIsOwed()
        let all = try events(scenario).sorted { ($0["sequence"].text ?? "") < ($1["sequence"].text ?? "") }
        let embedded = all.filter { $0["source"].text?.hasSuffix("/panel") == true }
        let real = all.filter { $0["source"].text?.hasSuffix("/psa") == true }
        #expect(embedded.count + real.count == all.count)
        #expect(Set(embedded.map { $0["type"].text ?? "" }).count > 15, "the day holds most kinds of events")
        #expect(embedded.map(\.name) == real.map(\.name))
        for (one, other) in zip(embedded, real) {
            #expect(one["data"].without("operation") == other["data"].without("operation"), "\(one.name)")
        }
        #expect(real.dropLast().allSatisfy { $0["data"]["operation"].text?.split(separator: "-").count == 3 })
        #expect(daemon.stop() == 0)
    }

    private func events(_ scenario: Scenario) throws -> [JSON] { try scenario.receiver.requests.map { try $0.json } }
}

extension JSON {
    fileprivate var name: String { "\(self["type"].text ?? "?") \(self["subject"].text ?? "?")" }

    fileprivate func without(_ key: String) -> JSON {
        guard case .object(var members) = self else { return self }
        members[key] = nil
        return .object(members)
    }
}
