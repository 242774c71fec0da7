import Testing

@testable import PanelKit

@Suite("What a reseller may do")
struct ResellerTests {
    private static let reseller = Caller.reseller(id: 2, login: "JDoe", address: "192.0.2.9")

    private func panel() throws -> TestPanel {
        let panel = try TestPanel()
        let answer = try panel.send(
            """
            <packet><service-plan><add><name>admins</name></add></service-plan><customer><add><gen_info>\
            <pname>A</pname><login>admins</login><passwd>p</passwd></gen_info></add></customer><webspace><add>\
            <gen_setup><name>admins.example</name><owner-login>admins</owner-login></gen_setup></add></webspace></packet>
            """)
        #expect(answer.verdict == .ok, "\(answer.xml)")
        return panel
    }

    @Test(
        "what belongs to others does not exist for it",
        arguments: [
            "<service-plan><get><filter><name>admins</name></filter></get></service-plan>",
            "<service-plan><set><filter><name>admins</name></filter><name>mine</name></set></service-plan>",
            "<service-plan><del><filter><id>1235</id></filter></del></service-plan>",
            "<customer><get><filter><login>admins</login></filter><dataset><gen_info/></dataset></get></customer>",
            "<customer><del><filter><id>4</id></filter></del></customer>",
            "<webspace><del><filter><name>admins.example</name></filter></del></webspace>",
            "<site><get><filter><name>admins.example</name></filter><dataset><gen_info/></dataset></get></site>",
            "<site><add><gen_setup><name>x.example</name><webspace-name>admins.example</webspace-name></gen_setup></add></site>",
        ])
    func others(operation: String) throws {
        let panel = try panel()
        let before = try panel.everything()
        #expect(try panel.send("<packet>\(operation)</packet>", as: Self.reseller).statuses == ["1013"])
        #expect(try panel.everything() == before)
    }

    @Test(
        "what is the administrator's to do is answered with 1006, and so is acting for somebody else",
        arguments: [
            "<plan-item><add><visible>1</visible><label>L</label><tooltip/></add></plan-item>",
            "<plan-item><update><filter><all/></filter><visible>0</visible></update></plan-item>",
            "<plan-item><remove><filter><all/></filter></remove></plan-item>",
            "<event_log><get/></event_log>", "<event_log><get_events/></event_log>",
            "<event_log><get-last-id/></event_log>",
            "<service-plan><add><name>a</name><owner-login>admin</owner-login></add></service-plan>",
            "<service-plan><add><name>a</name><owner-id>99</owner-id></add></service-plan>",
            "<customer><add><gen_info><pname>A</pname><login>a</login><passwd>p</passwd><owner-id>1</owner-id></gen_info></add></customer>",
            "<secret_key><create><login>admin</login></create></secret_key>",
        ])
    func forbidden(operation: String) throws {
        let panel = try panel()
        let before = try panel.everything()
        #expect(try panel.send("<packet>\(operation)</packet>", as: Self.reseller).statuses == ["1006"])
        #expect(try panel.everything() == before)
    }

    @Test("what it makes is its own, and it sees all of its own")
    func own() throws {
        let panel = try panel()
        let answer = try panel.send(
            """
            <packet><service-plan><add><name>mine</name></add></service-plan><customer><add><gen_info><pname>A</pname>\
            <login>mine</login><passwd>p</passwd></gen_info></add></customer><webspace><add><gen_setup>\
            <name>mine.example</name><owner-login>mine</owner-login></gen_setup><plan-name>mine</plan-name></add>\
            </webspace></packet>
            """, as: Self.reseller)
        #expect(answer.verdict == .ok, "\(answer.xml)")
        #expect(try panel.texts("SELECT owner_id FROM Templates WHERE name = 'mine'") == ["2"])
        #expect(try panel.texts("SELECT vendor_id FROM clients WHERE login = 'mine'") == ["2"])
        #expect(try panel.texts("SELECT vendor_id FROM domains WHERE name = 'mine.example'") == ["2"])
        let plans = try panel.send(
            "<packet><service-plan><get><filter/></get></service-plan></packet>", as: Self.reseller)
        #expect(plans.results.map { $0.string("name") } == ["base_plan", "mine"])
        let all = try panel.send(
            "<packet><customer><get><filter/><dataset><gen_info/></dataset></get></customer></packet>",
            as: Self.reseller)
        #expect(all.results.map { $0.child("data")?.child("gen_info")?.string("login") } == ["customer", "mine"])
    }

    @Test("an account of another vendor cannot become the owner of its subscription")
    func foreignOwner() throws {
        let panel = try panel()
        let operation = """
            <webspace><add><gen_setup><name>x.example</name><owner-login>admins</owner-login></gen_setup></add></webspace>
            """
        #expect(try panel.send("<packet>\(operation)</packet>", as: Self.reseller).statuses == ["1015"])
    }

    @Test("the panel's log says who did it and from where")
    func logged() throws {
        let panel = try TestPanel()
        _ = try panel.send(
            "<packet><service-plan><add><name>mine</name></add></service-plan></packet>", as: Self.reseller)
        #expect(
            try panel.texts("SELECT user || ' ' || ip_address || ' ' || action_name FROM log_actions")
                == ["JDoe 192.0.2.9 template_domain_create"])
        #expect(try panel.texts("SELECT user || ' ' || host FROM exp_event") == ["JDoe 192.0.2.9"])
    }
}
