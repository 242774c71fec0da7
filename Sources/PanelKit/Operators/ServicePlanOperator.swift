/// `service-plan`: the plans that customers subscribe to.
struct ServicePlanOperator: Operator {
    let name = "service-plan"
    let operations = [Self.add, Self.addPackage, Self.addPlanItem]
}
