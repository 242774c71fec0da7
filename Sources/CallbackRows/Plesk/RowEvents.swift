import CallbackCore

/// The events of tables where one row is one thing: customers, domains, subscriptions, and plans assigned to them.
struct RowEvents {
    let unit: PleskUnit
    let names: PleskNames

    var drafts: [EventDraft] {
        unit.folds.compactMap { fold in
            switch fold.table {
            case .customers: thing(fold, "customer")
            case .subscriptions: thing(fold, "subscription")
            case .domains: thing(fold, "domain", parts: [("customer", customer(of: fold))])
            case .assignments: assignment(fold)
            default: nil
            }
        }
    }

    private func thing(_ fold: RowFold, _ name: String, parts: [(name: String, value: JSONValue)] = []) -> EventDraft? {
        guard let kind = fold.kind else { return nil }
        let verb = kind == .inserted ? "created" : kind == .updated ? "updated" : "deleted"
        let id = (fold.new("id") ?? fold.old("id")).map { SubjectKey.text(of: [$0]) } ?? "null"
        var draft = EventDraft(type: "\(name).\(verb)", subject: "\(name)/\(id)", place: fold.place, parts: parts)
        draft.fill(from: fold, kind)
        return draft
    }

    private func customer(of fold: RowFold) -> JSONValue {
        let id = fold.new("cl_id") ?? fold.old("cl_id")
        return customer(id.flatMap { PleskUnit.id($0) })
    }

    private func customer(_ id: String?) -> JSONValue {
        guard let id else { return .null }
        let row = names.row(.customers, id)
        return [
            "id": row?["id"] ?? Int64(id).map { .integer($0) } ?? .string(id), "login": row?["login"] ?? .null,
            "name": row?["pname"] ?? .null,
        ]
    }

    private func assignment(_ fold: RowFold) -> EventDraft? {
        guard let kind = fold.kind else { return nil }
        let planID = (fold.new("plan_id") ?? fold.old("plan_id")).flatMap { PleskUnit.id($0) } ?? ""
        let subscriptionID =
            (fold.new("subscription_id") ?? fold.old("subscription_id")).flatMap { PleskUnit.id($0) } ?? ""
        let plan = names.plan(planID) ?? unit.plans[planID]?.before
        // A plan of another kind, such as a reseller's, is not a service plan.
        if let plan, PlanEvents.kind(plan) == nil { return nil }
        let name = plan.flatMap { PlanEvents.kind($0) } ?? "service_plan"
        var draft = EventDraft(
            type: kind == .deleted ? "\(name).unassigned" : "\(name).assigned",
            subject:
                "subscription/\(SubjectKey.text(of: [fold.new("subscription_id") ?? fold.old("subscription_id") ?? .null]))",
            place: fold.place)
        draft.fill(from: fold, kind)
        let quantity = draft.new?["quantity"] ?? draft.old?["quantity"] ?? .null
        let unknown: JSONValue = ["id": Int64(planID).map { .integer($0) } ?? .string(planID)]
        draft.parts = [
            ("plan", plan.map { PlanEvents.part($0) } ?? unknown), ("subscription", subscription(subscriptionID)),
            ("quantity", quantity),
        ]
        return draft
    }

    private func subscription(_ id: String) -> JSONValue {
        let gone = unit.folds.first { $0.table == .subscriptions && $0.old("id").flatMap { PleskUnit.id($0) } == id }
        var writer = FieldWriter()
        func field(_ column: String) -> JSONValue {
            if let value = names.row(.subscriptions, id)?[column] { return value }
            return gone?.old(column).flatMap { writer.json($0, side: "", name: column) } ?? .null
        }
        let objectID = PleskNames.id(field("object_id"))
        let isDomain = field("object_type").string == "domain"
        let domain = isDomain ? names.row(.domains, objectID) : nil
        return [
            "id": Int64(id).map { .integer($0) } ?? .string(id), "guid": field("uuid"),
            "external_id": field("external_id"), "name": domain?["name"] ?? .null,
            "customer": customer(isDomain ? PleskNames.id(domain?["cl_id"]) : objectID),
        ]
    }
}

extension EventDraft {
    /// Takes old, new and the rest from a folded row. The panel's `uuid` is an event's `guid`.
    mutating func fill(from fold: RowFold, _ kind: RowChange.Kind) {
        let columns = fold.last.layout.columns.map { Self.fieldName($0) }
        if kind != .deleted { new = writer.object(columns, fold.last.new, side: "new") }
        if kind != .inserted {
            let columns = fold.first.layout.columns.map { Self.fieldName($0) }
            old = writer.object(columns, fold.first.old, side: "old")
        }
        changed = fold.changedColumns.map { Self.fieldName($0) }
        redacted = fold.last.layout.redacted
        if fold.last.layout.hasHiddenRowID {
            new?[columns[0]] = nil
            old?[columns[0]] = nil
        }
    }

    private static func fieldName(_ column: String) -> String { column == "uuid" ? "guid" : column }
}
