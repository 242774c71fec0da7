import Testing

@testable import PanelKit

@Suite("service-plan add-plan-item")
struct AddPlanItemTests {
    private func add(_ item: String, filter: String = "<id>1234</id>") -> String {
        "<add-plan-item><filter>\(filter)</filter><plan-item><name>\(item)</name></plan-item></add-plan-item>"
    }

    @Test("the plan gets a value under the item's name")
    func row() throws {
        let panel = try TestPanel()
        #expect(try panel.sendPlan(add("Additional\u{A0}Service ")).statuses == ["ok"])
        #expect(
            try panel.texts("SELECT value FROM TmplData WHERE tmpl_id = 1234 AND element = 'Additional Service'")
                == ["true"])
    }

    @Test("an item without an external id answers without one")
    func withoutExternalID() throws {
        let panel = try TestPanel()
        _ = try panel.send(DocumentedPackets.planItemAddRequest)
        let answer = try panel.sendPlan(add("plan-item"))
        #expect(answer.results.map { $0.children.map(\.name) } == [["status", "id", "name", "guid", "item"]])
        #expect(answer.results.first?.string("id") == "1235")
    }

    @Test("an item already in the plan is answered with 1007")
    func twice() throws {
        let panel = try TestPanel()
        _ = try panel.sendPlan(add("Additional Service"))
        let before = try panel.everything()
        #expect(try panel.sendPlan(add("Additional Service")).statuses == ["1007"])
        #expect(try panel.everything() == before)
    }

    @Test("an unknown plan and an unknown item are answered with 1013")
    func unknown() throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        #expect(try panel.sendPlan(add("Additional Service", filter: "<id>99</id>")).statuses == ["1013"])
        #expect(try panel.sendPlan(add("Nonesuch")).statuses == ["1013"])
        #expect(try panel.everything() == before)
    }

    @Test("a plan named twice in one filter is answered with 1007 the second time")
    func planTwice() throws {
        let panel = try TestPanel()
        let answer = try panel.sendPlan(
            add("Additional Service", filter: "<name>base_plan</name><name>base_plan</name>"))
        #expect(answer.statuses == ["ok", "1007"])
    }
}
