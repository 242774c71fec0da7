import CallbackCore

extension PleskProfile {
    /// Every event that the profile can give, with its fields.
    static let catalog: EventCatalog = {
        let shapes =
            planItemShapes + planShapes("service_plan", "service plan") + planShapes("service_plan_addon", "plan addon")
            + thingShapes + licenseShapes
        return EventCatalog(shapes + shapes.filter(\.tellsOfComing).map(\.existing))
    }()

    private static func data(_ row: FieldShape, _ parts: [String: FieldShape] = [:]) -> FieldShape {
        var members: [String: FieldShape] = [
            "new": row, "old": row, "changed": .leaf, "operation": .leaf, "redacted": .leaf, "encoded": .leaf,
            "truncated": .leaf,
        ]
        members.merge(parts) { _, part in part }
        return .object(members)
    }

    private static func leaves(_ names: String...) -> [String: FieldShape] {
        Dictionary(names.map { ($0, FieldShape.leaf) }, uniquingKeysWith: { first, _ in first })
    }

    private static let plan = FieldShape.object(
        leaves("id", "name", "guid", "external_id", "owner_id", "owner_login"))
    private static let customer = FieldShape.object(leaves("id", "login", "name"))

    private static let planItemShapes: [EventShape] = {
        let row = FieldShape.open(
            leaves(
                "id", "name", "label", "tooltip", "url", "visible", "guid", "external_id", "classname",
                "applicable_to_subscription", "applicable_to_email", "applicable_to_site"))
        return [("created", "made"), ("updated", "changed"), ("deleted", "deleted")].map { verb, word in
            EventShape(
                type: EventType("plan_item.\(verb)"), summary: "A plan item was \(word).", data: data(row))
        }
    }()

    private static func planShapes(_ name: String, _ words: String) -> [EventShape] {
        let row = FieldShape.open(leaves("id", "name", "guid", "external_id", "owner_id", "owner_login"))
        let item = FieldShape.object(leaves("id", "name", "label", "guid", "external_id"))
        let app = FieldShape.object(leaves("property", "value"))
        let subscription = FieldShape.object(
            leaves("id", "guid", "external_id", "name").merging(["customer": customer]) { first, _ in first })
        let assigned: [String: FieldShape] = ["plan": plan, "subscription": subscription, "quantity": .leaf]
        let assignment = FieldShape.open(leaves("subscription_id", "plan_id", "quantity"))
        func shape(_ verb: String, _ summary: String, _ data: FieldShape) -> EventShape {
            EventShape(type: EventType("\(name).\(verb)"), summary: summary, data: data)
        }
        return [
            shape("created", "A \(words) was made.", data(row, ["plan": plan])),
            shape("updated", "Values of a \(words) changed.", data(row, ["plan": plan])),
            shape("deleted", "A \(words) was deleted.", data(row, ["plan": plan])),
            shape(
                "plan_item_added", "A plan item was added to a \(words).", data(row, ["plan": plan, "plan_item": item])),
            shape(
                "plan_item_removed", "A plan item was taken out of a \(words).",
                data(row, ["plan": plan, "plan_item": item])),
            shape("app_added", "An app was added to a \(words).", data(row, ["plan": plan, "app": app])),
            shape("app_removed", "An app was taken out of a \(words).", data(row, ["plan": plan, "app": app])),
            shape(
                "assigned", "A \(words) was assigned to a subscription, or its quantity changed.",
                data(assignment, assigned)),
            shape("unassigned", "A \(words) was taken from a subscription.", data(assignment, assigned)),
        ]
    }

    private static let thingShapes: [EventShape] = {
        let things: [(String, FieldShape, [String: FieldShape])] = [
            ("customer", .open(leaves("id", "login", "pname", "email", "type", "guid", "external_id")), [:]),
            ("domain", .open(leaves("id", "name", "cl_id", "guid", "status")), ["customer": customer]),
            ("subscription", .open(leaves("id", "object_id", "object_type", "guid", "external_id")), [:]),
        ]
        return things.flatMap { name, row, parts in
            [("created", "made"), ("updated", "changed"), ("deleted", "deleted")].map { verb, word in
                EventShape(
                    type: EventType("\(name).\(verb)"), summary: "A \(name) was \(word).", data: data(row, parts))
            }
        }
    }()

    private static let licenseShapes: [EventShape] = {
        var row = leaves(
            "id", "kind", "product", "key_number", "title", "comment", "period", "os", "server_ip", "addons",
            "order_id", "status", "ordered_at", "expires_at")
        row["options"] = .open([:])
        return [("ordered", "ordered"), ("updated", "changed"), ("terminated", "ended")].map { verb, word in
            EventShape(
                type: EventType("license.\(verb)"), summary: "A licence was \(word).", data: data(.object(row)))
        }
    }()
}

extension EventShape {
    /// Whether a snapshot has an event of this kind for what is there already. A black list of apps keeps out what it
    /// lists, so what is on it is told as removed.
    fileprivate var tellsOfComing: Bool {
        let last = type.rawValue.split(separator: ".").last ?? ""
        return ["created", "ordered", "assigned", "plan_item_added", "app_added", "app_removed"].contains(last)
    }

    fileprivate var existing: EventShape {
        var members: [String: FieldShape] = [:]
        if case .object(let known) = data { members = known }
        members["snapshot"] = .leaf
        return EventShape(
            type: type.existing,
            summary: "What a snapshot found: \(summary.prefix(1).lowercased() + summary.dropFirst())",
            data: .object(members))
    }
}
