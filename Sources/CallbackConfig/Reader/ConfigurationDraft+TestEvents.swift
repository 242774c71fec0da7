import CallbackCore
import FoundationEssentials

/// `event:` and `change:` of a test.
extension ConfigurationDraft {
    mutating func exampleEvent(_ node: ConfigNode, _ owner: String) -> ExampleEvent? {
        let words = "\"event\" of \(owner)"
        let settings = checker.settings(node, ConfigurationSchema.exampleEvent, of: words)
        let data = data(settings, words)
        let time = moment(settings, words)
        let sequence = sequence(settings, words)
        guard let text = settings.text("type"), let place = settings.values["type"]?.place else { return nil }
        let type = EventType(text)
        checkEvent(type, at: place, "\(owner) has an event that no source gives")
        if let fields = settings.node("data"), let shape = catalog.shapes[type] {
            checkFields(fields, shape.data, path: "data", of: type)
        }
        let captured = CapturedEvent(
            type: type, subject: settings.text("subject") ?? ExampleEvent.standardSubject,
            time: time ?? ExampleEvent.standardTime, data: data, origin: .none)
        return ExampleEvent(
            captured, source: settings.text("source") ?? ExampleEvent.standardSource,
            id: settings.text("id").map(EventID.init(rawValue:)) ?? ExampleEvent.standardID, sequence: sequence ?? 1)
    }

    private mutating func data(_ settings: Settings, _ words: String) -> JSONValue {
        guard let node = settings.node("data"), node.content != .null else { return .object(JSONObject()) }
        guard node.members != nil else {
            checker.report(
                .wrongKind, "\"data\" in \(words) must be a mapping, not \(node.kind)", at: node.place,
                help: "write it as {new: {id: 1}}")
            return .object(JSONObject())
        }
        return checker.json(node, "a value in \(words)")
    }

    private mutating func moment(_ settings: Settings, _ words: String) -> Timestamp? {
        guard let text = settings.text("time"), let place = settings.values["time"]?.place else { return nil }
        // The styles read a moment and overlook what comes behind it.
        let isWhole = text.wholeMatch(of: /[0-9]{4}-[0-9-]{5}T[0-9:]{8}(\.[0-9]+)?(Z|[+\-][0-9:]{5})/) != nil
        for style in isWhole
            ? [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()] : []
        {
            // The other style may fit; where none does, the caller says so.
            guard let date = try? style.parse(text) else { continue }
            return Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
        }
        checker.report(
            .badDate, "\"time\" in \(words) must be a moment, not \(quoted(text))", at: place,
            help: "write it as 2026-11-22T10:00:00Z")
        return nil
    }

    /// A number, or the digits that events show.
    private mutating func sequence(_ settings: Settings, _ words: String) -> Int64? {
        guard let node = settings.node("sequence") else { return nil }
        let number: Int64? =
            switch node.content {
            case .integer(let number): number
            case .string(let digits) where digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }): Int64(digits)
            default: nil
            }
        guard let number, (1..<10_000_000_000_000_000).contains(number) else {
            checker.report(
                .outOfRange, "\"sequence\" in \(words) must be an event's number", at: node.place,
                help: "a whole number from 1, of 16 digits at most")
            return nil
        }
        return number
    }

    // MARK: Fields

    /// Holds an example's fields against those that events of its type can have.
    private mutating func checkFields(_ node: ConfigNode, _ shape: FieldShape, path: String, of type: EventType) {
        // A part that an event does not have is null.
        if node.content == .null { return }
        let fields: [String: FieldShape]
        let isOpen: Bool
        switch shape {
        case .leaf: return checkLeaf(node, path: path, of: type)
        case .object(let known): (fields, isOpen) = (known, false)
        case .open(let known): (fields, isOpen) = (known, true)
        }
        guard let members = node.members else {
            // That `data` itself is no mapping has been said.
            guard path != "data" else { return }
            checker.report(
                .wrongKind, "\"\(path)\" of \(type) is a mapping, not \(node.kind)", at: node.place,
                help: fields.isEmpty ? nil : "fields here: \(fields.keys.sorted().joined(separator: ", "))")
            return
        }
        for member in members {
            if let field = fields[member.key] {
                checkFields(member.value, field, path: "\(path).\(member.key)", of: type)
            } else if !isOpen {
                let meant = DidYouMean.closest(to: member.key, among: fields.keys)
                checker.report(
                    .unknownField, "an event \(type) has no field \(quoted("\(path).\(member.key)"))",
                    at: member.keyPlace, label: meant.map { "did you mean \"\($0)\"?" },
                    help: "fields here: \(fields.keys.sorted().joined(separator: ", "))")
            }
        }
    }

    private mutating func checkLeaf(_ node: ConfigNode, path: String, of type: EventType) {
        let isNested = node.elements?.contains { $0.members != nil } ?? false
        guard node.members != nil || isNested else { return }
        checker.report(
            .unknownField, "\"\(path)\" of an event \(type) is a single value: it has no fields", at: node.place)
    }

    // MARK: Changes

    /// The event that a source makes of a change; nil where it makes none, or where something is wrong.
    mutating func eventOfChange(_ node: ConfigNode, _ owner: String) -> ExampleEvent? {
        let words = "\"change\" of \(owner)"
        let settings = checker.settings(node, ConfigurationSchema.change, of: words)
        guard let example = rowExample(settings, words, of: node), let name = settings.text("source"),
            let place = settings.values["source"]?.place
        else { return nil }
        let declared = entries(of: "sources").map(\.key)
        guard declared.contains(name) else {
            let meant = DidYouMean.closest(to: name, among: declared)
            checker.report(
                .unknownSource, "\(owner) changes a row of an unknown source: \(quoted(name))", at: place,
                label: meant.map { "did you mean \"\($0)\"?" },
                help: declared.isEmpty
                    ? "declare it below sources:" : "sources: \(declared.sorted().joined(separator: ", "))")
            return nil
        }
        // What is wrong with the source itself has been said.
        guard let source = sources.first(where: { $0.name.rawValue == name }),
            let description = reader.sources.first(where: { $0.kind == source.kind })
        else { return nil }
        guard let rehearse = description.rehearse else {
            checker.report(
                .eventOrChange, "changes of the source \(quoted(name)) cannot be written down: it is \(source.kind)",
                at: place, help: "write event: with type and data")
            return nil
        }
        switch rehearse(source, example) {
        case .success(let event): return event.map { ExampleEvent($0, source: "/test/\(name)") }
        case .failure(let list):
            checker.diagnostics += list.diagnostics
            return nil
        }
    }

    private mutating func rowExample(_ settings: Settings, _ words: String, of node: ConfigNode) -> RowExample? {
        let update = settings.settings("update")
        for row in [settings.node("insert"), settings.node("delete"), update?.node("old"), update?.node("new")] {
            // Only for the secrets and numbers that must not stand there.
            if let row { _ = checker.json(row, "a column in \(words)") }
        }
        let given = RowExample.Operation.allCases.filter { settings.values[$0.rawValue] != nil }
        guard given.count == 1, let operation = given.first, let place = settings.values[operation.rawValue]?.place
        else {
            guard ConfigurationSchema.change.knowsKeys(of: node) else { return nil }
            checker.report(
                .eventOrChange,
                given.isEmpty ? "\(words) does not say what happened" : "\(words) says that several things happened",
                at: settings.place, help: "exactly one of: insert, update, delete")
            return nil
        }
        guard let table = settings.text("table"), let tablePlace = settings.values["table"]?.place else { return nil }
        if operation == .update, update?.node("old") == nil || update?.node("new") == nil { return nil }
        return RowExample(
            table: table, tablePlace: tablePlace, operation: operation,
            old: settings.node("delete") ?? update?.node("old"), new: settings.node("insert") ?? update?.node("new"),
            place: place)
    }
}
