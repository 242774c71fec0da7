/// What can be done with plans, built alike for both kinds.
enum PlanOperations {
    /// What the answer says of a new plan.
    static let newPlan: [PacketGrammar.Part] = [
        .optional("id", .identifier, "The number of the new plan"),
        .optional("guid", .string, "Its GUID"),
    ]

    /// What the answer repeats of the filter, where it says nothing else of the plan.
    static let criterion: [PacketGrammar.Part] = [
        .choice(
            [
                .required("id", .any, "As in the filter"), .required("name", .any, "As in the filter"),
                .required("guid", .any, "As in the filter"), .required("external-id", .any, "As in the filter"),
            ], required: false)
    ]

    /// Writes into the panel's log that a plan changed.
    static func logUpdate(of plan: Int64, in operation: PanelOperation) throws {
        let name = try PlanRow(plan, in: operation.db).name
        try operation.log(.planUpdate, plan, old: ["template_domain": name], new: ["template_domain": name])
    }

    /// Puts values into a plan that was just made, or changes those of one that is there.
    static func write(
        _ rows: [SettingRow], into plan: Int64, isNew: Bool, in operation: PanelOperation
    ) throws {
        let db = operation.db
        for row in rows {
            // A row named like a plan item means that the item is in the plan.
            guard try !PlanItem.exists(name: row.element, in: db) else {
                throw PacketError.invalid("name", "\"\(row.element)\" is the name of a plan item")
            }
            if isNew {
                try PlanValue.insert(row.element, row.value, into: plan, in: db)
            } else {
                for others in PlanSettings.alternatives where others.contains(row.element) {
                    for other in others where other != row.element { _ = try PlanValue.remove(other, of: plan, in: db) }
                }
                try PlanValue.set(row, of: plan, in: db)
            }
        }
    }
}
