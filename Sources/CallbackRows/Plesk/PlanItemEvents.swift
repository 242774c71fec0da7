import CallbackCore

/// The events of plan items: `PlanItems` and `PlanItemProperties` together.
struct PlanItemEvents {
    let unit: PleskUnit
    let names: PleskNames

    var drafts: [EventDraft] {
        unit.planItems.sorted { $0.value.first.position < $1.value.first.position }.compactMap {
            draft($0.key, $0.value)
        }
    }

    private func draft(_ id: String, _ touched: PleskUnit.Touched<PleskNames.PlanItem>) -> EventDraft? {
        let old = touched.before.map { Self.fields($0) }
        let new = names.planItem(id).map { Self.fields($0) }
        let subject = "plan_item/\(id)"
        switch (old, new) {
        case (nil, nil): return nil
        case (nil, let new?):
            return EventDraft(type: "plan_item.created", subject: subject, place: touched.first, new: new)
        case (let old?, nil):
            return EventDraft(type: "plan_item.deleted", subject: subject, place: touched.last, old: old)
        case (let old?, let new?):
            let changed = new.changedFields(since: old)
            guard !changed.isEmpty else { return nil }
            return EventDraft(
                type: "plan_item.updated", subject: subject, place: touched.first, new: new, old: old,
                changed: changed)
        }
    }

    /// Columns that hold 0 or 1, with the names that events have for them.
    private static let flags = [
        ("applicableToSubscription", "applicable_to_subscription"), ("applicableToEmail", "applicable_to_email"),
        ("applicableToSite", "applicable_to_site"),
    ]

    static func fields(_ item: PleskNames.PlanItem) -> JSONObject {
        var fields: JSONObject = [
            "id": item.row["id"] ?? .null, "name": item.row["name"] ?? .null,
            "label": item.properties["label"] ?? .null, "tooltip": item.properties["tooltip"] ?? .null,
            "url": item.properties["url"] ?? .null, "visible": (item.row["isVisible"] ?? .null).flag,
            "guid": item.row["uuid"] ?? .null, "external_id": item.properties["external_id"] ?? .null,
            "classname": item.row["classname"] ?? .null,
        ]
        for (column, name) in flags { fields.append(name, (item.row[column] ?? .null).flag) }
        for (name, value) in item.properties.sorted(by: { $0.key < $1.key }) where fields[name] == nil {
            fields.append(name, value)
        }
        return fields
    }

    /// What a plan's event says about a plan item.
    static func part(_ id: String, _ item: PleskNames.PlanItem?) -> JSONValue {
        [
            "id": item?.row["id"] ?? Int64(id).map { .integer($0) } ?? .string(id),
            "name": item?.row["name"] ?? .null, "label": item?.properties["label"] ?? .null,
            "guid": item?.row["uuid"] ?? .null, "external_id": item?.properties["external_id"] ?? .null,
        ]
    }
}

extension JSONValue {
    /// 0 and 1 as booleans; anything else as it is.
    var flag: JSONValue {
        switch self {
        case .integer(0), .string("0"): .bool(false)
        case .integer(1), .string("1"): .bool(true)
        default: self
        }
    }
}
