import CallbackCore

/// The copy of the panel's name tables: what each number was called at the change that is being read.
struct PleskNames {
    /// A plan as it was at one moment.
    struct Plan {
        var row: JSONObject
        var values: [String: JSONValue]
        /// Plan items that the plan holds: the element that names each, by the item's number.
        var items: [String: String]
        var ownerLogin: JSONValue

        var type: String? { row["type"]?.string }
        var filterID: String? { values["aps_bundle_filter_id"].flatMap { PleskNames.id($0) } }
    }

    struct PlanItem {
        var row: JSONObject
        var properties: [String: JSONValue]
    }

    private var rows: [PleskTable: [String: JSONObject]] = [:]
    private var planValues: [String: [String: JSONValue]] = [:]
    private var itemProperties: [String: [String: JSONValue]] = [:]
    private var itemIDs: [String: String] = [:]

    /// A number as the key of a look-up, whether it was stored as a number or as a text.
    static func id(_ value: JSONValue?) -> String? {
        switch value {
        case .integer(let number): String(number)
        case .string(let text): text
        default: nil
        }
    }

    func row(_ table: PleskTable, _ id: String?) -> JSONObject? { id.flatMap { rows[table]?[$0] } }

    func plan(_ id: String) -> Plan? {
        guard let row = rows[.plans]?[id] else { return nil }
        let values = planValues[id] ?? [:]
        var items: [String: String] = [:]
        for element in values.keys { if let item = itemIDs[element] { items[item] = element } }
        let owner = self.row(.customers, Self.id(row["owner_id"]))
        return Plan(row: row, values: values, items: items, ownerLogin: owner?["login"] ?? .null)
    }

    func planItem(_ id: String) -> PlanItem? {
        rows[.planItems]?[id].map { PlanItem(row: $0, properties: itemProperties[id] ?? [:]) }
    }

    /// The plans that use this app filter, in the order of their numbers.
    func plans(ofFilter id: String) -> [String] {
        planValues.filter { Self.id($0.value["aps_bundle_filter_id"]) == id }.keys
            .sorted { ($0.count, $0) < ($1.count, $1) }
    }

    /// Takes over what a change did to a name table.
    mutating func apply(_ change: RowChange, of table: PleskTable) -> [NameChange] {
        guard !table.nameColumns.isEmpty else { return [] }
        var changes: [NameChange] = []
        let oldKey = change.old.isEmpty ? nil : Self.key(table) { change.old($0) }
        let newKey = change.new.isEmpty ? nil : Self.key(table) { change.new($0) }
        if let oldKey, oldKey != newKey {
            remove(table, Self.object(table) { change.old($0) }, oldKey)
            changes.append(NameChange(table: table.rawValue, key: oldKey, row: nil))
            if newKey == nil { changes += forgetChildren(of: oldKey, table) }
        }
        if let newKey {
            let row = Self.object(table) { change.new($0) }
            if oldKey == newKey {
                let before = Self.object(table) { change.old($0) }
                if before == row { return changes }
                remove(table, before, newKey)
            }
            insert(table, row, newKey)
            changes.append(Self.change(table, row, newKey))
        }
        return changes
    }

    /// Whether a change of a name table's row changes what is kept of it.
    static func differ(in change: RowChange) -> Bool {
        guard let table = PleskTable(named: change.layout.table), change.kind == .updated else { return true }
        return object(table) { change.old($0) } != object(table) { change.new($0) }
    }

    mutating func restore(_ changes: [NameChange]) {
        self = PleskNames()
        for change in changes {
            // Written by `change` below; a row that is none is one we do not know, as after an installation.
            guard let table = PleskTable(named: change.table), let bytes = change.row,
                case .object(let row)? = try? JSONParser.parse(bytes)
            else { continue }
            insert(table, row, change.key)
        }
    }

    /// Reads every name table that the database has.
    mutating func read(from tables: some NameTables) throws -> [NameChange] {
        self = PleskNames()
        var changes: [NameChange] = []
        for table in PleskTable.allCases where !table.nameColumns.isEmpty {
            let present = try tables.columns(of: table.rawValue)
            guard !present.isEmpty else { continue }
            let columns = table.nameColumns.filter { present.contains($0) }
            guard table.key.allSatisfy({ columns.contains($0) }) else { continue }
            try tables.rows(of: table.rawValue, columns) { values in
                func value(_ column: String) -> RowValue? { columns.firstIndex(of: column).map { values[$0] } }
                let row = Self.object(table, value)
                let key = Self.key(table, value)
                insert(table, row, key)
                changes.append(Self.change(table, row, key))
            }
        }
        return changes
    }

    /// Everything that is known, as it would be saved.
    var all: [NameChange] {
        var changes: [NameChange] = []
        for (table, rows) in rows { changes += rows.map { Self.change(table, $0.value, $0.key) } }
        for (plan, values) in planValues {
            changes += values.map { element, value in
                let row = JSONObject(members: [
                    .init(key: "tmpl_id", value: Self.number(plan)), .init(key: "element", value: .string(element)),
                    .init(key: "value", value: value),
                ])
                return Self.change(.planValues, row, Self.childKey(plan, element))
            }
        }
        for (item, properties) in itemProperties {
            changes += properties.map { name, value in
                let row = JSONObject(members: [
                    .init(key: "plan_item_id", value: Self.number(item)), .init(key: "name", value: .string(name)),
                    .init(key: "value", value: value),
                ])
                return Self.change(.planItemProperties, row, Self.childKey(item, name))
            }
        }
        return changes
    }

    private static func number(_ id: String) -> JSONValue { Int64(id).map { .integer($0) } ?? .string(id) }

    private static func childKey(_ id: String, _ name: String) -> String {
        "\(id),\(SubjectKey.encoded(Array(name.utf8)))"
    }

    private mutating func insert(_ table: PleskTable, _ row: JSONObject, _ key: String) {
        switch table {
        case .planValues:
            guard let plan = Self.id(row["tmpl_id"]), let element = row["element"]?.string else { return }
            planValues[plan, default: [:]][element] = row["value"] ?? .null
        case .planItemProperties:
            guard let item = Self.id(row["plan_item_id"]), let name = row["name"]?.string else { return }
            itemProperties[item, default: [:]][name] = row["value"] ?? .null
        default:
            rows[table, default: [:]][key] = row
            if table == .planItems, let name = row["name"]?.string { itemIDs[name] = key }
        }
    }

    private mutating func remove(_ table: PleskTable, _ row: JSONObject, _ key: String) {
        switch table {
        case .planValues:
            guard let plan = Self.id(row["tmpl_id"]), let element = row["element"]?.string else { return }
            planValues[plan]?[element] = nil
            if planValues[plan]?.isEmpty == true { planValues[plan] = nil }
        case .planItemProperties:
            guard let item = Self.id(row["plan_item_id"]), let name = row["name"]?.string else { return }
            itemProperties[item]?[name] = nil
            if itemProperties[item]?.isEmpty == true { itemProperties[item] = nil }
        default:
            rows[table]?[key] = nil
            if table == .planItems, let name = row["name"]?.string, itemIDs[name] == key { itemIDs[name] = nil }
        }
    }

    /// Rows that go with another one: some databases tell nobody what a cascade deletes.
    private mutating func forgetChildren(of key: String, _ table: PleskTable) -> [NameChange] {
        let (child, names): (PleskTable, [String])
        switch table {
        case .plans: (child, names) = (.planValues, planValues.removeValue(forKey: key).map { Array($0.keys) } ?? [])
        case .planItems:
            (child, names) = (.planItemProperties, itemProperties.removeValue(forKey: key).map { Array($0.keys) } ?? [])
        default: return []
        }
        return names.sorted().map { name in
            NameChange(table: child.rawValue, key: Self.childKey(key, name), row: nil)
        }
    }

    static func key(_ table: PleskTable, _ value: (String) -> RowValue?) -> String {
        SubjectKey.text(of: table.key.map { value($0) ?? .null })
    }

    private static func object(_ table: PleskTable, _ value: (String) -> RowValue?) -> JSONObject {
        var writer = FieldWriter()
        var object = JSONObject()
        for column in table.nameColumns {
            guard let value = value(column) else { continue }
            object.append(column, writer.json(value, side: "", name: column) ?? .null)
        }
        return object
    }

    private static func change(_ table: PleskTable, _ row: JSONObject, _ key: String) -> NameChange {
        var bytes: [UInt8] = []
        bytes.appendJSON(.object(row))
        return NameChange(table: table.rawValue, key: key, row: bytes)
    }
}
