import CallbackCore
import CallbackTestKit
import Testing

@testable import CallbackMariaDB

@Suite("Names after random losses", .serialized)
struct NamesOfTheirTimeTests {
    /// A panel with a few plans and plan items, what it does at random, and what each of its doings must be told as.
    private struct Panel {
        var plans: [Int: String] = [:]
        var items: [Int: String] = [:]
        var links: Set<[Int]> = []
        var next = 100
        /// Type, plan and plan item of each event that must come.
        var expected: [String] = []

        /// A change that the binlog shows, as SQL.
        mutating func change(_ random: inout SeededGenerator) -> String {
            next += 1
            let plan = plans.keys.sorted().randomElement(using: &random) ?? 0
            let item = items.keys.sorted().randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                let name = "plan \(next)"
                expected.append("service_plan.updated \(plans[plan] ?? "") → \(name)")
                plans[plan] = name
                return "UPDATE Templates SET name = '\(name)' WHERE id = \(plan)"
            case 1:
                items[next] = "item\(next)"
                expected.append("plan_item.created item\(next)")
                return "INSERT INTO PlanItems (id, classname, name, uuid) "
                    + "VALUES (\(next), 'Custom', 'item\(next)', '\(next)')"
            case 2 where !links.contains { $0[1] == item }:
                expected.append("plan_item.deleted \(items[item] ?? "")")
                let name = items.removeValue(forKey: item) ?? ""
                return "DELETE FROM PlanItems WHERE name = '\(name)'"
            default:
                let name = items[item] ?? ""
                let verb = links.remove([plan, item]) == nil ? "added" : "removed"
                expected.append("service_plan.plan_item_\(verb) \(plans[plan] ?? "") \(name)")
                guard verb == "added" else {
                    return "DELETE FROM TmplData WHERE tmpl_id = \(plan) AND element = '\(name)'"
                }
                links.insert([plan, item])
                return "INSERT INTO TmplData VALUES (\(plan), '\(name)', '\(name)')"
            }
        }

        /// A change of names that the binlog does not show as rows.
        mutating func loss(_ random: inout SeededGenerator) -> String {
            next += 1
            let plan = plans.keys.sorted().randomElement(using: &random) ?? 0
            plans[plan] = "plan \(next)"
            let sql = "UPDATE Templates SET name = 'plan \(next)' WHERE id = \(plan)"
            return Bool.random(using: &random)
                ? "SET SESSION binlog_format = STATEMENT; \(sql); SET SESSION binlog_format = ROW"
                : "XA START 'x\(next)'; \(sql); XA END 'x\(next)'; XA PREPARE 'x\(next)'; XA COMMIT 'x\(next)'"
        }
    }

    private func words(_ event: CapturedEvent) -> String {
        let data = event.data
        switch event.type {
        case "service_plan.updated":
            return "\(event.type) \(data["old"]?["name"]?.string ?? "?") → \(data["new"]?["name"]?.string ?? "?")"
        case "plan_item.created": return "\(event.type) \(data["new"]?["name"]?.string ?? "?")"
        case "plan_item.deleted": return "\(event.type) \(data["old"]?["name"]?.string ?? "?")"
        default:
            return "\(event.type) \(data["plan"]?["name"]?.string ?? "?") \(data["plan_item"]?["name"]?.string ?? "?")"
        }
    }

    @Test("whatever was changed unseen before, each event has the names of its time")
    func namesOfTheirTime() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("names after random losses: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var panel = Panel()
        let server = try PrivateMariaDB()
        try server.sql("CREATE DATABASE psa; USE psa; \(PsaSchema.sql)")
        for id in 1...4 {
            (panel.plans[id], panel.items[id]) = ("plan \(id)", "item\(id)")
            try server.sql(
                "INSERT INTO Templates (id, name, owner_id, type, uuid) VALUES (\(id), 'plan \(id)', 2, 'domain', '\(id)'); "
                    + "INSERT INTO PlanItems (id, classname, name, uuid) VALUES (\(id), 'Custom', 'item\(id)', '\(id)')",
                database: "psa")
        }
        let watched = WatchedServer(server, tables: [:], profile: "plesk")
        for _ in 0..<12 {
            // Names are read when all of this is over, and must be those of each change's moment.
            let lossAt = Int.random(in: 0..<20, using: &random)
            var statements: [String] = []
            for place in 0..<40 {
                if place == lossAt { statements.append(panel.loss(&random)) }
                statements.append(panel.change(&random))
            }
            try watched.watch()
            watched.stop()
            try server.sql(statements.joined(separator: ";\n"), database: "psa")
            try watched.watch()
            let events = try watched.events(panel.expected.count)
            #expect(events.map(words) == panel.expected)
            watched.stop()
            guard events.map(words) == panel.expected else { break }
        }
        #expect(watched.intake.gaps.count == 12)
    }
}
