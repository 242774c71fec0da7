import Testing

@testable import PanelKit

@Suite("service-plan add-package")
struct AddPackageTests {
    private func add(_ app: String, filter: String = "<id>1234</id>", property: String = "name") -> String {
        "<add-package><filter>\(filter)</filter>\(package(app, property))</add-package>"
    }

    private func package(_ app: String, _ property: String = "name") -> String {
        "<package><name>\(property)</name><value>\(app)</value></package>"
    }

    @Test("a plan is found by name, id, guid and external id, and the answer echoes what was asked")
    func filters() throws {
        let panel = try TestPanel()
        try panel.write("UPDATE Templates SET external_id = 'ext', uuid = 'the-guid' WHERE id = 1234")
        let filters = [
            "<name> base_plan </name>", "<id>1234</id>", "<guid>the-guid</guid>", "<external-id>ext</external-id>",
        ]
        let values = ["WordPress", "Joomla", "Drupal", "http://apps.example/one"]
        for (filter, value) in zip(filters, values) {
            let answer = try panel.sendPlan(add(value, filter: filter, property: value.contains(":") ? "url" : "name"))
            #expect(answer.statuses == ["ok"])
            #expect(answer.results.map { $0.children.map(\.name) } == [["status", "filter-id", "id"]])
        }
        #expect(try panel.texts("SELECT propertyValue FROM smb_apsBundleFilterItems ORDER BY id") == values)
        #expect(try panel.number("SELECT count(*) FROM smb_apsBundleFilters") == 1)
    }

    @Test("each value of a filter has its own result, and those that fail leave the others alone")
    func severalPlans() throws {
        let panel = try TestPanel()
        _ = try panel.sendPlan("<add><name>silver</name></add>")
        let answer = try panel.sendPlan(
            add("WordPress", filter: "<id>1234</id><id>99</id><id>many</id><id>1235</id><id>1234</id>"))
        #expect(answer.statuses == ["ok", "1013", "1019", "ok", "1007"])
        #expect(answer.results.map { $0.string("filter-id") } == ["1234", "99", "many", "1235", "1234"])
        #expect(answer.results.map { $0.string("id") } == ["1234", nil, nil, "1235", nil])
        #expect(try panel.number("SELECT count(*) FROM smb_apsBundleFilterItems") == 2)
    }

    @Test("an owner narrows the search, and an unknown one is answered with 1015 for each value")
    func owner() throws {
        let panel = try TestPanel()
        func asked(_ owner: String) -> String {
            "<add-package><filter><name>base_plan</name><name>other</name></filter>\(owner)\(package("WordPress"))</add-package>"
        }
        #expect(try panel.sendPlan(asked("<owner-login>nobody</owner-login>")).statuses == ["1015", "1015"])
        #expect(try panel.sendPlan(asked("<owner-login>admin</owner-login>")).statuses == ["1013", "1013"])
        let found = try panel.sendPlan(asked("<owner-id>2</owner-id>"))
        #expect(found.statuses == ["ok", "1013"])
        #expect(found.results.map { $0.string("filter-id") } == ["base_plan", "other"])
    }

    @Test("a filter without a criterion means every plan")
    func everyPlan() throws {
        let panel = try TestPanel()
        _ = try panel.sendPlan("<add><name>silver</name></add>")
        let answer = try panel.sendPlan(add("WordPress", filter: ""))
        #expect(answer.results.map { $0.string("id") } == ["1234", "1235"])
        #expect(try TestPanel(sample: false).sendPlan(add("u", filter: "", property: "url")).statuses == ["1013"])
    }

    @Test("add-ons and other templates are no service plans")
    func otherTemplates() throws {
        let panel = try TestPanel()
        try panel.write("UPDATE Templates SET type = 'domain_addon' WHERE id = 1234")
        #expect(try panel.sendPlan(add("WordPress")).statuses == ["1013"])
    }

    @Test("a plan without an app filter gets a white one, in the same operation")
    func newFilter() throws {
        let panel = try TestPanel()
        _ = try panel.sendPlan("<add><name>silver</name></add>")
        let operations = try panel.number("SELECT count(*) FROM operations")
        #expect(try panel.sendPlan(add("Joomla", filter: "<name>silver</name>")).statuses == ["ok"])
        #expect(
            try panel.texts(
                """
                SELECT f.type || '/' || i.propertyName || '/' || i.propertyValue FROM TmplData d
                JOIN smb_apsBundleFilters f ON f.id = d.value JOIN smb_apsBundleFilterItems i ON i.filterId = f.id
                WHERE d.tmpl_id = 1235 AND d.element = 'aps_bundle_filter_id'
                """) == ["white/name/Joomla"])
        #expect(try panel.number("SELECT count(*) FROM operations") == operations + 1)
    }

    @Test("a plan that points to a filter that is gone gets a new one")
    func danglingFilter() throws {
        let panel = try TestPanel()
        try panel.write("UPDATE TmplData SET value = '77' WHERE element = 'aps_bundle_filter_id'")
        #expect(try panel.sendPlan(add("Joomla")).statuses == ["ok"])
        #expect(try panel.texts("SELECT value FROM TmplData WHERE element = 'aps_bundle_filter_id'") == ["2"])
    }

    @Test("on a black filter an app is added by striking it off, and what is not named is already there")
    func blackFilter() throws {
        let panel = try TestPanel()
        try panel.write("UPDATE smb_apsBundleFilters SET type = 'black'")
        try panel.write(
            "INSERT INTO smb_apsBundleFilterItems (filterId, propertyName, propertyValue) VALUES (1, 'name', 'Joomla')")
        #expect(try panel.sendPlan(add("Joomla")).statuses == ["ok"])
        #expect(try panel.number("SELECT count(*) FROM smb_apsBundleFilterItems") == 0)
        #expect(try panel.sendPlan(add("Joomla")).statuses == ["1007"])
    }

    @Test("several apps are added together, or where one is already there none")
    func severalApps() throws {
        let panel = try TestPanel()
        func asked(_ apps: String...) -> String {
            "<add-package><filter><id>1234</id></filter>\(apps.map { package($0) }.joined())</add-package>"
        }
        #expect(try panel.sendPlan(asked("WordPress", "Joomla")).statuses == ["ok"])
        let before = try panel.everything()
        #expect(try panel.sendPlan(asked("Drupal", "WordPress")).statuses == ["1007"])
        #expect(try panel.sendPlan(asked("Drupal", "Drupal")).statuses == ["1007"])
        #expect(try panel.everything() == before)
    }

    @Test("an unknown app is answered with 1013, a wrong property with 1019, each with the filter's value")
    func wrongApps() throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        let unknown = try panel.sendPlan(add("Nonesuch"))
        #expect(unknown.statuses == ["1013"])
        #expect(unknown.results.first?.string("filter-id") == "1234")
        #expect(unknown.results.first?.children.map(\.name) == ["status", "errcode", "errtext", "filter-id"])
        #expect(try panel.sendPlan(add("WordPress", property: "colour")).statuses == ["1019"])
        #expect(try panel.sendPlan(add("")).statuses == ["1019"])
        #expect(try panel.everything() == before)
    }
}
