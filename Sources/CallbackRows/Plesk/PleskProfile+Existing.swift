import CallbackCore

extension PleskProfile {
    /// The tables of which a snapshot tells, in the order in which it reads them: what others refer to comes first.
    static let snapshotTables: [PleskTable] = [
        .customers, .planItems, .plans, .filterItems, .domains, .subscriptions, .assignments, .licenses,
    ]

    var existingTables: [String] { Self.snapshotTables.map(\.rawValue) }

    /// The events of a row that is there, in the words of the events by which such a thing comes.
    ///
    /// The names must be those of the moment at which the row was read.
    func existing(_ row: RowChange) -> [CapturedEvent] {
        guard let table = PleskTable(named: row.layout.table), Self.snapshotTables.contains(table) else { return [] }
        let drafts: [EventDraft]
        switch table {
        case .plans: drafts = Self.id(of: row).map { PlanEvents.existing($0, names, at: row.place) } ?? []
        case .planItems: drafts = Self.id(of: row).map { PlanItemEvents.existing($0, names, at: row.place) } ?? []
        default:
            let unit = PleskUnit(existing: row, of: table)
            drafts =
                PlanEvents(unit: unit, names: names).drafts + RowEvents(unit: unit, names: names).drafts
                + LicenseEvents(unit: unit).drafts
        }
        return drafts.map { draft in
            var event = draft.event(operation: nil, ordinal: 0)
            event.type = event.type.existing
            return event
        }
    }

    private static func id(of row: RowChange) -> String? { row.new("id").flatMap { PleskUnit.id($0) } }
}

extension PlanEvents {
    /// A plan with the plan items that it holds.
    static func existing(_ id: String, _ names: PleskNames, at place: RowPlace) -> [EventDraft] {
        guard let plan = names.plan(id), let kind = kind(plan) else { return [] }
        let subject = "\(kind)/\(id)"
        let part = [(name: "plan", value: part(plan))]
        let made = EventDraft(
            type: "\(kind).created", subject: subject, place: place, new: fields(plan), parts: part)
        return [made]
            + plan.items.keys.sorted { ($0.count, $0) < ($1.count, $1) }.map { item in
                EventDraft(
                    type: "\(kind).plan_item_added", subject: subject, place: place,
                    parts: part + [("plan_item", PlanItemEvents.part(item, names.planItem(item)))])
            }
    }
}

extension PlanItemEvents {
    static func existing(_ id: String, _ names: PleskNames, at place: RowPlace) -> [EventDraft] {
        names.planItem(id).map { item in
            [EventDraft(type: "plan_item.created", subject: "plan_item/\(id)", place: place, new: fields(item))]
        } ?? []
    }
}
