/// `service-plan-addon`: what can be added to a subscription on top of its plan.
struct ServicePlanAddonOperator: Operator {
    let name = "service-plan-addon"
    let summary = "Plan addons, which are added to a subscription on top of its plan"
    let operations = [
        PlanOperations.add(.addon), PlanOperations.get(.addon), PlanOperations.set(.addon), PlanOperations.del(.addon),
        PlanOperations.duplicate(.addon), PlanOperations.addPackage(.addon), PlanOperations.removePackage(.addon),
    ]
}
