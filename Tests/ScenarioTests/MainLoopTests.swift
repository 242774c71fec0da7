import CallbackTestKit
import Testing

@Suite("The main job", .serialized)
struct MainLoopTests {
    @Test("the documented packets, a licence order and a row written by hand become signed callbacks")
    func documentedChanges() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        let itemAnswer = try scenario.packet(PrintedPackets.addPlanItemToPanel)
        #expect(itemAnswer.contains("<name>plan-item</name>"))
        #expect(try scenario.packet(PrintedPackets.addAppToPlan).contains("<filter-id>base_plan</filter-id>"))
        #expect(try scenario.packet(PrintedPackets.addPlanItemToPlan).contains("<item>Additional Service</item>"))
        let key = try scenario.orderLicence()
        try scenario.addDomain("new.example")

        let requests = try scenario.receiver.waitForRequests(5)
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 5)
        #expect(requests.differentIDs == 5)
        try OfficialVerifier.expectAll(requests)

        let events = try requests.byType()
        try expectPlanItem(events["plan_item.created"], scenario)
        try expectPlan(events, scenario)
        expectLicence(events["license.ordered"], key)
        try expectDomain(events["domain.created"], scenario)
        #expect(daemon.stop() == 0)
    }

    private func expectPlanItem(_ event: JSON?, _ scenario: Scenario) throws {
        let event = try #require(event)
        let guid = try scenario.sql("SELECT uuid FROM PlanItems WHERE id = 1235;").trimmed
        #expect(event["subject"] == "plan_item/1235")
        #expect(
            event["data"] == [
                "new": [
                    "id": 1235, "name": "plan-item", "label": "New Service",
                    "tooltip": "Additional service description.", "url": "http://domain.com", "visible": true,
                    "guid": .text(guid), "external_id": nil, "classname": "Plesk_PlanItem_Custom",
                    "applicable_to_subscription": true, "applicable_to_email": false, "applicable_to_site": false,
                    "dom_id": "true", "dom_name": "true", "ftp_user": "true", "ftp_pass": "true", "cl_id": "false",
                    "cname": "false", "pname": "false", "email": "false", "image": "filename.png",
                    "internal": "true",
                ],
                "old": nil, "changed": [], "operation": "7",
            ])
    }

    private func expectPlan(_ events: [String: JSON], _ scenario: Scenario) throws {
        let guid = try scenario.sql("SELECT uuid FROM Templates WHERE id = 1234;").trimmed
        let plan: JSON = [
            "id": 1234, "name": "base_plan", "guid": .text(guid), "external_id": nil, "owner_id": 2,
            "owner_login": "JDoe",
        ]
        let app = try #require(events["service_plan.app_added"])
        #expect(app["subject"] == "service_plan/1234")
        #expect(
            app["data"] == [
                "new": nil, "old": nil, "changed": [], "operation": "8", "plan": plan,
                "app": ["property": "name", "value": "WordPress"],
            ])
        let item = try #require(events["service_plan.plan_item_added"])
        #expect(item["subject"] == "service_plan/1234")
        #expect(
            item["data"] == [
                "new": nil, "old": nil, "changed": [], "operation": "9", "plan": plan,
                "plan_item": [
                    "id": 1234, "name": "Additional Service", "label": "Additional Service",
                    "guid": "0ca04c13-55cc-2542-04b4-1f792a217a3e", "external_id": "456",
                ],
            ])
    }

    private func expectLicence(_ event: JSON?, _ key: String) {
        let event = event ?? .null
        let data = event["data"]
        let new = data["new"]
        #expect(event["subject"].text.map { key.hasPrefix($0.dropFirst("license/".count)) } == true)
        #expect(new["key_number"] == .text(key))
        #expect(new["product"] == "PLESK-12-VPS")
        #expect(new["kind"] == "plesk")
        #expect(new["title"] == "Shop server")
        #expect(new["comment"] == "for the shop")
        #expect(new["period"] == 12)
        #expect(new["os"] == "LINUX")
        #expect(new["server_ip"] == nil)
        #expect(new["status"] == "active")
        #expect(new["options"]["WPBSites"] == "10")
        #expect(new["options"]["applications"] == "0")
        #expect(new["addons"] == [])
        #expect(new["order_id"] == 1)
        #expect(data["old"] == nil)
        #expect(data["operation"] == "10")
    }

    private func expectDomain(_ event: JSON?, _ scenario: Scenario) throws {
        let event = try #require(event)
        let id = try scenario.sql("SELECT id FROM domains WHERE name = 'new.example';").trimmed
        let data = event["data"]
        #expect(event["subject"] == .text("domain/\(id)"))
        #expect(data["new"]["name"] == "new.example")
        #expect(data["new"]["cl_id"] == 3)
        #expect(data["new"]["parentDomainId"] == 0)
        #expect(data["new"]["guid"].text != nil)
        #expect(data["old"] == nil)
        #expect(data["operation"] == nil)
        #expect(data["customer"] == ["id": 3, "login": "customer", "name": "Sample Customer"])
    }

    @Test("a request has the documented form, and its event the CloudEvents attributes")
    func form() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("new.example")
        let request = try scenario.receiver.request(1)
        #expect(request.method == "POST")
        #expect(request.path == "/hooks")
        #expect(request.header("content-type") == "application/cloudevents+json; charset=utf-8")
        #expect(request.header("webhook-id")?.hasPrefix("msg_") == true)
        #expect(request.header("webhook-signature")?.hasPrefix("v1,") == true)
        #expect(request.header("webhook-timestamp").flatMap { Int($0) } != nil)
        let event = try request.json
        #expect(
            event.keys == [
                "data", "datacontenttype", "id", "sequence", "source", "specversion", "subject", "time", "type",
            ])
        #expect(event["specversion"] == "1.0")
        #expect(event["datacontenttype"] == "application/json")
        #expect(event["id"].text?.hasPrefix("evt_") == true)
        #expect(event["source"].text?.hasPrefix("/st_") == true)
        #expect(event["source"].text?.hasSuffix("/panel") == true)
        #expect(event["sequence"] == "0000000000000001")
        #expect(daemon.stop() == 0)
    }

    @Test("the official library refuses a body that was changed, and a signature by another secret")
    func forgery() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("new.example")
        let request = try scenario.receiver.request(1)
        let other = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
        #expect(try OfficialVerifier.judge([request]).status == 0)
        #expect(try OfficialVerifier.judge([request], secret: other).status == 1)
        #expect(try OfficialVerifier.judge([request]) { $0 + [0x20] }.errors.contains("No matching signature"))
        #expect(daemon.stop() == 0)
    }

    @Test("a domain made, changed and removed by sqlite3 gives three callbacks in order, with old and new")
    func lifeOfADomain() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        try scenario.sql("UPDATE domains SET description = 'mine' WHERE name = 'a.example';")
        try scenario.sql("DELETE FROM domains WHERE name = 'a.example';")
        let events = try scenario.receiver.waitForRequests(3).map { try $0.json }
        #expect(events.map(\.["type"]) == ["domain.created", "domain.updated", "domain.deleted"])
        #expect(Set(events.map(\.["subject"])).count == 1)
        #expect(events[1]["data"]["changed"] == ["description"])
        #expect(events[1]["data"]["old"]["description"] == nil)
        #expect(events[1]["data"]["new"]["description"] == "mine")
        #expect(events[2]["data"]["new"] == nil)
        #expect(events[2]["data"]["old"]["description"] == "mine")
        #expect(daemon.stop() == 0)
    }

    @Test("the rows of one operation of the panel are one event, and rolled back ones are none")
    func folding() throws {
        let scenario = try Scenario()
        let daemon = try scenario.start()
        try scenario.sql("BEGIN; INSERT INTO domains (name, displayName, cl_id) VALUES ('no', 'no', 3); ROLLBACK;")
        let unknownPlan = """
            <packet><service-plan><add-package><filter><name>none</name></filter>
            <package><name>name</name><value>WordPress</value></package></add-package></service-plan></packet>
            """
        try scenario.panel(
            ["xml", "--database", scenario.panelPath], input: unknownPlan,
            expecting: 1)
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        try scenario.packet(PrintedPackets.addPlanItemToPanel)
        let requests = try scenario.receiver.waitForRequests(2)
        #expect(try requests.map { try $0.json["data"]["new"]["name"] } == ["plan-item", "plan-item-2"])
        #expect(try scenario.json("events", "list").elements.count == 2)
        #expect(daemon.stop() == 0)
    }
}
