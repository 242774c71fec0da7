import CallbackCore

/// The events of service plans and their addons: the plan itself, its plan items, and its apps.
struct PlanEvents {
    let unit: PleskUnit
    let names: PleskNames

    var drafts: [EventDraft] {
        let apps = appDrafts
        let consumers = Set(apps.compactMap(\.plan))
        var drafts: [EventDraft] = []
        for (id, touched) in unit.plans.sorted(by: { $0.value.first.position < $1.value.first.position }) {
            drafts += planDrafts(id, touched, consumesFilter: consumers.contains(id))
        }
        return drafts + apps.map(\.draft)
    }

    /// The event name of a plan's kind; nil for kinds that have no events.
    static func kind(_ plan: PleskNames.Plan) -> String? {
        switch plan.type {
        case "domain": "service_plan"
        case "domain_addon": "service_plan_addon"
        default: nil
        }
    }

    private func planDrafts(
        _ id: String,
        _ touched: PleskUnit.Touched<PleskNames.Plan>,
        consumesFilter: Bool
    ) -> [EventDraft] {
        let after = names.plan(id)
        guard let plan = after ?? touched.before, let kind = Self.kind(plan) else { return [] }
        let subject = "\(kind)/\(id)"
        let part = [(name: "plan", value: Self.part(plan))]
        var drafts: [EventDraft] = []
        switch (touched.before, after) {
        case (nil, let after?):
            drafts.append(
                EventDraft(
                    type: "\(kind).created", subject: subject, place: touched.first, new: Self.fields(after),
                    parts: part))
        case (let before?, nil):
            // With the plan goes all that was in it: that is one event.
            return [
                EventDraft(
                    type: "\(kind).deleted", subject: subject, place: touched.last, old: Self.fields(before),
                    parts: part)
            ]
        case (let before?, let after?):
            let old = Self.fields(before)
            let new = Self.fields(after)
            let consumed = consumedElements(id, before, after, consumesFilter: consumesFilter)
            let changed = new.changedFields(since: old).filter { !consumed.contains($0) }
            guard !changed.isEmpty else { break }
            drafts.append(
                EventDraft(
                    type: "\(kind).updated", subject: subject, place: touched.first, new: new, old: old,
                    changed: changed, parts: part))
        case (nil, nil): return []
        }
        return drafts + itemDrafts(id, kind, touched, after, part)
    }

    /// The values whose coming or going is an event of its own.
    private func consumedElements(
        _ id: String,
        _ before: PleskNames.Plan,
        _ after: PleskNames.Plan,
        consumesFilter: Bool
    ) -> Set<String> {
        var consumed: Set<String> = []
        for (item, element) in after.items where before.items[item] == nil { consumed.insert(element) }
        for (item, element) in before.items where after.items[item] == nil { consumed.insert(element) }
        // A plan item that was renamed takes its element along.
        for (item, element) in after.items {
            if let former = before.items[item], former != element { consumed.formUnion([element, former]) }
        }
        if consumesFilter, let filter = after.filterID, unit.newFilters.contains(filter) {
            consumed.insert("aps_bundle_filter_id")
        }
        return consumed
    }

    private func itemDrafts(
        _ id: String,
        _ kind: String,
        _ touched: PleskUnit.Touched<PleskNames.Plan>,
        _ after: PleskNames.Plan?,
        _ part: [(name: String, value: JSONValue)]
    ) -> [EventDraft] {
        let before = touched.before?.items ?? [:]
        let present = after?.items ?? [:]
        let added = present.filter { before[$0.key] == nil }.map { (item: $0.key, element: $0.value, isAdded: true) }
        let removed = before.filter { present[$0.key] == nil }.map { (item: $0.key, element: $0.value, isAdded: false) }
        return (added + removed).compactMap { item, element, isAdded in
            // No row of the plan says so: a plan item of that name came, went, or was renamed.
            guard let place = unit.valuePlaces[id]?[element] else { return nil }
            let state = names.planItem(item) ?? unit.planItems[item]?.before
            return EventDraft(
                type: isAdded ? "\(kind).plan_item_added" : "\(kind).plan_item_removed", subject: "\(kind)/\(id)",
                place: place, parts: part + [("plan_item", PlanItemEvents.part(item, state))])
        }.sorted { $0.place.position < $1.place.position }
    }

    /// An app that came or went, and the plan concerned.
    private struct AppChange {
        var plan: String?
        var draft: EventDraft
    }

    private var appDrafts: [AppChange] {
        var changes: [AppChange] = []
        for fold in unit.folds where fold.table == .filterItems {
            let kind = fold.kind
            if kind == .deleted || kind == .updated, let filter = fold.old("filterId").flatMap({ PleskUnit.id($0) }) {
                let before = unit.filters[filter]
                let app = Self.app(fold.old("propertyName"), fold.old("propertyValue"))
                changes += appChanges(before?.type, before?.plans ?? [], isArriving: false, app, fold.last.place)
            }
            if kind == .inserted || kind == .updated, let filter = fold.new("filterId").flatMap({ PleskUnit.id($0) }) {
                let type = names.row(.filters, filter)?["type"]?.string
                let app = Self.app(fold.new("propertyName"), fold.new("propertyValue"))
                changes += appChanges(type, names.plans(ofFilter: filter), isArriving: true, app, fold.last.place)
            }
        }
        return changes
    }

    /// A white filter lets in what it lists; a black one keeps it out.
    private func appChanges(
        _ type: String?,
        _ plans: [String],
        isArriving: Bool,
        _ app: JSONValue,
        _ place: RowPlace
    ) -> [AppChange] {
        let isAdded = isArriving == (type == "white")
        return plans.compactMap { id in
            guard let plan = names.plan(id), let kind = Self.kind(plan) else { return nil }
            let draft = EventDraft(
                type: isAdded ? "\(kind).app_added" : "\(kind).app_removed", subject: "\(kind)/\(id)", place: place,
                parts: [("plan", Self.part(plan)), ("app", app)])
            return AppChange(plan: id, draft: draft)
        }
    }

    private static func app(_ property: RowValue?, _ value: RowValue?) -> JSONValue {
        var writer = FieldWriter()
        return [
            "property": property.flatMap { writer.json($0, side: "app", name: "property") } ?? .null,
            "value": value.flatMap { writer.json($0, side: "app", name: "value") } ?? .null,
        ]
    }

    static func part(_ plan: PleskNames.Plan) -> JSONValue {
        [
            "id": plan.row["id"] ?? .null, "name": plan.row["name"] ?? .null, "guid": plan.row["uuid"] ?? .null,
            "external_id": plan.row["external_id"] ?? .null, "owner_id": plan.row["owner_id"] ?? .null,
            "owner_login": plan.ownerLogin,
        ]
    }

    static func fields(_ plan: PleskNames.Plan) -> JSONObject {
        guard case .object(var fields) = part(plan) else { return JSONObject() }
        for (element, value) in plan.values.sorted(by: { $0.key < $1.key }) where fields[element] == nil {
            fields.append(element, value.numberIfPlain)
        }
        return fields
    }
}

extension JSONValue {
    /// A text that is wholly a whole number of at most 15 digits, as a number. The panel keeps all values as texts.
    var numberIfPlain: JSONValue {
        guard case .string(let text) = self else { return self }
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard (1...15).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }),
            digits.count == 1 || digits.first != 48, let number = Int64(text)
        else { return self }
        return .integer(number)
    }
}
