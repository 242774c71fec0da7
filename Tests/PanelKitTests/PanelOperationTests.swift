import GRDB
import Testing

@testable import PanelKit

@Suite("Numbered operations")
struct PanelOperationTests {
    private struct Refusal: Error {}

    /// Triggers as a watching program would install them: everything that happens goes into a log.
    private func installLog(in panel: TestPanel) throws {
        try panel.write("CREATE TABLE log (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT)")
        for table in ["operations", "PlanItems", "PlanItemProperties", "TmplData", "licenses", "license_orders"] {
            for event in ["INSERT", "UPDATE", "DELETE"] {
                try panel.write(
                    """
                    CREATE TRIGGER log_\(table)_\(event) AFTER \(event) ON \(table)
                    BEGIN INSERT INTO log (what) VALUES ('\(event) \(table)'); END
                    """)
            }
        }
    }

    @Test("the number is the first row that an operation writes, and its closing the last")
    func order() throws {
        let panel = try TestPanel()
        try installLog(in: panel)
        let item = "<add><visible>1</visible><label>L</label><tooltip/></add>"
        #expect(try panel.send("<packet><plan-item>\(item)\(item)</plan-item></packet>").verdict == .ok)
        let one = [
            "INSERT operations", "INSERT PlanItems", "INSERT PlanItemProperties", "INSERT PlanItemProperties",
            "UPDATE operations",
        ]
        #expect(try panel.texts("SELECT what FROM log ORDER BY n") == one + one)
    }

    @Test("a licence and its order are one operation, also under foreign triggers")
    func licence() throws {
        let panel = try TestPanel()
        try installLog(in: panel)
        let order = try LicenseOrder(
            kind: .virtuozzo, product: "VIRTUOZZO-10", parameters: ["title": "T", "period": "1", "os": "LINUX"])
        _ = try LicenseOrdering(database: panel.database).place(order)
        #expect(
            try panel.texts("SELECT what FROM log ORDER BY n")
                == ["INSERT operations", "INSERT licenses", "INSERT license_orders", "UPDATE operations"])
    }

    @Test("an operation that fails leaves nothing, its number included, and the next one gets it")
    func atomicity() throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        #expect(throws: Refusal.self) {
            try panel.database.change { operation in
                #expect(operation.number == 6)
                try operation.db.execute(sql: "DELETE FROM TmplData")
                throw Refusal()
            }
        }
        #expect(try panel.everything() == before)
        #expect(try panel.database.change(\.number) == 6)
    }

    @Test("in a series the operations before and after a failing one stay")
    func series() throws {
        let panel = try TestPanel()
        try panel.database.series { series in
            let first = try series.run(\.number)
            #expect(throws: Refusal.self) {
                try series.run { operation in
                    try operation.db.execute(sql: "DELETE FROM TmplData")
                    throw Refusal()
                }
            }
            #expect(try series.run(\.number) == first + 1)
        }
        #expect(try panel.number("SELECT count(*) FROM TmplData") > 0)
        #expect(try panel.number("SELECT count(*) FROM operations WHERE closed_at IS NOT NULL") == 7)
    }

    @Test("a foreign trigger that refuses makes one operation fail, and the others go on")
    func refusingTrigger() throws {
        let panel = try TestPanel()
        try panel.write(
            """
            CREATE TRIGGER refuse BEFORE INSERT ON PlanItemProperties WHEN new.value = 'bad'
            BEGIN SELECT RAISE(ABORT, 'not this one'); END
            """)
        func item(_ label: String) -> String { "<add><visible>1</visible><label>\(label)</label><tooltip/></add>" }
        let answer = try panel.send("<packet><plan-item>\(item("a"))\(item("bad"))\(item("b"))</plan-item></packet>")
        #expect(answer.statuses == ["ok", "1023", "ok"])
        #expect(answer.results.compactMap { $0.string("name") } == ["plan-item", "plan-item-2"])
        #expect(try panel.number("SELECT count(*) FROM operations") == 7)
    }

    @Test("a foreign trigger that rolls the transaction back undoes the packet, and says so")
    func rollingBackTrigger() throws {
        let panel = try TestPanel()
        try panel.write(
            """
            CREATE TRIGGER refuse BEFORE INSERT ON PlanItemProperties WHEN new.value = 'bad'
            BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END
            """)
        let before = try panel.everything()
        func item(_ label: String) -> String { "<add><visible>1</visible><label>\(label)</label><tooltip/></add>" }
        #expect {
            try panel.send("<packet><plan-item>\(item("a"))\(item("bad"))\(item("b"))</plan-item></packet>")
        } throws: {
            if case PanelDatabaseError.failed(_, let reason) = $0 { reason.contains("all of it") } else { false }
        }
        #expect(try panel.everything() == before)
        #expect(try panel.send("<packet><plan-item>\(item("c"))</plan-item></packet>").verdict == .ok)
    }

    @Test("a foreign trigger that is broken itself makes the operation fail with 1023")
    func brokenTrigger() throws {
        let panel = try TestPanel()
        try panel.write(
            "CREATE TRIGGER broken AFTER INSERT ON TmplData BEGIN INSERT INTO no_such_table VALUES (1); END")
        #expect(try panel.send(DocumentedPackets.addPlanItemRequest).statuses == ["1023"])
    }

    @Test("a guid that is there already is answered with 1007")
    func guidTwice() throws {
        let panel = try TestPanel()
        // Stands for the one chance in 2^122: every new item is given the sample's guid.
        try panel.write(
            """
            CREATE TRIGGER twice AFTER INSERT ON PlanItems
            BEGIN UPDATE PlanItems SET uuid = '0ca04c13-55cc-2542-04b4-1f792a217a3e' WHERE id = new.id; END
            """)
        #expect(try panel.send(DocumentedPackets.planItemAddRequest).statuses == ["1007"])
        #expect(try panel.number("SELECT count(*) FROM PlanItems") == 1)
    }

    @Test("two thousand operations in one packet are answered one by one")
    func manyOperations() throws {
        let panel = try TestPanel()
        let operations = (1...2_000).map { "<add><name>plan \($0 % 1_000)</name></add>" }.joined()
        let statuses = try panel.sendPlan(operations).statuses
        #expect(statuses.prefix(1_000).allSatisfy { $0 == "ok" })
        #expect(statuses.dropFirst(1_000).allSatisfy { $0 == "1007" })
        #expect(statuses.count == 2_000)
        #expect(try panel.number("SELECT count(*) FROM operations") == 1_005)
    }
}
