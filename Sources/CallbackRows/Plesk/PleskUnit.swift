import CallbackCore

/// Changes that mean something only together: those of one operation, or of one row and what it replaced.
///
/// Plans and plan items are spread over several tables, so for them the unit keeps the state before it, from the copy
/// of the names; the state after it is in the copy itself.
struct PleskUnit {
    struct Touched<State> {
        var before: State?
        var first: RowPlace
        var last: RowPlace
    }

    /// The panel's number of the operation; nil outside of one.
    let operation: String?
    private(set) var plans: [String: Touched<PleskNames.Plan>] = [:]
    private(set) var planItems: [String: Touched<PleskNames.PlanItem>] = [:]
    /// Where a plan's value was last changed, by plan and element.
    private(set) var valuePlaces: [String: [String: RowPlace]] = [:]
    /// The type and the plans of a filter before this unit touched it.
    private(set) var filters: [String: (type: String?, plans: [String])] = [:]
    private(set) var newFilters: Set<String> = []
    private(set) var folds: [RowFold] = []
    private var foldIndex: [String: Int] = [:]

    var isEmpty: Bool { plans.isEmpty && planItems.isEmpty && folds.isEmpty && filters.isEmpty }

    init(operation: String?) { self.operation = operation }

    /// A row that is there, as if it came now. The names are left as they are.
    init(existing row: RowChange, of table: PleskTable) {
        operation = nil
        fold(row, of: table)
    }

    /// Takes one change and brings the names up to date with it.
    mutating func take(_ change: RowChange, of table: PleskTable, names: inout PleskNames) -> [NameChange] {
        switch table {
        case .plans:
            for id in ids(of: change, "id") { touch(plan: id, at: change.place, names) }
        case .planValues:
            for id in ids(of: change, "tmpl_id") {
                touch(plan: id, at: change.place, names)
                for value in [change.old("element"), change.new("element")] {
                    if let element = value?.text { valuePlaces[id, default: [:]][element] = change.place }
                }
            }
            for value in [change.old("value"), change.new("value")] {
                guard let element = (change.new("element") ?? change.old("element"))?.text,
                    element == "aps_bundle_filter_id", let filter = value.flatMap({ Self.id($0) })
                else { continue }
                touch(filter: filter, names)
            }
        case .planItems:
            for id in ids(of: change, "id") { touch(planItem: id, at: change.place, names) }
        case .planItemProperties:
            for id in ids(of: change, "plan_item_id") { touch(planItem: id, at: change.place, names) }
        case .filters:
            for id in ids(of: change, "id") { touch(filter: id, names) }
            if change.kind == .inserted, let id = change.new("id").flatMap({ Self.id($0) }) { newFilters.insert(id) }
        case .filterItems:
            for id in ids(of: change, "filterId") { touch(filter: id, names) }
            fold(change, of: table)
        case .assignments, .subscriptions, .customers, .domains, .licenses, .licenseOrders:
            fold(change, of: table)
        case .operations: break
        }
        return names.apply(change, of: table)
    }

    private mutating func fold(_ change: RowChange, of table: PleskTable) {
        let oldKey = change.old.isEmpty ? nil : PleskNames.key(table) { change.old($0) }
        let newKey = change.new.isEmpty ? nil : PleskNames.key(table) { change.new($0) }
        guard let before = oldKey ?? newKey else { return }
        let after = newKey ?? before
        if let index = foldIndex["\(table.rawValue)/\(before)"] {
            folds[index].add(change)
            if after != before {
                foldIndex["\(table.rawValue)/\(before)"] = nil
                foldIndex["\(table.rawValue)/\(after)"] = index
            }
        } else {
            foldIndex["\(table.rawValue)/\(after)"] = folds.count
            folds.append(RowFold(change, of: table))
        }
    }

    private mutating func touch(plan id: String, at place: RowPlace, _ names: PleskNames) {
        if plans[id] != nil {
            plans[id]?.last = place
        } else {
            plans[id] = Touched(before: names.plan(id), first: place, last: place)
        }
    }

    private mutating func touch(planItem id: String, at place: RowPlace, _ names: PleskNames) {
        if planItems[id] != nil {
            planItems[id]?.last = place
        } else {
            planItems[id] = Touched(before: names.planItem(id), first: place, last: place)
        }
    }

    private mutating func touch(filter id: String, _ names: PleskNames) {
        guard filters[id] == nil else { return }
        filters[id] = (names.row(.filters, id)?["type"]?.string, names.plans(ofFilter: id))
    }

    private func ids(of change: RowChange, _ column: String) -> [String] {
        let ids = [change.old(column), change.new(column)].compactMap { $0.flatMap { Self.id($0) } }
        return ids.count == 2 && ids[0] == ids[1] ? [ids[0]] : ids
    }

    static func id(_ value: RowValue) -> String? {
        switch value {
        case .integer(let number): String(number)
        case .text(let text): text
        default: nil
        }
    }
}
