package import CallbackCore

/// Which events of the profile a panel's database can show: older and newer panels have other tables and columns.
package struct PleskSurvey: Sendable {
    /// An event that cannot be seen there.
    package struct Hidden: Hashable, Sendable {
        package let type: EventType
        /// What the database lacks, such as `PlanItems` or `Templates.type`.
        package let lacks: [String]
    }

    package private(set) var visible: [EventType] = []
    package private(set) var hidden: [Hidden] = []
    /// Tables of the profile that the database does not have.
    package private(set) var missingTables: [String] = []

    /// - Parameter isEmbeddedPanel: whether the database is the embedded panel's, which has tables of its own.
    package init(of tables: some NameTables, isEmbeddedPanel: Bool) throws {
        var columns: [PleskTable: Set<String>] = [:]
        for table in PleskTable.allCases where isEmbeddedPanel || !table.isOfEmbeddedPanel {
            let present = try tables.columns(of: table.rawValue)
            columns[table] = Set(present.map { $0.lowercased() })
            if present.isEmpty { missingTables.append(table.rawValue) }
        }
        for type in PleskProfile.catalog.shapes.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            let lacks = Self.needs(of: type).flatMap { need in Self.lacks(need, columns[need.table] ?? []) }
            if lacks.isEmpty {
                visible.append(type)
            } else {
                hidden.append(Hidden(type: type, lacks: lacks))
            }
        }
    }

    /// A table, and the columns without which its rows do not say what the event tells.
    private struct Need {
        let table: PleskTable
        let columns: [String]
    }

    private static func lacks(_ need: Need, _ present: Set<String>) -> [String] {
        guard !present.isEmpty else { return [need.table.rawValue] }
        return need.columns.filter { !present.contains($0.lowercased()) }.map { "\(need.table.rawValue).\($0)" }
    }

    private static let plans = Need(table: .plans, columns: ["id", "name", "type"])
    private static let planValues = Need(table: .planValues, columns: ["tmpl_id", "element", "value"])
    private static let planItems = Need(table: .planItems, columns: ["id", "name"])
    private static let subscriptions = Need(table: .subscriptions, columns: ["id", "object_id", "object_type"])

    private static func needs(of type: EventType) -> [Need] {
        let parts = type.rawValue.split(separator: ".", maxSplits: 1).map(String.init)
        switch (parts.first, parts.last) {
        case ("plan_item", _): return [planItems]
        case ("service_plan", "plan_item_added"), ("service_plan", "plan_item_removed"),
            ("service_plan_addon", "plan_item_added"), ("service_plan_addon", "plan_item_removed"):
            return [plans, planValues, planItems]
        case ("service_plan", "app_added"), ("service_plan", "app_removed"), ("service_plan_addon", "app_added"),
            ("service_plan_addon", "app_removed"):
            return [
                plans, planValues, Need(table: .filters, columns: ["id", "type"]),
                Need(table: .filterItems, columns: ["id", "filterId", "propertyName", "propertyValue"]),
            ]
        case ("service_plan", "assigned"), ("service_plan", "unassigned"), ("service_plan_addon", "assigned"),
            ("service_plan_addon", "unassigned"):
            return [plans, subscriptions, Need(table: .assignments, columns: ["subscription_id", "plan_id"])]
        case ("service_plan", _), ("service_plan_addon", _): return [plans, planValues]
        case ("customer", _): return [Need(table: .customers, columns: ["id", "login"])]
        case ("subscription", _): return [subscriptions]
        case ("domain", _): return [Need(table: .domains, columns: ["id", "name", "cl_id"])]
        case ("license", _):
            return [Need(table: .licenses, columns: ["id"]), Need(table: .licenseOrders, columns: ["id"])]
        default: return []
        }
    }
}
