import Testing

@testable import PanelKit

@Suite("service-plan add")
struct ServicePlanAddTests {
    @Test("a plan is created with its owner, guid, external id and values, and answers id and guid")
    func whole() throws {
        let panel = try TestPanel()
        let answer = try panel.sendPlan(
            """
            <add><name> gold  plan </name><owner-login>JDoe</owner-login>
            <mail><nonexistent-user><bounce>No such user</bounce></nonexistent-user><webmail>horde</webmail>\
            <outgoing-messages-mbox-limit>10</outgoing-messages-mbox-limit></mail>
            <limits><overuse>block</overuse><limit><name>disk_space</name><value>1024</value></limit>\
            <limit><name>max_traffic</name><value>-1</value></limit></limits>
            <log-rotation><on><log-condition><log-bysize>100</log-bysize></log-condition></on></log-rotation>
            <preferences><stat>3</stat><dns-zone-type>master</dns-zone-type></preferences>
            <hosting><property><name>ssl</name><value>true</value></property></hosting>
            <performance><bandwidth>1.5</bandwidth></performance>
            <permissions><permission><name>manage_dns</name><value>false</value></permission></permissions>
            <external-id>ext-7</external-id>
            <php-settings><setting><name>memory_limit</name><value>64M</value></setting></php-settings>
            <web-server-settings><additional-nginx># none</additional-nginx></web-server-settings></add>
            """)
        #expect(answer.statuses == ["ok"])
        let result = try #require(answer.results.first)
        #expect(result.children.map(\.name) == ["status", "id", "guid"])
        let id = try #require(result.string("id"))
        #expect(
            try panel.texts(
                "SELECT name || '/' || owner_id || '/' || type || '/' || external_id FROM Templates WHERE id = \(id)")
                == ["gold plan/2/domain/ext-7"])
        #expect(try panel.texts("SELECT uuid FROM Templates WHERE id = \(id)") == [result.string("guid")])
        #expect(
            try panel.texts("SELECT element || '=' || value FROM TmplData WHERE tmpl_id = \(id) ORDER BY element") == [
                "bandwidth=1.5", "disk_space=1024", "dns_zone_type=master", "log_condition_log_bysize=100",
                "log_rotation=true", "manage_dns=false", "max_traffic=-1", "nonexistent_user_bounce=No such user",
                "outgoing_messages_mbox_limit=10", "overuse=block", "php_memory_limit=64M", "ssl=true", "stat=3",
                "web_server_additional_nginx=# none", "webmail=horde",
            ])
    }

    @Test("without an owner the plan is the administrator's; an owner can be named by id")
    func owners() throws {
        let panel = try TestPanel()
        let answer = try panel.sendPlan(
            "<add><name>a</name></add><add><name>b</name><owner-id>2</owner-id></add>")
        #expect(answer.verdict == .ok)
        #expect(try panel.texts("SELECT owner_id FROM Templates WHERE id > 1234 ORDER BY id") == ["1", "2"])
    }

    @Test(
        "an owner that is not there, or cannot own plans, is answered with 1015",
        arguments: [
            "<owner-login>nobody</owner-login>", "<owner-id>99</owner-id>", "<owner-login>customer</owner-login>",
            "<owner-id>3</owner-id>",
        ])
    func unknownOwner(owner: String) throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        let answer = try panel.sendPlan("<add><name>a</name>\(owner)</add>")
        #expect(answer.statuses == ["1015"])
        #expect(answer.verdict == .failed)
        #expect(try panel.everything() == before)
    }

    @Test("a name that the owner's plans already have is answered with 1007; another owner may use it")
    func nameTwice() throws {
        let panel = try TestPanel()
        let answer = try panel.sendPlan(
            """
            <add><name>base_plan</name><owner-login>JDoe</owner-login></add><add><name>base_plan</name></add>\
            <add><name>base_plan</name></add>
            """)
        #expect(answer.statuses == ["1007", "ok", "1007"])
    }

    @Test(
        "a wrong value is answered with 1019, and nothing of the plan stays",
        arguments: [
            "<name></name>", "<name>a</name><owner-id>x</owner-id>", "<name>a</name><owner-id>0</owner-id>",
            "<name>a</name><limits><limit><name>disk_space</name><value>much</value></limit></limits>",
            "<name>a</name><limits><limit><name>no_such_limit</name><value>1</value></limit></limits>",
            "<name>a</name><limits><overuse>sometimes</overuse></limits>",
            "<name>a</name><performance><bandwidth>fast</bandwidth></performance>",
            "<name>a</name><hosting><property><name>aps_bundle_filter_id</name><value>1</value></property></hosting>",
            "<name>a</name><hosting><property><name>two words</name><value>1</value></property></hosting>",
            "<name>a</name><permissions><permission><name>p</name><value>perhaps</value></permission></permissions>",
            "<name>\(String(repeating: "n", count: 256))</name>",
        ])
    func wrongValues(content: String) throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        #expect(try panel.sendPlan("<add>\(content)</add>").statuses == ["1019"])
        #expect(try panel.everything() == before)
    }

    @Test("a value given twice is answered with 1007, and nothing of the plan stays")
    func valueTwice() throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        let limit = "<limit><name>max_db</name><value>1</value></limit>"
        #expect(try panel.sendPlan("<add><name>a</name><limits>\(limit)\(limit)</limits></add>").statuses == ["1007"])
        #expect(try panel.everything() == before)
    }

    @Test("no value can pass for a plan item")
    func valueNamedLikeAPlanItem() throws {
        let panel = try TestPanel()
        _ = try panel.send(DocumentedPackets.planItemAddRequest)
        let property = "<property><name>plan-item</name><value>true</value></property>"
        #expect(try panel.sendPlan("<add><name>a</name><hosting>\(property)</hosting></add>").statuses == ["1019"])
    }

    @Test("all-to-zero gives every limit that is not named the value 0")
    func allToZero() throws {
        let panel = try TestPanel()
        let answer = try panel.sendPlan(
            "<add><name>a</name><limits><limit><name>max_db</name><value>7</value></limit><all-to-zero/></limits></add>"
        )
        let id = try #require(answer.results.first?.string("id"))
        let of = "FROM TmplData WHERE tmpl_id = \(id)"
        #expect(try panel.number("SELECT count(*) \(of)") == SettingNames.limits.count)
        #expect(try panel.texts("SELECT element \(of) AND value <> '0'") == ["max_db"])
    }
}
