/// The panel's tables that mean something, and what of them is kept as names.
enum PleskTable: String, CaseIterable {
    case operations
    case plans = "Templates"
    case planValues = "TmplData"
    case planItems = "PlanItems"
    case planItemProperties = "PlanItemProperties"
    case filters = "smb_apsBundleFilters"
    case filterItems = "smb_apsBundleFilterItems"
    case assignments = "PlansSubscriptions"
    case subscriptions = "Subscriptions"
    case customers = "clients"
    case domains
    case licenses
    case licenseOrders = "license_orders"

    static let names = allCases.map(\.rawValue)

    private static let byName = Dictionary(
        allCases.map { ($0.rawValue.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })

    init?(named name: String) {
        guard let table = Self.byName[name.lowercased()] else { return nil }
        self = table
    }

    /// Whether the real panel has no such table.
    var isOfEmbeddedPanel: Bool { [.operations, .licenses, .licenseOrders].contains(self) }

    /// The columns that name a row.
    var key: [String] {
        switch self {
        case .planValues: ["tmpl_id", "element"]
        case .planItemProperties: ["plan_item_id", "name"]
        case .assignments: ["subscription_id", "plan_id"]
        default: ["id"]
        }
    }

    /// What the copy of the names holds of the table; empty where it holds nothing.
    var nameColumns: [String] {
        switch self {
        case .plans: ["id", "name", "owner_id", "type", "uuid", "external_id"]
        case .planValues: ["tmpl_id", "element", "value"]
        case .planItems:
            [
                "id", "classname", "name", "isVisible", "applicableToSubscription", "applicableToEmail",
                "applicableToSite", "uuid",
            ]
        case .planItemProperties: ["plan_item_id", "name", "value"]
        case .filters: ["id", "type"]
        case .customers: ["id", "login", "pname"]
        case .subscriptions: ["id", "object_id", "object_type", "uuid", "external_id"]
        case .domains: ["id", "name", "cl_id"]
        case .operations, .filterItems, .assignments, .licenses, .licenseOrders: []
        }
    }
}
