import CallbackTestKit
import Testing

@Suite("callbackd test", .serialized)
struct RuleTestVerbTests {
    /// Line and column of what follows the first `key` in the scenario's configuration.
    private func place(after key: String, in scenario: Scenario) throws -> (line: Int, column: Int) {
        let lines = try Shell.read(scenario.configurationPath).split(separator: "\n", omittingEmptySubsequences: false)
        let index = try #require(lines.firstIndex { $0.contains(key) })
        let end = try #require(lines[index].firstRange(of: key)).upperBound
        return (index + 1, lines[index].distance(from: lines[index].startIndex, to: end) + 1)
    }

    private static let good = """
        tests:
          - name: an order is billed and provided
            change: {source: shop, table: orders, insert: {id: 7, customer: 3, total: 1.5, card_number: "4111", note: a b}}
            expect:
              - rule: orders
                order: "3"
                deliver:
                  - target: provision
                    argv: [/bin/echo, --order=7, a b]
                    environment: {TOTAL: "1.5", NEW_CUSTOMER: "3", NEW_CARD_NUMBER: null, EVENT_TYPE: order.placed}
                  - target: billing
                    url: "http://127.0.0.1:${port}/orders/7"
                    headers: {authorization: "Bearer ${secret.token}", x-subject: orders/7, X-Other: null}
                    body: {text: order 7, id: 7.0}
          - name: an order of nothing is not
            event: {type: order.placed, data: {new: {id: 7, total: 0}}}
            expect: []
          - name: a visible item goes to nobody but the hook
            event: {type: plan_item.created, data: {new: {visible: true}}}
            expect: [{rule: items, targets: [provision], order: none}]
        """

    @Test("passes without databases, secrets and hooks, and writes nothing")
    func good() throws {
        let scenario = try TestedRules.scenario(Self.good)
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors == "")
        #expect(
            result.output == """
                ok    an order is billed and provided
                ok    an order of nothing is not
                ok    a visible item goes to nobody but the hook
                3 tests, 0 failed

                """)
        #expect(try Shell.run("/bin/ls", [scenario.folder.file("state")]).output == "")
        #expect(try scenario.verb("check") == "\(scenario.configurationPath): no mistakes\n")
    }

    @Test("a failing test says what was expected, what came, and where")
    func failing() throws {
        let scenario = try TestedRules.scenario(
            """
            tests:
              - name: wrong in every part
                change: {source: shop, table: orders, insert: {id: 7, customer: 3, total: 1.5, note: a b}}
                expect:
                  - rule: orders
                    order: none
                    deliver:
                      - target: billing
                        url: "http://127.0.0.1:${port}/orders/8"
                        headers: {Authorization: "Bearer ${secret.billing}", X-Subject: null}
                        body: {id: "7", text: order 7}
                  - rule: items
              - name: wrong for the hook
                event: {type: plan_item.created, data: {new: {id: 5, visible: true}}}
                expect:
                  - rule: items
                    deliver:
                      - target: provision
                        argv: [/bin/echo, --order=5]
                        environment: {TOTAL: "5", NEW_ID: "5", NO_SUCH: a}
              - name: not expected
                event: {type: plan_item.created, data: {new: {visible: true}}}
                expect: []
              - name: a deletion gives nothing
                change: {source: shop, table: orders, delete: {id: 7}}
                expect: [orders]
              - name: does not match
                event: {type: order.placed, data: {new: {total: 0}}}
                expect: [orders]
            """)
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 1)
        #expect(result.errors == "")
        let lines = result.output.split(separator: "\n").filter { !$0.contains("--> ") }
        #expect(
            lines == [
                "FAIL  wrong in every part",
                #"      rule "orders": order: expected none, came "3""#,
                #"      rule "orders": targets: expected billing, came billing, provision"#,
                #"      rule "orders", target "billing": url: expected "http://127.0.0.1:\#(scenario.receiver.port)/orders/8", came "http://127.0.0.1:\#(scenario.receiver.port)/orders/7""#,
                #"      rule "orders", target "billing": headers.Authorization: expected "Bearer ${secret.billing}", came "Bearer ${secret.token}""#,
                #"      rule "orders", target "billing": headers.X-Subject: not expected, came "orders/7""#,
                #"      rule "orders", target "billing": body.id: expected the text "7", came the number 7"#,
                #"      rule "items" was expected and did not match: it waits for plan_item.created, and not for order.placed"#,
                "FAIL  wrong for the hook",
                #"      rule "items", target "provision": argv[2]: not expected, came """#,
                #"      rule "items", target "provision": environment.TOTAL: expected "5", came "none""#,
                #"      rule "items", target "provision": environment.NO_SUCH: expected "a", but it is not there"#,
                "FAIL  not expected",
                #"      rule "items" matched and was not expected; it delivers to provision"#,
                "FAIL  a deletion gives nothing",
                #"      rule "orders" was expected and did not match: this change gives no event"#,
                "FAIL  does not match",
                #"      rule "orders" was expected and did not match: its pattern does not accept this event"#,
                "5 tests, 5 failed",
            ])
        let arrows = result.output.split(separator: "\n").filter { $0.contains("--> ") }
        #expect(arrows.count == 13)
        let (line, column) = try place(after: "- rule: ", in: scenario)
        #expect(arrows.first == "        --> \(scenario.configurationPath):\(line):\(column)")
    }

    @Test("--json gives names, places, failures and what would be sent")
    func json() throws {
        let scenario = try TestedRules.scenario(
            Self.good + """

                  - name: not expected
                    event: {type: plan_item.created, data: {new: {visible: true}}}
                    expect: []
                """)
        let result = try scenario.callbackd(["test", "--json"])
        #expect(result.status == 1)
        let json = try JSON(parsing: result.output)
        #expect(json["ok"] == false)
        #expect(json["unmatched"] == [])
        #expect(json["tests"].elements.map(\.["ok"]) == [true, true, true, false])
        let first = json["tests"][0]
        #expect(first["name"] == "an order is billed and provided")
        #expect(first["file"] == .text(scenario.configurationPath))
        let (line, column) = try place(after: "- name: an order", in: scenario)
        #expect(first["line"] == .number(Double(line)))
        #expect(first["column"] == .number(Double(column - "an order".count)))
        #expect(first["matched"] == ["orders"])
        #expect(first["failures"] == [])
        let billing = first["deliveries"][0]
        #expect(billing["rule"] == "orders")
        #expect(billing["target"] == "billing")
        #expect(billing["order"] == "3")
        #expect(billing["body"] == ["id": 7, "text": "order 7"])
        #expect(billing["headers"]["Authorization"] == "Bearer ••••")
        #expect(billing["headers"]["webhook-signature"] == "v1,••••")
        let hook = first["deliveries"][1]
        #expect(hook["argv"] == ["/bin/echo", "--order=7", "a b"])
        #expect(hook["environment"]["NEW_TOTAL"] == "1.5")
        #expect(hook["stdin"]["data"]["redacted"] == ["card_number"])
        #expect(json["tests"][2]["deliveries"][0]["order"] == nil)
        let failure = json["tests"][3]["failures"][0]
        #expect(failure["rule"] == "items")
        #expect(failure["message"] == #"rule "items" matched and was not expected; it delivers to provision"#)
        #expect(failure["line"] == json["tests"][3]["line"])
    }

    @Test("no secret appears, whether it is there or not")
    func secrets() throws {
        let scenario = try TestedRules.scenario(
            """
            tests:
              - name: the token is sent
                change: {source: shop, table: orders, insert: {id: 7, customer: 3, total: 1.5, card_number: "4111222233334444"}}
                expect:
                  - rule: orders
                    deliver: [provision, {target: billing, headers: {Authorization: "Bearer ••••"}}]
            """)
        try scenario.folder.write("billing.secret", Scenario.secret + "\n")
        for words in [["--verbose"], ["--json"]] {
            let result = try Shell.run(
                Programs.callbackd, ["test", "--config", scenario.configurationPath] + words,
                environment: ["CALLBACKD_TEST_TOKEN": "hunter2-hunter2", "PATH": "/usr/bin:/bin"])
            #expect(result.status == 0)
            for text in [result.output, result.errors] {
                #expect(!text.contains("hunter2"))
                #expect(!text.contains("MDEyMzQ1"))
                #expect(!text.contains("4111222233334444"))
            }
            #expect(result.output.contains("Bearer ••••"))
        }
    }

    @Test("--verbose shows what each delivery would send")
    func verbose() throws {
        let scenario = try TestedRules.scenario(Self.good)
        let output = try scenario.verb("test", "--verbose")
        #expect(output.contains("      orders to billing, in order by \"3\"\n"))
        #expect(output.contains("\"body\": {\"id\":7,\"text\":\"order 7\"}"))
        #expect(output.contains("      items to provision, in no order\n"))
        #expect(output.contains("\"argv\": [\"/bin/echo\",\"--order=7\",\"a b\"]"))
        #expect(try scenario.verb("test", "-v") == output)
    }

    @Test("rules that no test matched are named, and --require-coverage makes that a failure")
    func coverage() throws {
        let scenario = try TestedRules.scenario(
            "tests: [{name: a, event: {type: plan_item.created, data: {new: {visible: true}}}, expect: [items]}]")
        let line = try place(after: "- name: orders", in: scenario).line
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 0)
        #expect(result.output == "ok    a\n1 test, 0 failed\n")
        #expect(
            result.errors
                == "warning: rules never matched by a test:\n  orders (\(scenario.configurationPath):\(line))\n")
        let strict = try scenario.callbackd(["test", "--require-coverage"])
        #expect(strict.status == 1)
        #expect(strict.errors == result.errors)
        let json = try JSON(parsing: scenario.callbackd(["test", "--json"]).output)
        #expect(json["ok"] == true)
        #expect(json["unmatched"].elements.map(\.["rule"]) == ["orders"])
    }

    @Test("a configuration without tests says so")
    func none() throws {
        let result = try TestedRules.scenario("").callbackd(["test"])
        #expect(result.status == 0)
        #expect(result.output == "0 tests, 0 failed\n")
        #expect(
            result.errors.hasPrefix(
                "warning: there are no tests; write them below tests:, or into a file *.test.yaml\n"))
        #expect(try TestedRules.scenario("").callbackd(["test", "--require-coverage"]).status == 1)
    }

    @Test("files *.test.yaml beside the configuration and what it includes are found, and only `test` reads them")
    func files() throws {
        let scenario = try Scenario(sample: false)
        try scenario.configure(
            sources: TestedRules.sources, targets: TestedRules.targets, rules: TestedRules.rules,
            secrets: "token: {env: X}",
            more: "include: [rules.d/*.yaml]")
        let event = "event: {type: plan_item.created, data: {new: {visible: true}}}, expect: [items]"
        try scenario.folder.write("beside.test.yaml", "tests: [{name: beside, \(event)}]\n")
        let folder = scenario.folder.file("rules.d")
        #expect(try Shell.run("/bin/mkdir", [folder]).status == 0)
        try scenario.folder.write("rules.d/below.test.yaml", "tests: [{name: below, \(event)}]\n")
        try scenario.folder.write("rules.d/more.yaml", "tests: [{name: included, \(event)}]\n")
        #expect(
            try scenario.verb("test") == "ok    included\nok    beside\nok    below\n3 tests, 0 failed\n")

        let path = try scenario.folder.write(
            "rules.d/below.test.yaml", "tests: [{name: below, evnet: {}, expect: []}]\n")
        #expect(try scenario.verb("check") == "\(scenario.configurationPath): no mistakes\n")
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 78)
        #expect(result.output == "")
        #expect(
            result.errors.hasPrefix(
                """
                error[C012]: unknown key "evnet" in test "below"
                 --> \(path):1:23
                  |
                1 | tests: [{name: below, evnet: {}, expect: []}]
                  |                       ^^^^^ did you mean "event"?
                """), "\(result.errors)")
    }

    @Test("a delivery that could not be sent is a warning, and a failure where a test looks into it")
    func unsendable() throws {
        let scenario = try TestedRules.scenario(
            #"""
            tests:
              - name: "a line\u001b[31m break"
                event: {type: order.placed, subject: "a\nb", data: {new: {id: 1, total: 1}}}
                expect: [orders]
            """#)
        let problem = #"header "X-Subject": the value of "subject" holds a line break, which a header cannot"#
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 0)
        #expect(result.output == "ok    a line\u{FFFD}[31m break\n1 test, 0 failed\n")
        #expect(
            result.errors.hasPrefix(
                "warning: test \"a line\u{FFFD}[31m break\": orders to billing could not be sent: \(problem)\n"))
        let text = try Shell.read(scenario.configurationPath)
        try scenario.folder.write(
            "callbackd.yaml",
            text.split(separator: "expect: [orders]", omittingEmptySubsequences: false).joined(
                separator: "expect: [{rule: orders, deliver: [provision, {target: billing, headers: {X-Subject: a}}]}]")
        )
        let failed = try scenario.callbackd(["test"])
        #expect(failed.status == 1)
        #expect(
            failed.output.contains(#"      rule "orders", target "billing" could not be sent: \#(problem)"# + "\n"))
    }

    @Test("what is shown is what is sent")
    func sameAsSent() throws {
        let scenario = try Scenario(sample: false)
        let shop = scenario.folder.file("panel/shop.db")
        try scenario.sql(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INT, total REAL, card_number TEXT, note TEXT);",
            on: shop)
        let hook = try scenario.hook("dump.sh", #"for word in "$@"; do echo "arg:$word"; done; env; cat"#)
        try scenario.folder.write("token", "hunter2\n")
        try scenario.configure(
            sources: Self.shopOnly,
            targets: TestedRules.targets.split(separator: "/bin/echo").joined(separator: hook),
            rules: """
                rules:
                  - name: orders
                    events: [order.placed]
                    deliver: [{target: billing, body: {id: "{{ data.new.id }}", all: "{{ data.new }}"}}, provision]
                tests:
                  - name: an order
                    change: {source: shop, table: orders, insert: {id: 7, customer: 3, total: 1.5, card_number: "4", note: ü "x"}}
                    expect: [orders]
                """, secrets: "token: {file: \"${dir}/token\"}")
        let shown = try scenario.json("test")["tests"][0]["deliveries"]

        let daemon = try scenario.start()
        try scenario.sql("INSERT INTO orders VALUES (7, 3, 1.5, '4', 'ü \"x\"');", on: shop)
        let request = try scenario.receiver.request(1)
        let sent = try scenario.delivery("1-2", is: "delivered")
        #expect(daemon.stop() == 0)

        #expect(try request.json == shown[0]["body"])
        #expect(shown[0]["url"] == .text("http://127.0.0.1:\(scenario.receiver.port)\(request.path)"))
        let own = ["host", "content-length", "accept", "webhook-id", "webhook-timestamp", "webhook-signature"]
        let headers = Dictionary(grouping: request.headers.filter { !own.contains($0.name.lowercased()) }) {
            $0.name.lowercased()
        }
        #expect(headers["authorization"]?.map(\.value) == ["Bearer hunter2"])
        for key in shown[0]["headers"].keys where key != "Authorization" && !own.contains(key.lowercased()) {
            #expect(headers[key.lowercased()]?.map(\.value) == [shown[0]["headers"][key].text ?? ""])
        }
        #expect(headers.count == shown[0]["headers"].keys.count { !own.contains($0.lowercased()) })

        let output = try #require(sent["attempts"].elements.last?["output"].text)
        let lines = output.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("arg:") }.map { .text(String($0.dropFirst(4))) }
                == Array(shown[1]["argv"].elements.dropFirst()))
        for key in shown[1]["environment"].keys where !["EVENT_ID", "EVENT_TIME", "EVENT_WEBHOOK_ID"].contains(key) {
            #expect(lines.contains("\(key)=\(shown[1]["environment"][key].text ?? "")"), "\(key)")
        }
        let read = try JSON(parsing: #require(lines.last))
        #expect(read["data"] == shown[1]["stdin"]["data"])
        #expect(read.keys == shown[1]["stdin"].keys)
    }

    private static let shopOnly = """
        sources:
          shop:
            sqlite: {path: "${dir}/panel/shop.db"}
            tables: {orders: {key: id, events: {insert: order.placed}, sensitive: [card_number]}}
        """
}
