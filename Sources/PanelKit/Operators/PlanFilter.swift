import GRDB

/// Chooses the service plans that an operation is applied to, and applies it to each.
///
/// Each plan is a part of its own: what fails for one leaves the others alone, and nothing of it stays. Without an
/// owner the plans of every owner are looked at; without a criterion every plan is chosen.
struct PlanFilter {
    /// Element names and the columns of `Templates` that they stand for.
    private static let criteria = [
        ("name", "name"), ("id", "id"), ("guid", "uuid"), ("external-id", "external_id"),
    ]

    /// The head of every operation on plans: the filter, then perhaps the owner.
    static let grammar: [PacketGrammar.Part] = [
        .required(
            "filter", .sequence([.choice(criteria.map { .several($0.0, .value(.unchecked)) }, required: false)])),
        PlanOwner.grammar,
    ]

    private let values: [PacketNode]
    private let owner: Int64?
    private let echo: @Sendable (PacketNode) -> [PacketNode]

    /// - Parameter echo: what a result says about the filter's value that led to it.
    init(
        of node: PacketNode, in db: Database, echo: @escaping @Sendable (PacketNode) -> [PacketNode]
    ) throws {
        values = node.child("filter")?.children ?? []
        owner = try PlanOwner.named(by: node, in: db)
        self.echo = echo
    }

    /// Applies a change to each chosen plan, in the order of the filter's values.
    ///
    /// - Parameter change: returns what the plan's result says behind the echo.
    func forEachPlan(
        in operation: PanelOperation, _ change: (Int64) throws -> [PacketNode]
    ) throws -> [PacketResult] {
        guard !values.isEmpty else {
            return try results(of: plans("1", [], in: operation.db), echoing: [], missing: "no plan", operation, change)
        }
        var all: [PacketResult] = []
        for value in values {
            let text = value.text.whiteSpaceCollapsed
            let said = "no plan with \(value.name) \"\(text.prefix(255))\""
            do {
                let plans = try plans(chosenBy: value, text, in: operation.db)
                all += try results(of: plans, echoing: echo(value), missing: said, operation, change)
            } catch let error as PacketError {
                all.append(.failed(error, echo(value)))
            }
        }
        return all
    }

    /// The results of an operation that failed as a whole: one for each value of its filter.
    static func failure(
        echo: @escaping @Sendable (PacketNode) -> [PacketNode]
    ) -> @Sendable (PacketNode, PacketError) -> [PacketResult] {
        { node, error in
            let values = node.child("filter")?.children ?? []
            return values.isEmpty ? [.failed(error)] : values.map { .failed(error, echo($0)) }
        }
    }

    private func results(
        of plans: [Int64], echoing echo: [PacketNode], missing: String, _ operation: PanelOperation,
        _ change: (Int64) throws -> [PacketNode]
    ) throws -> [PacketResult] {
        guard !plans.isEmpty else {
            return [.failed(PacketError(.unknownObject, "There is \(missing)"), echo)]
        }
        return try plans.map { plan in
            do {
                return .ok(echo + (try operation.attempt { try change(plan) }))
            } catch  where PacketError.concernsOneObject(error) {
                return .failed(.explaining(error), echo)
            }
        }
    }

    private func plans(chosenBy value: PacketNode, _ text: String, in db: Database) throws -> [Int64] {
        guard let (name, column) = Self.criteria.first(where: { value.isNamed($0.0) }) else { return [] }
        guard name == "id" else { return try plans("\(column) = ?", [text], in: db) }
        guard let id = Int64(text), id > 0 else {
            throw PacketError.invalid("id", "expected a positive whole number, found \"\(text.prefix(40))\"")
        }
        return try plans("id = ?", [id], in: db)
    }

    private func plans(_ condition: String, _ arguments: StatementArguments, in db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM Templates
                WHERE type = 'domain' AND (:owner IS NULL OR owner_id = :owner) AND \(condition) ORDER BY id
                """,
            arguments: ["owner": owner] + arguments
        )
    }
}
