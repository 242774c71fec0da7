/// `service-plan`: the plans that customers subscribe to.
struct ServicePlanOperator: Operator {
    let name = "service-plan"
    let summary = "Service plans, to which customers subscribe"
    let operations = [
        PlanOperations.add(.plan), PlanOperations.get(.plan), PlanOperations.set(.plan), PlanOperations.del(.plan),
        PlanOperations.duplicate(.plan), PlanOperations.addPackage(.plan), PlanOperations.removePackage(.plan),
        PlanOperations.enableAppFilter, PlanOperations.disableAppFilter, PlanOperations.addPlanItem,
        PlanOperations.removePlanItem,
    ]
}
