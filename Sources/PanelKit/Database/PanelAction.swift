/// An action as the panel's own log knows it: its name, and how the event log classes it.
package struct PanelAction: Sendable, Equatable {
    /// The name in `log_actions`, by which the panel's event handlers are bound.
    package let name: String
    /// The class in `exp_event`.
    package let objectClass: String
    /// The type in `exp_event`.
    package let eventType: String
    /// What happened, in a few words.
    package let summary: String
    /// The keys of `log_components`. In upper case behind `OLD_` and `NEW_` they are a handler's variables.
    package let components: [String]

    private init(
        _ name: String, _ objectClass: String, _ eventType: String, _ summary: String, _ components: [String]
    ) {
        self.name = name
        self.objectClass = objectClass
        self.eventType = eventType
        self.summary = summary
        self.components = components
    }

    private static let contact = [
        "contact_name", "login_name", "company_name", "phone", "fax", "email", "address", "city", "state_province",
        "postal_zip_code", "country",
    ]
    private static let hosting = ["domain_name", "system_user"]

    package static let clientCreate = PanelAction(
        "client_create", "client", "created", "a customer came", contact)
    package static let clientUpdate = PanelAction(
        "client_update", "client", "updated", "a customer's data changed", contact)
    package static let clientDelete = PanelAction(
        "client_delete", "client", "deleted", "a customer is gone", contact)
    package static let clientStatusUpdate = PanelAction(
        "client_status_update", "client_status", "status_changed", "a customer was suspended or activated",
        ["contact_name", "login_name", "status"])
    package static let domainCreate = PanelAction(
        "domain_create", "domain", "created", "a subscription came, with its first domain",
        ["domain_name", "ip_address", "ip_v6_address"])
    package static let domainUpdate = PanelAction(
        "domain_update", "domain", "updated", "a subscription's domain changed",
        ["domain_name", "ip_address", "ip_v6_address"])
    package static let domainDelete = PanelAction(
        "domain_delete", "domain", "deleted", "a subscription is gone, with all its domains",
        ["domain_name", "ip_address", "ip_v6_address", "system_user"])
    package static let domainStatusUpdate = PanelAction(
        "domain_status_update", "domain_status", "status_changed", "a subscription was suspended or activated",
        ["domain_name", "status"])
    package static let domainOwnerChange = PanelAction(
        "domain_owner_change", "domain", "updated", "a subscription went to another customer",
        ["domain_name", "login_name"])
    package static let domainLimitsUpdate = PanelAction(
        "domain_limits_update", "domain_limits", "updated", "a subscription's limits changed", ["domain_name"])
    package static let siteCreate = PanelAction(
        "site_create", "site", "created", "a further domain came", ["domain_name"])
    package static let siteUpdate = PanelAction(
        "site_update", "site", "updated", "a further domain changed", ["domain_name"])
    package static let siteDelete = PanelAction(
        "site_delete", "site", "deleted", "a further domain is gone", ["domain_name"])
    package static let hostingCreate = PanelAction(
        "phys_hosting_create", "phosting", "created", "a domain got web hosting", hosting)
    package static let hostingUpdate = PanelAction(
        "phys_hosting_update", "phosting", "updated", "a domain's web hosting changed", hosting)
    package static let hostingDelete = PanelAction(
        "phys_hosting_delete", "phosting", "deleted", "a domain lost its web hosting", hosting)
    package static let planCreate = PanelAction(
        "template_domain_create", "template_domain", "created", "a plan or plan addon came", ["template_domain"])
    package static let planUpdate = PanelAction(
        "template_domain_update", "template_domain", "updated",
        "a plan or plan addon changed, its apps and plan items included", ["template_domain"])
    package static let planDelete = PanelAction(
        "template_domain_delete", "template_domain", "deleted", "a plan or plan addon is gone", ["template_domain"])

    /// Every action that this panel writes into its log.
    package static let all = [
        clientCreate, clientUpdate, clientDelete, clientStatusUpdate, domainCreate, domainUpdate, domainDelete,
        domainStatusUpdate, domainOwnerChange, domainLimitsUpdate, siteCreate, siteUpdate, siteDelete, hostingCreate,
        hostingUpdate, hostingDelete, planCreate, planUpdate, planDelete,
    ]
}
