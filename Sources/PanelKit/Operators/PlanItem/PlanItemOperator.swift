/// `plan-item`: additional services that can be put into plans.
///
/// The panel's own log knows no action for plan items themselves; it only says when a plan changed.
struct PlanItemOperator: Operator {
    let name = "plan-item"
    let summary = "Plan items: additional services that can be put into plans and subscriptions"
    let operations = [Self.add, Self.update, Self.remove, Self.get]

    static let filter = ObjectFilter(
        noun: "plan item", table: "PlanItems", condition: "1", owner: "NULL",
        criteria: [.init(element: "name", type: .name, condition: "name = :value", summary: "By name")],
        saysAll: true)
}
