import CallbackTestKit
import Synchronization
import Testing

@Suite("Rules", .serialized)
struct RuleTests {
    @Test("a body of one's own, the path and headers are filled in from the event, and signed")
    func templates() throws {
        let scenario = try Scenario()
        try scenario.folder.write("token.secret", "s3cr3t\n")
        try scenario.configure(
            targets: """
                targets:
                  billing:
                    webhook:
                      url: "http://127.0.0.1:${port}/of/{{ data.customer.login }}?domain={{ data.new.name }}"
                      sign: {secret: billing}
                      headers: {X-Kind: "{{ type }}", Authorization: "Bearer ${secret.token}"}
                """,
            rules: """
                rules:
                  - name: bill
                    events: [domain.created]
                    deliver:
                      - target: billing
                        body:
                          charge: domain
                          domain: "{{ data.new.name }}"
                          words: "{{ data.new.name }} of {{ data.customer.login }}"
                          number: "{{ data.new.cl_id }}"
                          nothing: "{{ data.new.external_id }}"
                          nested: {list: [1, "{{ subject }}", true]}
                          event: "{{ id }}"
                """,
            secrets: #"token: {file: "${dir}/token.secret"}"#)
        let daemon = try scenario.start()
        try scenario.addDomain(#"a "b" & ü.example"#)
        let request = try scenario.receiver.request(1)
        let name = #"a "b" & ü.example"#
        #expect(request.path.lowercased() == "/of/customer?domain=a%20%22b%22%20%26%20%c3%bc.example")
        #expect(request.header("x-kind") == "domain.created")
        #expect(request.header("authorization") == "Bearer s3cr3t")
        let body = try request.json
        let id = try scenario.json("events", "list")[0]
        #expect(
            body == [
                "charge": "domain", "domain": .text(name), "words": .text("\(name) of customer"), "number": 3,
                "nothing": nil, "nested": ["list": [1, id["subject"], true]], "event": id["id"],
            ])
        try OfficialVerifier.expectAll([request])
        #expect(daemon.stop() == 0)
        #expect(try !scenario.stateHolds("s3cr3t"))
    }

    @Test("patterns choose which events are delivered")
    func patterns() throws {
        let scenario = try Scenario()
        let patterns = [
            ("exact", #"{name: [wp-1.example]}"#), ("prefix", #"{name: [{prefix: "wp-"}]}"#),
            ("not", #"{name: [{anything-but: [wp-1.example, other.example]}]}"#),
            ("not-prefix", #"{name: [{anything-but: {prefix: "wp-"}}]}"#),
            ("number", #"{status: [{numeric: [">=", 2, "<", 10]}]}"#), ("is-null", "{description: [null]}"),
            ("there", "{name: [{exists: true}]}"), ("missing", "{name: [{exists: false}]}"),
            ("both", #"{name: [{prefix: "wp-"}], status: [0]}"#), ("either", "{status: [2, 16]}"),
        ]
        let rules = patterns.map { name, pattern in
            """
              - name: \(name)
                events: [domain.created]
                match: {data: {new: \(pattern)}}
                deliver: [{target: billing, body: {rule: \(name), name: "{{ data.new.name }}"}}]
            """
        }
        try scenario.configure(rules: "rules:\n" + rules.joined(separator: "\n"))
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO domains (name, displayName, cl_id, status, description) VALUES
                ('wp-1.example', 'x', 3, 0, 'd'), ('wp-2.example', 'x', 3, 2, NULL), ('other.example', 'x', 3, 16, '');
            """)
        try scenario.journal(holds: 3)
        try scenario.nothingIsOwed()
        let chosen = try Set(
            scenario.receiver.requests.map { request in
                let body = try request.json
                return "\(body["rule"].text ?? "?") \(body["name"].text?.prefix(4) ?? "?")"
            })
        #expect(
            chosen == [
                "exact wp-1", "prefix wp-1", "prefix wp-2", "not wp-2", "not-prefix othe", "number wp-2",
                "is-null wp-2",
                "there wp-1", "there wp-2", "there othe", "both wp-1", "either wp-2", "either othe",
            ])
        #expect(scenario.receiver.requests.count == chosen.count)
        #expect(daemon.stop() == 0)
    }

    @Test("a changed field can be matched: which ones changed, and from what to what")
    func changedFields() throws {
        let scenario = try Scenario()
        try scenario.configure(
            rules: """
                rules:
                  - name: suspended
                    events: [domain.updated]
                    match: {data: {changed: [status], old: {status: [0]}, new: {status: [{anything-but: 0}]}}}
                    deliver: [billing]
                """)
        let daemon = try scenario.start()
        try scenario.sql(
            """
            UPDATE domains SET description = 'no' WHERE id = 1;
            UPDATE domains SET status = 16 WHERE id = 1;
            UPDATE domains SET status = 2 WHERE id = 1;
            """)
        try scenario.journal(holds: 3)
        try scenario.nothingIsOwed()
        let bodies = try scenario.receiver.requests.map { try $0.json["data"] }
        #expect(bodies.map(\.["new"]["status"]) == [16])
        #expect(daemon.stop() == 0)
    }

    @Test(
        "order-by decides what waits for what",
        arguments: [
            (#"order-by: "customer/{{ data.customer.id }}""#, ["a", "a", "b"]),
            ("", nil), ("order-by: none", nil),
        ])
    func orderBy(line: String, inOrder: [String]?) throws {
        let failures = Atomic(0)
        // The first domain's callback fails once.
        let scenario = try Scenario { request in
            guard request.text.contains("a.example") else { return .status(204) }
            return failures.add(1, ordering: .relaxed).oldValue == 0 ? .status(500) : .status(204)
        }
        try scenario.configure(
            targets: """
                targets:
                  billing:
                    webhook: {url: "http://127.0.0.1:${port}/hooks", sign: {secret: billing}}
                    retry: {schedule: [1s], jitter: 0%}
                """,
            rules: """
                rules:
                  - name: bill
                    events: [domain.created]
                    \(line)
                    deliver: [{target: billing, body: {name: "{{ data.new.name }}"}}]
                """)
        let daemon = try scenario.start()
        try scenario.sql(
            """
            INSERT INTO domains (name, displayName, cl_id) VALUES ('a.example', 'a', 3), ('b.example', 'b', 3);
            """)
        let names = try scenario.receiver.waitForRequests(3).map { try $0.json["name"].text?.prefix(1) ?? "?" }
        if let inOrder {
            #expect(names.map(String.init) == inOrder)
        } else {
            // The second domain did not wait for the first one's second attempt.
            #expect(names.last == "a")
        }
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 3)
        #expect(daemon.stop() == 0)
    }

    @Test("each rule and target has a webhook-id of its own, and all have the event's id")
    func identities() throws {
        let scenario = try Scenario()
        try scenario.configure(
            targets: Scenario.targets + """

                  second:
                    webhook: {url: "http://127.0.0.1:${port}/second", sign: {secret: billing}}
                """,
            rules: """
                rules:
                  - {name: one, events: [domain.created], deliver: [billing, second]}
                  - {name: two, events: [domain.created], deliver: [billing]}
                """)
        let daemon = try scenario.start()
        try scenario.addDomain("a.example")
        let requests = try scenario.receiver.waitForRequests(3)
        #expect(requests.differentIDs == 3)
        #expect(try Set(requests.map { try $0.json["id"] }).count == 1)
        #expect(requests.map(\.path).sorted() == ["/hooks", "/hooks", "/second"])
        #expect(try Set(scenario.json("deliveries", "list").elements.map(\.["webhook_id"])).count == 3)
        #expect(daemon.stop() == 0)
    }
}
