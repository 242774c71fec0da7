import CallbackActions
import CallbackCore
import Testing

@Suite("the environment of a hook")
struct CommandEnvironmentTests {
    static func attempt(
        _ type: EventType, _ data: JSONValue, number: Int = 1, target: TargetName = "hook",
        rendering: Rendering? = nil
    ) -> Attempt {
        let id = EventID(rawValue: "evt_00000000000000000000000001")
        let time = Timestamp(milliseconds: 1_764_000_000_123)
        let draft = CloudEvent.draft(
            id: id, source: "/x/panel", type: type, subject: "thing/1", time: time, data: data)
        let event = Event(sequence: 1, id: id, type: type, subject: "thing/1", time: time, body: draft.body)
        return Attempt(
            delivery: DeliveryID(event: 1, ordinal: 1), number: number, webhookID: "msg_1", target: target,
            event: event, rendering: rendering)
    }

    private func variables(
        _ type: EventType, _ data: JSONValue, configured: [String: String] = [:], rendering: Rendering? = nil
    ) -> [String: String] {
        let environment = CommandEnvironment(
            attempt: Self.attempt(type, data, number: 3, rendering: rendering),
            target: CommandTarget(arguments: ["/bin/true"], environment: configured))
        let pairs = environment.variables.map { ($0.name, $0.value) }
        #expect(Set(pairs.map(\.0)).count == pairs.count)
        return Dictionary(pairs) { first, _ in first }
    }

    @Test("it holds the fixed path and the event's attributes, and nothing of the daemon's")
    func attributes() {
        #expect(
            variables("a.b", ["new": nil, "old": nil, "changed": [], "operation": "17"]) == [
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "EVENT_ID": "evt_00000000000000000000000001", "EVENT_TYPE": "a.b", "EVENT_SUBJECT": "thing/1",
                "EVENT_TIME": "2025-11-24T16:00:00.123Z", "ATTEMPT": "3",
            ])
    }

    @Test("new and old fields get their prefix, in capitals, whatever their type")
    func fields() {
        let all = variables(
            "plan_item.updated",
            [
                "new": [
                    "visible": true, "label": "a b", "size": 5, "url": nil, "list": [1, "x"], "odd-näme": .double(1.5),
                ],
                "old": ["visible": false, "label": ""], "changed": ["visible"], "redacted": ["x"],
            ])
        let own = all.filter { $0.key.hasPrefix("NEW_") || $0.key.hasPrefix("OLD_") }
        #expect(
            own == [
                "NEW_VISIBLE": "true", "NEW_LABEL": "a b", "NEW_SIZE": "5", "NEW_URL": "",
                "NEW_LIST": #"[1,"x"]"#,
                "NEW_ODD_N__ME": "1.5", "OLD_VISIBLE": "false", "OLD_LABEL": "",
            ])
    }

    @Test(
        "parts are new where something came and old where it went",
        arguments: [
            ("service_plan.plan_item_added", "NEW"), ("service_plan.plan_item_removed", "OLD"),
            ("service_plan.unassigned", "OLD"), ("service_plan.assigned", "NEW"),
        ] as [(EventType, String)]
    )
    func parts(type: EventType, side: String) {
        let all = variables(
            type,
            [
                "new": nil, "old": nil, "plan": ["id": 1234, "name": "base_plan"],
                "plan_item": ["name": "Additional Service"], "app": ["value": "WordPress"], "quantity": 2,
            ])
        #expect(all["\(side)_PLAN_ID"] == "1234")
        #expect(all["\(side)_PLAN_NAME"] == "base_plan")
        #expect(all["\(side)_PLAN_ITEM_NAME"] == "Additional Service")
        #expect(all["\(side)_APP_VALUE"] == "WordPress")
        #expect(all["\(side)_QUANTITY"] == "2")
    }

    @Test("customers and domains also come under the panel's own names")
    func panelNames() {
        let customer = variables(
            "customer.updated",
            ["new": ["login": "jdoe", "pname": "John", "pcode": "1"], "old": ["login": "jd", "cname": "Acme"]])
        #expect(customer["NEW_LOGIN_NAME"] == "jdoe")
        #expect(customer["OLD_LOGIN_NAME"] == "jd")
        #expect(customer["NEW_CONTACT_NAME"] == "John")
        #expect(customer["OLD_COMPANY_NAME"] == "Acme")
        #expect(customer["NEW_POSTAL_ZIP_CODE"] == "1")
        #expect(customer["NEW_LOGIN"] == "jdoe")
        let domain = variables("domain.created", ["new": ["name": "example.com"], "old": nil])
        #expect(domain["NEW_DOMAIN_NAME"] == "example.com")
        #expect(domain["OLD_DOMAIN_NAME"] == nil)
        #expect(variables("plan_item.created", ["new": ["name": "x"]])["NEW_DOMAIN_NAME"] == nil)
    }

    @Test("configured variables win, and rendered ones win over those")
    func configured() {
        let all = variables(
            "a.b", ["new": ["x": "event"]], configured: ["NEW_X": "mine", "PATH": "/opt/bin", "PLAN": "{{ data.x }}"],
            rendering: Rendering(environment: ["PLAN": "base"]))
        #expect(all["NEW_X"] == "mine")
        #expect(all["PATH"] == "/opt/bin")
        #expect(all["PLAN"] == "base")
    }

    @Test("a value that is too large or holds NUL is left out, and said to be")
    func truncated() {
        let largest = String(repeating: "x", count: 120 << 10)
        let all = variables("a.b", ["new": ["fits": .string(largest), "large": .string(largest + "x"), "nul": "a\0b"]])
        #expect(all["NEW_FITS"] == largest)
        #expect(all["NEW_LARGE"] == nil)
        #expect(all["NEW_NUL"] == nil)
        #expect(all["EVENT_TRUNCATED"] == "1")
    }

    @Test("all values together stay below 1 MiB")
    func total() {
        let value = JSONValue.string(String(repeating: "y", count: 100 << 10))
        let members = (0..<20).map { JSONObject.Member(key: "f\($0)", value: value) }
        let all = variables("a.b", ["new": .object(JSONObject(members: members))])
        #expect(all.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } < 1 << 20)
        #expect(all["NEW_F0"] != nil)
        #expect(all["NEW_F19"] == nil)
        #expect(all["EVENT_TRUNCATED"] == "1")
        #expect(all["EVENT_ID"] != nil)
    }

    @Test(
        "names that change which code runs, or that callbackd sets, are refused",
        arguments: [
            "LD_PRELOAD", "LD_", "BASH_ENV", "ENV", "IFS", "PYTHONPATH", "PERL5LIB", "SHELLOPTS", "PS4", "EVENT_ID",
            "ATTEMPT", "", "1A",
            "A-B", "A=B", "Ä",
        ]
    )
    func refused(name: String) {
        #expect(CommandEnvironment.objection(to: name) != nil)
    }

    @Test("other names are accepted", arguments: ["PATH", "PLAN", "new_x", "_", "ENVIRONMENT", "IFS2", "A1"])
    func accepted(name: String) {
        #expect(CommandEnvironment.objection(to: name) == nil)
    }
}
