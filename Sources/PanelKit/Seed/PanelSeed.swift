import GRDB

/// Fills a panel with plans, customers and subscriptions, for trying at size.
///
/// Everything goes through the panel's own operations, as if somebody had sent the packets: it has numbers, stands in
/// the action log, and programs that watch the database see it.
package struct PanelSeed: Sendable {
    /// Operations that share one durable commit, at most.
    private static let batchSize = 100
    private static let planPrefix = "seed-plan-"
    private static let customerPrefix = "seed-customer-"

    /// New plans of the administrator.
    package let plans: Int
    /// New customers, each with a domain and a subscription to one of the new plans, in turn.
    package let customers: Int

    package init(plans: Int, customers: Int) {
        self.plans = plans
        self.customers = customers
    }

    /// How many operations it takes.
    package var operations: Int { plans + 2 * customers }

    /// Carries it out. What an earlier seed made stays; the numbers in the names go on from there.
    ///
    /// - Parameter progress: told after each commit how many operations are done.
    /// - Throws: where the database cannot take a batch, or `.failed` where the panel refuses an operation; the batches
    ///   before stay.
    package func plant(in database: PanelDatabase, progress: (Int) -> Void) throws(PanelDatabaseError) {
        let engine = PacketEngine(database: database)
        let plan = try next(Self.planPrefix, "name", of: "Templates", in: database)
        let customer = try next(Self.customerPrefix, "login", of: "clients", in: database)
        var calls = (0..<plans).map { Self.plan(plan + $0) }
        for index in 0..<customers {
            calls += Self.customer(customer + index, on: plans == 0 ? nil : plan + index % plans)
        }
        var done = 0
        while done < calls.count {
            let batch = calls[done..<min(done + Self.batchSize, calls.count)]
            let answer = try engine.execute(
                Array(PacketWriter.write(PacketNode("packet", children: Array(batch))).utf8))
            guard answer.verdict == .ok else {
                throw .failed(path: database.path, reason: "the panel refuses to be filled: \(answer.problem ?? "")")
            }
            done += batch.count
            progress(done)
        }
    }

    /// The number after the highest that a name with this prefix has.
    private func next(
        _ prefix: String, _ column: String, of table: String, in database: PanelDatabase
    ) throws(PanelDatabaseError) -> Int {
        do {
            let highest = try database.read { db in
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT max(CAST(substr(\(column), \(prefix.utf8.count + 1)) AS INTEGER)) FROM \(table)
                        WHERE \(column) >= ? AND \(column) < ?
                        """, arguments: [prefix, prefix + ":"])
            }
            return (highest ?? 0) + 1
        } catch {
            throw database.explained(error)
        }
    }

    // MARK: Operations

    private static func plan(_ number: Int) -> PacketNode {
        let limits = [
            ("disk_space", String(1 + number % 10) + "073741824"), ("max_box", String(10 * (1 + number % 5))),
        ]
        return call(
            "service-plan",
            [
                PacketNode("name", text: "\(planPrefix)\(number)"),
                PacketNode(
                    "limits",
                    children: limits.map { name, value in
                        PacketNode(
                            "limit", children: [PacketNode("name", text: name), PacketNode("value", text: value)])
                    }),
            ])
    }

    private static func customer(_ number: Int, on plan: Int?) -> [PacketNode] {
        let login = "\(customerPrefix)\(number)"
        let info = [
            PacketNode("pname", text: "Seeded Customer \(number)"), PacketNode("login", text: login),
            PacketNode("passwd", text: Guid.random()), PacketNode("email", text: "\(login)@example.com"),
        ]
        let setup = [PacketNode("name", text: "\(login).example"), PacketNode("owner-login", text: login)]
        let choice = plan.map { [PacketNode("plan-name", text: "\(planPrefix)\($0)")] } ?? []
        return [
            call("customer", [PacketNode("gen_info", children: info)]),
            call("webspace", [PacketNode("gen_setup", children: setup)] + choice),
        ]
    }

    private static func call(_ name: String, _ children: [PacketNode]) -> PacketNode {
        PacketNode(name, children: [PacketNode("add", children: children)])
    }
}

extension PacketAnswer {
    /// The text of the first error in it.
    fileprivate var problem: String? {
        func find(_ node: PacketNode) -> String? {
            if node.name == "errtext" { return node.text }
            for child in node.children { if let found = find(child) { return found } }
            return nil
        }
        return find(root)
    }
}
