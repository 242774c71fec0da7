import GRDB

/// Chooses the objects that an operation is applied to, and applies it to each.
///
/// Each object is a part of its own: what fails for one leaves the others alone, and nothing of it stays. Without a
/// criterion every object is chosen. What belongs to others does not exist for a caller that sees only its own.
struct ObjectFilter: Sendable {
    /// A way to choose objects: an element of the filter, and what it means in the table.
    struct Criterion: Sendable {
        let element: String
        let type: ValueType
        /// A condition on `:value`.
        let condition: String
        let summary: String
    }

    /// How the results refer to the value of the filter that led to them.
    enum Echo: Sendable {
        /// `filter-id` with that value, then the object's `id`.
        case filterID
        /// The criterion itself: `<name>base_plan</name>`.
        case criterion
        /// The criterion where it led to an error; else the operation itself says what it is about.
        case failedCriterion
        case nothing
    }

    /// What an object is called in a sentence: "plan".
    let noun: String
    let table: String
    /// What holds of every object of the kind.
    let condition: String
    /// The column that says whose it is.
    let owner: String
    let criteria: [Criterion]
    /// Whether the packet must say `all` where it means every object; else it leaves the filter empty.
    var saysAll = false

    /// The `filter` element.
    var grammar: PacketGrammar.Part {
        let chosen = criteria.map { criterion in
            PacketGrammar.Part.several(criterion.element, .separately(criterion.type), criterion.summary)
        }
        let all = PacketGrammar.Part.required("all", .empty, "All of them")
        return .required(
            "filter", .sequence([.choice(saysAll ? [all] + chosen : chosen, required: saysAll)]),
            saysAll ? "Which \(noun)s" : "Which \(noun)s; all of them where it is empty")
    }

    /// What a result says about the value of the filter that led to it, for the echo `filterID`.
    static let echoGrammar: [PacketGrammar.Part] = [
        .optional("filter-id", .any, "The value of the filter that led to this result"),
        .optional("id", .identifier, "The number of the object"),
    ]

    /// Changes each chosen object, in the order of the filter's values.
    ///
    /// - Parameter change: returns what the object's result says behind the echo.
    func change(
        _ node: PacketNode, _ operation: PanelOperation, ownedBy owner: Int64? = nil, echo: Echo,
        _ change: (Int64) throws -> [PacketNode]
    ) throws -> [PacketResult] {
        try results(node, operation.view, owner, echo) { id in try operation.attempt { try change(id) } }
            ?? [.failed(PacketError(.unknownObject, "There is no \(noun)"))]
    }

    /// Describes each chosen object. Where all are asked for and there is none, one result says so with `ok`.
    func read(
        _ node: PacketNode, _ view: PanelView, ownedBy owner: Int64? = nil, echo: Echo,
        _ read: (Int64) throws -> [PacketNode]
    ) throws -> [PacketResult] {
        try results(node, view, owner, echo, read) ?? [.ok([])]
    }

    /// The results of an operation that failed as a whole: one for each value of its filter.
    func failure(echo: Echo) -> PacketOperation.Failure {
        { node, error in
            let values = values(of: node)
            return values.isEmpty ? [.failed(error)] : values.map { .failed(error, echoed($0, echo, isError: true)) }
        }
    }

    /// nil where all objects are meant and there is none.
    private func results(
        _ node: PacketNode, _ view: PanelView, _ owner: Int64?, _ echo: Echo, _ body: (Int64) throws -> [PacketNode]
    ) throws -> [PacketResult]? {
        let owner = view.scope ?? owner
        let values = values(of: node)
        guard !values.isEmpty else {
            let objects = try objects("1", [:], owner, in: view.db)
            return objects.isEmpty ? nil : try objects.map { try result(of: $0, nil, echo, body) }
        }
        var all: [PacketResult] = []
        for value in values {
            do {
                let objects = try objects(chosenBy: value, owner, in: view.db)
                for object in objects { all.append(try result(of: object, value, echo, body)) }
            } catch let error as PacketError {
                all.append(.failed(error, echoed(value, echo, isError: true)))
            }
        }
        return all
    }

    private func result(
        of object: Int64, _ value: PacketNode?, _ echo: Echo, _ body: (Int64) throws -> [PacketNode]
    ) throws -> PacketResult {
        do {
            let nodes = try body(object)
            let number = if case .filterID = echo { [PacketNode("id", text: String(object))] } else { [PacketNode]() }
            return .ok((value.map { echoed($0, echo, isError: false) } ?? []) + number + nodes)
        } catch  where PacketError.concernsOneObject(error) {
            return .failed(.explaining(error), value.map { echoed($0, echo, isError: true) } ?? [])
        }
    }

    private func echoed(_ value: PacketNode, _ echo: Echo, isError: Bool) -> [PacketNode] {
        let text = value.text.whiteSpaceCollapsed
        switch echo {
        case .filterID: return [PacketNode("filter-id", text: text)]
        case .failedCriterion where !isError: return []
        case .criterion, .failedCriterion: return [PacketNode(criterion(value)?.element ?? value.name, text: text)]
        case .nothing: return []
        }
    }

    /// What the filter asks for; empty where it asks for everything.
    private func values(of node: PacketNode) -> [PacketNode] {
        let values = node.child("filter")?.children ?? []
        return saysAll && values.first?.name == "all" ? [] : values
    }

    private func criterion(_ value: PacketNode) -> Criterion? {
        criteria.first { value.isNamed($0.element) }
    }

    /// - Throws: 1019 for a value that can choose nothing, 1013 where there is no such object.
    private func objects(chosenBy value: PacketNode, _ owner: Int64?, in db: Database) throws -> [Int64] {
        guard let criterion = criterion(value) else { return [] }
        let text = value.text.whiteSpaceCollapsed
        if let objection = criterion.type.finalObjection(to: text) { throw PacketError.invalid(value.name, objection) }
        let argument: any DatabaseValueConvertible =
            switch criterion.type {
            case .identifier, .integer: Int64(text)
            case .domainName: text.lowercased()
            default: text
            }
        let objects = try objects(criterion.condition, ["value": argument], owner, in: db)
        guard !objects.isEmpty else {
            throw PacketError(.unknownObject, "There is no \(noun) with \(criterion.element) \"\(text.prefix(255))\"")
        }
        return objects
    }

    private func objects(
        _ chosen: String, _ arguments: [String: (any DatabaseValueConvertible)?], _ owner: Int64?, in db: Database
    ) throws -> [Int64] {
        var arguments = arguments
        var conditions = "\(condition) AND \(chosen)"
        if let owner {
            conditions += " AND \(self.owner) = :owner"
            arguments["owner"] = owner
        }
        let request = SQLRequest<Int64>(
            sql: "SELECT id FROM \(table) WHERE \(conditions) ORDER BY id", arguments: StatementArguments(arguments),
            cached: true)
        return try request.fetchAll(db)
    }
}
