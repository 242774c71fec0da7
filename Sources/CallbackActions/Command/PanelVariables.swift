import CallbackCore

/// The names under which the panel's own event handlers get the same values, so that existing scripts run unchanged.
///
/// Each pair is the panel's variable without `NEW_` or `OLD_`, and the column of its table that holds the value.
enum PanelVariables {
    static func names(for type: EventType) -> [(variable: String, field: String)]? {
        if type.rawValue.hasPrefix("customer.") { return customer }
        if type.rawValue.hasPrefix("domain.") { return domain }
        return nil
    }

    private static let customer = [
        ("LOGIN_NAME", "login"),
        ("CONTACT_NAME", "pname"),
        ("COMPANY_NAME", "cname"),
        ("PHONE", "phone"),
        ("FAX", "fax"),
        ("EMAIL", "email"),
        ("ADDRESS", "address"),
        ("CITY", "city"),
        ("STATE_PROVINCE", "state"),
        ("POSTAL_ZIP_CODE", "pcode"),
        ("COUNTRY", "country"),
    ]

    private static let domain = [
        ("DOMAIN_NAME", "name")
    ]
}
