import Testing

@testable import PanelKit

@Suite("Subscriptions and sites")
struct WebspaceTests {
    private func add(_ name: String, _ rest: String = "", setup: String = "<owner-login>customer</owner-login>")
        -> String
    {
        "<webspace><add><gen_setup><name>\(name)</name>\(setup)</gen_setup>\(rest)</add></webspace>"
    }

    private func send(_ packet: String, to panel: TestPanel) throws -> PacketAnswer {
        try panel.send("<packet>\(packet)</packet>")
    }

    @Test("a subscription is a domain, a row of Subscriptions and one of PlansSubscriptions, in one operation")
    func rows() throws {
        let panel = try TestPanel()
        let operations = try panel.number("SELECT count(*) FROM operations")
        #expect(try send(add("New.Example", "<plan-name>base_plan</plan-name>"), to: panel).statuses == ["ok"])
        #expect(try panel.number("SELECT count(*) FROM operations") == operations + 1)
        #expect(
            try panel.texts(
                """
                SELECT name || ' ' || displayName || ' ' || htype || ' ' || cl_id || ' ' || vendor_id || ' ' || webspace_id
                FROM domains WHERE id = 2
                """) == ["new.example new.example none 3 2 0"])
        #expect(
            try panel.texts(
                """
                SELECT s.object_type || ' ' || p.plan_id || ' ' || p.quantity || ' ' || length(s.uuid) FROM Subscriptions s
                JOIN PlansSubscriptions p ON p.subscription_id = s.id WHERE s.object_id = 2
                """) == ["domain 1234 1 36"])
        #expect(try panel.texts("SELECT value FROM Limits WHERE id = 2 AND limit_name = 'max_box'") == ["50"])
    }

    @Test("addons add to the limits of the plan, and -1 stays unlimited")
    func addons() throws {
        let panel = try TestPanel()
        let limits =
            "<limits><limit><name>max_box</name><value>7</value></limit><limit><name>max_subdom</name><value>3</value></limit></limits>"
        let answer = try send(
            """
            <service-plan-addon><add><name>x</name><owner-login>JDoe</owner-login>\(limits)</add></service-plan-addon>\
            \(add("a.example", "<plan-name>base_plan</plan-name>"))<webspace><add-subscription><filter><id>2</id></filter>\
            <plan-name>x</plan-name></add-subscription></webspace>
            """, to: panel)
        #expect(answer.verdict == .ok, "\(answer.xml)")
        let of = "SELECT value FROM Limits WHERE id = 2 AND limit_name ="
        #expect(try panel.texts("\(of) 'max_box'") == ["57"])
        #expect(try panel.texts("\(of) 'max_subdom'") == ["-1"])
        #expect(try panel.number("SELECT count(*) FROM PlansSubscriptions WHERE subscription_id = 2") == 2)
    }

    @Test("switching replaces the plan and its limits and leaves the addons")
    func switching() throws {
        let panel = try TestPanel()
        let limits = "<limits><limit><name>max_box</name><value>1</value></limit></limits>"
        let answer = try send(
            """
            <service-plan><add><name>small</name><owner-login>JDoe</owner-login>\(limits)</add></service-plan>\
            <service-plan-addon><add><name>x</name><owner-login>JDoe</owner-login></add></service-plan-addon>\
            \(add("a.example", "<plan-name>base_plan</plan-name>"))<webspace><add-subscription><filter><id>2</id></filter>\
            <plan-name>x</plan-name></add-subscription><switch-subscription><filter><id>2</id></filter>\
            <plan-name>small</plan-name></switch-subscription></webspace>
            """, to: panel)
        #expect(answer.verdict == .ok, "\(answer.xml)")
        #expect(
            try panel.texts("SELECT plan_id FROM PlansSubscriptions WHERE subscription_id = 2 ORDER BY 1")
                == ["1235", "1236"])
        #expect(try panel.texts("SELECT value FROM Limits WHERE id = 2 AND limit_name = 'max_box'") == ["1"])
    }

    @Test("plans and addons of another vendor are not there for a subscription")
    func foreignPlans() throws {
        let panel = try TestPanel()
        _ = try send("<service-plan><add><name>admins</name></add></service-plan>", to: panel)
        #expect(try send(add("a.example", "<plan-id>1235</plan-id>"), to: panel).statuses == ["1013"])
        let switched = """
            <webspace><switch-subscription><filter><id>1</id></filter><plan-name>admins</plan-name></switch-subscription></webspace>
            """
        #expect(try send(switched, to: panel).statuses == ["1013"])
    }

    @Test("removing a customer leaves no row of it, of its subscriptions or of its sites")
    func removal() throws {
        let panel = try TestPanel()
        let answer = try send(
            """
            <customer><add><gen_info><pname>P</pname><login>p</login><passwd>p</passwd><owner-login>JDoe</owner-login>\
            </gen_info></add></customer>\(add("a.example", "<prefs><www>1</www></prefs><plan-name>base_plan</plan-name>",
                setup: "<owner-login>p</owner-login>"))<site><add><gen_setup><name>b.example</name><webspace-id>2</webspace-id>\
            </gen_setup></add><add><gen_setup><name>c.b.example</name><parent-site-name>b.example</parent-site-name>\
            </gen_setup></add></site><webspace><add-package><filter><id>2</id></filter><package><name>name</name>\
            <value>Joomla</value></package></add-package><add-plan-item><filter><id>2</id></filter><plan-item>\
            <name>Additional Service</name></plan-item></add-plan-item></webspace>
            """, to: panel)
        #expect(answer.verdict == .ok, "\(answer.xml)")
        let kept = ["operations", "log_actions", "log_components", "exp_event", "sqlite_sequence"]
        func rows(_ panel: TestPanel) throws -> [String] {
            try panel.everything().filter { row in kept.allSatisfy { !row.hasPrefix($0 + " ") } }
        }
        #expect(
            try send("<customer><del><filter><login>p</login></filter></del></customer>", to: panel).statuses == ["ok"])
        let counts = [
            "clients": 3, "domains": 1, "Subscriptions": 1, "PlansSubscriptions": 1, "SubscriptionProperties": 0,
            "Limits": 0, "Permissions": 0, "dom_param": 0, "smb_apsBundleFilters": 1, "smb_apsBundleFilterItems": 0,
        ]
        for (table, count) in counts { #expect(try panel.number("SELECT count(*) FROM \(table)") == count, "\(table)") }
        #expect(try !rows(panel).contains { $0.contains("a.example") })
    }

    @Test("a plan item taken out of the panel leaves the plans and subscriptions that had it")
    func removedPlanItem() throws {
        let panel = try TestPanel()
        let name = "<plan-item><name>Additional Service</name></plan-item>"
        let answer = try send(
            """
            <service-plan><add-plan-item><filter><id>1234</id></filter>\(name)</add-plan-item></service-plan>\
            \(add("a.example"))<webspace><add-plan-item><filter><id>2</id></filter>\(name)</add-plan-item></webspace>\
            <plan-item><remove><filter><name>Additional Service</name></filter></remove></plan-item>
            """, to: panel)
        #expect(answer.verdict == .ok, "\(answer.xml)")
        #expect(try panel.number("SELECT count(*) FROM TmplData WHERE element = 'Additional Service'") == 0)
        #expect(try panel.number("SELECT count(*) FROM SubscriptionProperties") == 0)
        #expect(try panel.number("SELECT count(*) FROM PlanItemProperties") == 0)
    }

    @Test("a plan that subscriptions use cannot be removed")
    func usedPlan() throws {
        let panel = try TestPanel()
        #expect(try panel.sendPlan("<del><filter><id>1234</id></filter></del>").statuses == ["1023"])
        #expect(try panel.number("SELECT count(*) FROM Templates") == 1)
    }

    @Test("names of domains are one for the whole panel, whatever their case")
    func names() throws {
        let panel = try TestPanel()
        #expect(try send(add("SAMPLE.example"), to: panel).statuses == ["1007"])
        for name in [
            "nodot", "-a.example", "a..example", "a_b.example", "\(String(repeating: "a", count: 64)).example",
        ] {
            #expect(try send(add(name), to: panel).statuses == ["1019"], "\(name)")
        }
    }
}
