import Testing

@testable import PanelKit

@Suite("The panel's own log")
struct ActionLogTests {
    private func sent(_ packet: String) throws -> TestPanel {
        let panel = try TestPanel()
        let answer = try panel.send("<packet>\(packet)</packet>")
        #expect(answer.verdict == .ok, "\(answer.xml)")
        return panel
    }

    private func actions(_ panel: TestPanel) throws -> [String?] {
        try panel.texts("SELECT action_name || ' ' || object_id FROM log_actions ORDER BY id")
    }

    private func components(_ panel: TestPanel, of action: String) throws -> [String?] {
        try panel.texts(
            """
            SELECT component || ': ' || old_value || ' > ' || new_value FROM log_components c
            JOIN log_actions a ON a.id = c.action_id WHERE a.action_name = '\(action)' ORDER BY component
            """)
    }

    private static let customer = """
        <customer><add><gen_info><cname>C</cname><pname>P</pname><login>l</login><passwd>hush</passwd><pcode>1</pcode>\
        <country>BE</country></gen_info></add></customer>
        """

    @Test("a customer comes, changes, is suspended and goes: with the documented components, old and new")
    func customer() throws {
        let panel = try sent(
            Self.customer + """
                <customer><set><filter><id>4</id></filter><values><gen_info><pname>Q</pname><status>16</status></gen_info>\
                </values></set><del><filter><id>4</id></filter></del></customer>
                """)
        #expect(
            try actions(panel) == ["client_create 4", "client_update 4", "client_status_update 4", "client_delete 4"])
        #expect(
            try components(panel, of: "client_create") == [
                "company_name:  > C", "contact_name:  > P", "country:  > BE", "login_name:  > l",
                "postal_zip_code:  > 1",
            ])
        #expect(try components(panel, of: "client_update").contains("contact_name: P > Q"))
        #expect(
            try components(panel, of: "client_status_update")
                == ["contact_name: P > Q", "login_name: l > l", "status: 0 > 16"])
        #expect(try components(panel, of: "client_delete").contains("login_name: l > "))
    }

    @Test("a subscription with its hosting, its site and what becomes of them")
    func webspace() throws {
        let panel = try sent(
            """
            <webspace><add><gen_setup><name>a.example</name><ip_address>192.0.2.1</ip_address></gen_setup><hosting>\
            <vrt_hst><property><name>ftp_password</name><value>hush</value></property></vrt_hst></hosting></add></webspace>\
            <site><add><gen_setup><name>b.example</name><webspace-id>2</webspace-id></gen_setup></add></site>\
            <webspace><set><filter><id>2</id></filter><values><gen_setup><owner-login>JDoe</owner-login></gen_setup>\
            <hosting><none/></hosting></values></set><del><filter><id>2</id></filter></del></webspace>
            """)
        #expect(
            try actions(panel) == [
                "domain_create 2", "phys_hosting_create 2", "site_create 3", "domain_owner_change 2", "domain_update 2",
                "phys_hosting_delete 2", "site_delete 3", "domain_delete 2",
            ])
        #expect(
            try components(panel, of: "domain_create") == ["domain_name:  > a.example", "ip_address:  > 192.0.2.1"])
        #expect(try components(panel, of: "domain_owner_change").contains("login_name: admin > JDoe"))
        #expect(try panel.everything().allSatisfy { !$0.contains("hush") })
    }

    @Test("a plan's own changes, its apps and plan items are changes of the plan")
    func plans() throws {
        let panel = try sent(
            """
            <service-plan><add><name>p</name></add><set><filter><id>1235</id></filter><name>q</name></set><add-package>\
            <filter><id>1235</id></filter><package><name>name</name><value>WordPress</value></package></add-package>\
            <add-plan-item><filter><id>1235</id></filter><plan-item><name>Additional Service</name></plan-item>\
            </add-plan-item><del><filter><id>1235</id></filter></del></service-plan>
            """)
        let name = "template_domain"
        #expect(
            try actions(panel) == [
                "\(name)_create 1235", "\(name)_update 1235", "\(name)_update 1235", "\(name)_update 1235",
                "\(name)_delete 1235",
            ])
        #expect(try components(panel, of: "template_domain_update").contains("template_domain: p > q"))
    }

    @Test("each action is an event of the event log, with the words that it documents")
    func events() throws {
        for action in PanelAction.all {
            #expect(EventLogOperator.types.contains(action.eventType))
            #expect(EventLogOperator.classes.contains(action.objectClass), "\(action.name)")
        }
        let panel = try sent(Self.customer)
        #expect(
            try panel.texts("SELECT source || event_type || obj_class || obj_id || host || user FROM exp_event")
                == ["pleskcreatedclient4localhostadmin"])
    }

    @Test("what fails is not in the log")
    func failures() throws {
        let panel = try TestPanel()
        let packet = "<packet><customer><del><filter><id>99</id></filter></del></customer></packet>"
        #expect(try panel.send(packet).statuses == ["1013"])
        #expect(try panel.number("SELECT count(*) FROM log_actions") == 0)
    }

    @Test("whoever polls with the last number it saw misses no event and sees none twice")
    func polling() throws {
        let panel = try sent(Self.customer)
        func ids(after last: Int) throws -> [Int] {
            let packet = "<packet><event_log><get_events><lastId>\(last)</lastId></get_events></event_log></packet>"
            let events = try #require(try panel.send(packet).results.first).children(named: "event")
            return events.compactMap { $0.string("id").flatMap { Int($0) } }
        }
        #expect(try ids(after: 0) == [1])
        _ = try panel.send("<packet><customer><del><filter><id>4</id></filter></del></customer></packet>")
        #expect(try ids(after: 1) == [2])
        #expect(try ids(after: 2) == [])
        let last = try panel.send("<packet><event_log><get-last-id/></event_log></packet>")
        #expect(last.results.first?.string("id") == "2")
    }

    @Test("get gives each event to one asker only, unless it is asked to leave them")
    func taking() throws {
        let panel = try sent(Self.customer)
        func count(_ options: String) throws -> Int {
            let packet = "<packet><event_log><get>\(options)</get></event_log></packet>"
            return try #require(try panel.send(packet).results.first).children(named: "event").count
        }
        let leaving = "<options><flush_selected_range>false</flush_selected_range></options>"
        #expect(try [count(leaving), count(""), count(""), count(leaving)] == [1, 1, 0, 0])
        #expect(try panel.number("SELECT count(*) FROM exp_event WHERE flushed = 'true'") == 1)
    }
}
