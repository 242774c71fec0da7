package import CallbackCore

/// The events of licences: `licenses` with what was asked in `license_orders`.
struct LicenseEvents {
    let unit: PleskUnit

    var drafts: [EventDraft] {
        unit.folds.compactMap { $0.table == .licenses ? draft($0) : nil }
    }

    private func draft(_ fold: RowFold) -> EventDraft? {
        guard let kind = fold.kind else { return nil }
        // Its end was told when its status said so.
        if kind == .deleted && fold.old("status")?.text == "terminated" { return nil }
        let number = (fold.new("key_number") ?? fold.old("key_number"))?.text ?? ""
        var draft = EventDraft(
            type: "license.\(verb(fold, kind))", subject: LicenseNumber.subject(of: number), place: fold.place)
        draft.fill(from: fold, kind)
        draft.new = draft.new.map { unfolded($0) }
        draft.old = draft.old.map { unfolded($0) }
        if kind == .inserted {
            let order = order(of: fold)
            var writer = FieldWriter()
            draft.new?["addons"] =
                order?.new("addons").flatMap { writer.json($0, side: "new", name: "addons") }?
                .parsedIfJSON ?? .null
            draft.new?["order_id"] =
                order?.new("id").flatMap { writer.json($0, side: "new", name: "order_id") } ?? .null
        }
        return draft
    }

    private func verb(_ fold: RowFold, _ kind: RowChange.Kind) -> String {
        switch kind {
        case .inserted: return "ordered"
        case .deleted: return "terminated"
        case .updated:
            let isOver = fold.new("status")?.text == "terminated" && fold.old("status")?.text != "terminated"
            return isOver ? "terminated" : "updated"
        }
    }

    private func order(of license: RowFold) -> RowFold? {
        guard let id = license.new("id").flatMap({ PleskUnit.id($0) }) else { return nil }
        return unit.folds.first {
            $0.table == .licenseOrders && $0.kind == .inserted
                && $0.new("license_id").flatMap { PleskUnit.id($0) } == id
        }
    }

    /// Options are kept as JSON text.
    private func unfolded(_ row: JSONObject) -> JSONObject {
        var row = row
        if let options = row["options"] { row["options"] = options.parsedIfJSON }
        return row
    }
}

extension JSONValue {
    /// The list or object that a text holds; any other value as it is.
    package var parsedIfJSON: JSONValue {
        guard case .string(let text) = self, let value = try? JSONParser.parse(Array(text.utf8)) else { return self }
        switch value {
        case .array, .object: return value
        default: return self
        }
    }
}
