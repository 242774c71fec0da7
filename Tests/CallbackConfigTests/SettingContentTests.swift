import CallbackConfig
import CallbackCore
import Testing

@Suite("The content of settings")
struct SettingContentTests {
    private static let text = """
        version: 1
        sources:
          panel:
            sqlite: {path: /panel.db, install: never}
            profile: plesk
            tables: {orders: {key: id, events: {insert: order.placed}, sensitive: [card]}}
        egress: {allow: [10.0.0.0/8]}
        secrets: {key: {env: KEY}}
        targets:
          billing:
            webhook: {url: "https://a.example/", format: cloudevents, headers: {X-A: b}, verify-tls: true}
            timeout: 5s
            retry: {schedule: [1s, 2s], jitter: 5%}
            concurrency: 2
            connections: 3
          hook: {command: {run: [/bin/echo, "{{ type }}"], environment: {A: b}, output-limit: 1KiB}}
        rules:
          - name: one
            events: [plan_item.created, order.placed]
            match: {data: {new: {label: [WP, 1, true]}}}
            order-by: "{{ subject }}"
            deliver: [hook, {target: billing, retry: {schedule: [3s], jitter: 7%}, body: {a: "{{ id }}", b: [1, null]}}]

        """

    /// What each part says, by its name.
    private static func contents(_ text: String) throws -> [String: JSONValue] {
        let result = Samples.read(text)
        let configuration = try #require(result.configuration, "\(Samples.lines(result.diagnostics))")
        var contents: [String: JSONValue] = ["egress": .array(configuration.egressAllow.map(\.value.content))]
        for source in configuration.sources { contents["source \(source.name)"] = source.content }
        for target in configuration.targets { contents["target \(target.name)"] = target.content }
        for rule in configuration.rules { contents["rule \(rule.name)"] = rule.content }
        return contents
    }

    @Test("the same values in other quotes, on other lines and between comments are the same")
    func otherWriting() throws {
        let other = """
            # moved
            version: 1
            egress:
              allow:
                - "10.0.0.0/8"   # a comment
            secrets: {key: {env: "KEY"}}
            sources:
              panel:
                tables: {'orders': {sensitive: ["card"], key: 'id', events: {insert: "order.placed"}}}
                profile: "plesk"
                sqlite: {install: 'never', path: "/panel.db"}
            targets:
              hook:
                command:
                  environment: {A: 'b'}
                  output-limit: 1024B
                  run:
                    - "/bin/echo"
                    - '{{ type }}'
              billing:
                connections: 3
                concurrency: 2
                timeout: 5000ms
                retry: {jitter: "5%", schedule: ["1s", 2000ms]}
                webhook:
                  verify-tls: true
                  url: >-
                    https://a.example/
                  format: 'cloudevents'
                  headers: {X-A: "\\u0062"}
            rules:
              - name: "one"
                match: {data: {new: {label: ["WP", 1, true]}}}
                events: ["plan_item.created", 'order.placed']
                order-by: '{{ subject }}'
                deliver: ["hook", {target: 'billing', body: {a: '{{ id }}', "b": [1, ~]}, retry: {schedule: ["3s"], jitter: "7%"}}]

            """
        let contents = try Self.contents(Self.text)
        #expect(contents.count == 5)
        #expect(try Self.contents(other) == contents)
    }

    @Test(
        "another value of any key is another content of its part, and of no other",
        arguments: [
            ("/panel.db", "/other.db", "source panel"), ("never", "auto", "source panel"),
            ("key: id", "key: number", "source panel"), ("sensitive: [card]", "sensitive: []", "source panel"),
            ("10.0.0.0/8", "10.0.0.0/9", "egress"), ("https://a.", "https://b.", "target billing"),
            (", format: cloudevents", "", "target billing"), ("X-A: b", "X-A: c", "target billing"),
            ("verify-tls: true", "verify-tls: false", "target billing"),
            ("timeout: 5s", "timeout: 6s", "target billing"),
            ("[1s, 2s]", "[2s, 1s]", "target billing"), ("5%", "6%", "target billing"),
            ("concurrency: 2", "concurrency: 4", "target billing"),
            ("connections: 3", "connections: 4", "target billing"), ("/bin/echo", "/bin/cat", "target hook"),
            ("{{ type }}", "{{type}}", "target hook"), ("{A: b}", "{B: b}", "target hook"),
            ("1KiB", "2KiB", "target hook"), ("events: [plan_item.created, ", "events: [", "rule one"),
            ("[WP, 1, true]", "[WP, \"1\", true]", "rule one"), ("[WP, 1, true]", "[WP, 1, \"true\"]", "rule one"),
            ("order-by: \"{{ subject }}\"", "order-by: none", "rule one"), ("[3s]", "[4s]", "rule one"),
            ("deliver: [hook, ", "deliver: [", "rule one"), ("[1, null]", "[1, \"null\"]", "rule one"),
        ])
    func otherValue(_ old: String, _ new: String, _ part: String) throws {
        let changed = Self.text.replacing(old, with: new)
        try #require(changed != Self.text)
        let (before, after) = (try Self.contents(Self.text), try Self.contents(changed))
        #expect(before.keys.filter { before[$0] != after[$0] } == [part])
        #expect(before.count == after.count)
    }

    @Test("a place says where a value stands, not how it is written")
    func places() {
        let place = ConfigPlace(file: "f", line: 1, column: 2, length: 3)
        let other = ConfigPlace(file: "f", line: 1, column: 2, length: 3, verbatim: .init(column: 3, length: 1))
        #expect(place == other && Set([place, other]).count == 1)
        #expect(place != ConfigPlace(file: "f", line: 1, column: 2, length: 4))
        #expect(place != ConfigPlace(file: "f", line: 1, column: 3, length: 3))
        #expect(place != ConfigPlace(file: "f", line: 2, column: 2, length: 3))
        #expect(place != ConfigPlace(file: "g", line: 1, column: 2, length: 3))
    }
}
