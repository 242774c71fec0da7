/// `plan-item`: additional services that can be put into plans.
struct PlanItemOperator: Operator {
    let name = "plan-item"
    let operations = [Self.add]
}
