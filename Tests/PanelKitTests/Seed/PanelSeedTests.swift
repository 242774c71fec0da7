import Testing

@testable import PanelKit

@Suite("Seeding a panel")
struct PanelSeedTests {
    private func count(_ panel: TestPanel, _ condition: String) throws -> Int {
        try panel.number("SELECT count(*) FROM \(condition)")
    }

    @Test("plans, customers and subscriptions come through the panel's own numbered operations")
    func plant() throws {
        let panel = try TestPanel()
        let before = try count(panel, "operations")
        var progress: [Int] = []
        let seed = PanelSeed(plans: 3, customers: 150)
        try seed.plant(in: panel.database) { progress.append($0) }
        #expect(seed.operations == 303)
        #expect(progress == [100, 200, 300, 303])
        #expect(try count(panel, "Templates WHERE name LIKE 'seed-plan-%'") == 3)
        #expect(try count(panel, "clients WHERE login LIKE 'seed-customer-%' AND type = 'client'") == 150)
        #expect(try count(panel, "domains WHERE name LIKE 'seed-customer-%.example'") == 150)
        #expect(try count(panel, "operations") == before + 303)
        #expect(try count(panel, "operations WHERE closed_at IS NULL") == 0)
        let shares = try panel.texts(
            """
            SELECT count(*) FROM PlansSubscriptions JOIN Templates ON Templates.id = plan_id
            WHERE Templates.name LIKE 'seed-plan-%' GROUP BY plan_id
            """)
        #expect(shares == ["50", "50", "50"])
    }

    @Test("another seed goes on with the numbers, and one without plans takes none")
    func again() throws {
        let panel = try TestPanel()
        let before = try count(panel, "PlansSubscriptions")
        try PanelSeed(plans: 2, customers: 2).plant(in: panel.database) { _ in }
        try PanelSeed(plans: 1, customers: 0).plant(in: panel.database) { _ in }
        try PanelSeed(plans: 0, customers: 1).plant(in: panel.database) { _ in }
        #expect(try count(panel, "Templates WHERE name = 'seed-plan-3'") == 1)
        #expect(try count(panel, "clients WHERE login = 'seed-customer-3'") == 1)
        #expect(try count(panel, "PlansSubscriptions") == before + 2)
    }

    @Test("what the panel refuses is told, and nothing of its operation stays")
    func refused() throws {
        let panel = try TestPanel()
        // Somebody has a domain of that name.
        try panel.write(
            """
            INSERT INTO domains (cr_date, name, displayName, htype, cl_id, guid, vendor_id)
            VALUES (date('now'), 'seed-customer-1.example', 'seed-customer-1.example', 'none', 3, 'g', 2)
            """)
        #expect(throws: PanelDatabaseError.self) {
            try PanelSeed(plans: 1, customers: 1).plant(in: panel.database) { _ in }
        }
        #expect(try count(panel, "Subscriptions") == 1)
    }
}
