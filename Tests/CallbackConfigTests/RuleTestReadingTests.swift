import CallbackConfig
import CallbackCore
import Testing

@Suite("The tests of a configuration")
struct RuleTestReadingTests {
    private static let start = """
        version: 1
        sources: {panel: {sqlite: {path: /panel.db}, profile: plesk, tables: {orders: {events: {insert: order.placed}}}}}
        targets: {billing: {webhook: {url: "https://a.example/"}}, hook: {command: {run: [/bin/true]}}}
        secrets: {token: {env: TOKEN}}
        rules: [{name: bill, events: [plan_item.created, order.placed], deliver: [billing, hook]}]

        """

    private func tests(_ text: String) throws -> [RuleTest] {
        let result = Samples.read(Self.start + text)
        #expect(Samples.lines(result.diagnostics) == [])
        return try #require(result.configuration).tests
    }

    @Test("an event is read as far as it is written, the rest is the same on every run")
    func shortEvent() throws {
        let test = try #require(
            tests("tests: [{name: a, event: {type: plan_item.created}, expect: []}]").first)
        #expect(test.name == "a")
        #expect(test.place == ConfigPlace(file: "etc/callbackd.yaml", line: 6, column: 16))
        #expect(test.expectations.isEmpty)
        let event = try #require(test.event)
        #expect(event.captured.type == "plan_item.created")
        #expect(event.captured.subject == "test")
        #expect(event.captured.data == [:])
        #expect(event.source == "/test")
        #expect(
            String(decoding: event.journalled.body, as: UTF8.self)
                == #"{"specversion":"1.0","id":"evt_00000000000000000000000000","source":"/test","#
                + #""type":"plan_item.created","subject":"test","time":"2000-01-01T00:00:00.000Z","#
                + #""datacontenttype":"application/json","sequence":"0000000000000001","data":{}}"#)
    }

    @Test("an event is read as `events show --json` prints it")
    func wholeEvent() throws {
        let text =
            #"{"specversion":"1.0","id":"evt_abc","source":"/x/panel","type":"plan_item.created","#
            + #""subject":"plan_item/7","time":"2026-11-22T10:00:00.123Z","datacontenttype":"application/json","#
            + #""sequence":"0000000000000042","data":{"new":{"id":7,"ratio":0.5,"label":null,"on":true},"changed":[]}}"#
        let event = try #require(tests("tests: [{name: a, event: \(text), expect: []}]").first?.event)
        #expect(String(decoding: event.journalled.body, as: UTF8.self) == text)
        #expect(event.journalled.sequence == 42)
    }

    @Test(
        "a moment is read with and without fractions, and in other zones",
        arguments: [
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500Z"),
            ("2026-11-22T12:00:00+02:00", "2026-11-22T10:00:00.000Z"),
        ])
    func time(written: String, read: String) throws {
        let test = try tests("tests: [{name: a, event: {type: plan_item.created, time: '\(written)'}, expect: []}]")
        #expect(test.first?.event?.captured.time.description == read)
    }

    @Test("a change becomes the event that its source makes of it")
    func change() throws {
        let tests = try tests(
            """
            tests:
              - {name: i, change: {source: panel, table: orders, insert: {id: 1}}, expect: []}
              - {name: u, change: {source: panel, table: orders, update: {old: {id: 1}, new: {id: 2}}}, expect: []}
              - {name: d, change: {source: panel, table: orders, delete: {id: 2}}, expect: []}
              - {name: n, change: {source: panel, table: silent, delete: {id: 2}}, expect: []}
            """)
        #expect(
            tests.map(\.event?.captured.subject) == ["orders/insert", "orders/update", "orders/delete", nil])
        #expect(tests.map(\.event?.source) == ["/test/panel", "/test/panel", "/test/panel", nil])
        #expect(
            tests.map(\.event?.captured.data) == [
                ["old": nil, "new": ["id": 1]], ["old": ["id": 1], "new": ["id": 2]], ["old": ["id": 2], "new": nil],
                nil,
            ])
    }

    @Test("what is expected is read in its short and in its long form")
    func expectations() throws {
        let test = try #require(
            tests(
                """
                tests:
                  - name: a
                    event: {type: plan_item.created}
                    expect: [bill]
                  - name: b
                    event: {type: plan_item.created}
                    expect: [{rule: bill, targets: [hook, billing], order: none}]
                  - name: c
                    event: {type: plan_item.created}
                    expect:
                      - rule: bill
                        order: "7"
                        deliver:
                          - hook
                          - target: billing
                            url: https://a.example/
                            headers: {Authorization: "Bearer ${secret.token}", X: null}
                            body: {a: [1, null]}
                  - name: d
                    event: {type: plan_item.created}
                    expect: [{rule: bill, deliver: [{target: hook, argv: [a, b], environment: {A: b, C: null}}]}]
                """) as [RuleTest]?)
        let rules = test.map(\.expectations)
        #expect(rules.map(\.count) == [1, 1, 1, 1])
        #expect(rules[0][0].deliveries == nil)
        #expect(rules[0][0].order == nil)
        #expect(rules[1][0].deliveries?.map(\.target) == ["hook", "billing"])
        #expect(rules[1][0].deliveries?.contains(where: \.hasDetails) == false)
        #expect(rules[1][0].order == .unordered)
        #expect(rules[2][0].order == .key("7"))
        let webhook = try #require(rules[2][0].deliveries?.last)
        #expect(rules[2][0].deliveries?.first?.hasDetails == false)
        #expect(webhook.hasDetails)
        #expect(webhook.url == "https://a.example/")
        #expect(webhook.headers == [.init("Authorization", "Bearer ${secret.token}"), .init("X", nil)])
        #expect(webhook.body == ["a": [1, nil]])
        let command = try #require(rules[3][0].deliveries?.first)
        #expect(command.arguments == ["a", "b"])
        #expect(command.environment == [.init("A", "b"), .init("C", nil)])
        #expect(command.place == ConfigPlace(file: "etc/callbackd.yaml", line: 26, column: 46, length: 4))
    }

    @Test("a test is not blamed for a rule, target or source that is wrong in itself")
    func noSecondError() {
        let result = Samples.read(
            """
            version: 1
            sources: {panel: {sqlite: {}, profile: plesk}}
            targets: {billing: {webhook: {url: "ftp://a.example/"}}}
            rules: [{name: bill, deliver: [billing]}]
            tests:
              - {name: a, event: {type: whatever}, expect: [{rule: bill, targets: [billing]}]}
              - {name: b, change: {source: panel, table: t, insert: {id: 1}}, expect: []}

            """)
        #expect(result.diagnostics.filter { $0.severity == .error }.map(\.code) == ["C013", "A001", "C013"])
    }
}

@Suite("Files of tests")
struct TestFileTests {
    private static let main =
        IncludeTests.main + "\nrules: [{name: main, events: [plan_item.created], deliver: [hook]}]\n"

    private static func test(_ name: String) -> String {
        "tests: [{name: \(name), event: {type: plan_item.created}, expect: []}]\n"
    }

    private static let files = [
        "etc/main.yaml": main + test("main"),
        "etc/a.test.yaml": test("beside"),
        "etc/.hidden.test.yaml": "nonsense: 1",
        "etc/other/c.test.yaml": "nonsense: 1",
        "etc/rules.d/b.test.yaml": test("below"),
        "etc/rules.d/r.yaml": test("included"),
    ]

    @Test("are found beside the main file and where includes look, and are read after them")
    func found() throws {
        let result = Samples.reader(Self.files).read(path: "etc/main.yaml", withTests: true)
        #expect(Samples.lines(result.diagnostics) == [])
        #expect(try #require(result.configuration).tests.map(\.name) == ["main", "included", "beside", "below"])
        #expect(result.configuration?.tests.last?.place.file == "etc/rules.d/b.test.yaml")
    }

    @Test("are found beside an include pattern that fits nothing else")
    func testsOnly() throws {
        var files = Self.files
        files["etc/rules.d/r.yaml"] = nil
        let result = Samples.reader(files).read(path: "etc/main.yaml", withTests: true)
        #expect(try #require(result.configuration).tests.map(\.name) == ["main", "beside", "below"])
    }

    @Test("are neither read nor included where nobody asks for them")
    func notAsked() throws {
        var files = Self.files
        files["etc/rules.d/b.test.yaml"] = "{"
        let result = Samples.reader(files).read(path: "etc/main.yaml")
        #expect(Samples.lines(result.diagnostics) == [])
        #expect(try #require(result.configuration).tests.map(\.name) == ["main", "included"])
        #expect(result.files.keys.sorted() == ["etc/main.yaml", "etc/rules.d/r.yaml"])
    }

    @Test("that are included by name are read once, whatever way the path is written")
    func onlyOnce() throws {
        let main = Self.main.split(separator: "include: [rules.d/*.yaml]").joined(
            separator: "include: [./a.test.yaml, rules.d/../rules.d/b.test.yaml]")
        var files = Self.files
        files["etc/main.yaml"] = main
        files["etc/./a.test.yaml"] = files["etc/a.test.yaml"]
        files["etc/rules.d/../rules.d/b.test.yaml"] = files["etc/rules.d/b.test.yaml"]
        let result = Samples.reader(files).read(path: "etc/main.yaml", withTests: true)
        #expect(Samples.lines(result.diagnostics) == [])
        #expect(result.configuration?.tests.map(\.name) == ["beside", "below"])
    }

    @Test("are judged like any other file, and hold nothing but tests")
    func wrong() {
        var files = Self.files
        files["etc/a.test.yaml"] =
            "rules: []\ntests:\n  - {name: main, event: {type: plan_item.craeted}, expect: [mian]}\n"
        files["etc/rules.d/b.test.yaml"] = ""
        let result = Samples.reader(files).read(path: "etc/main.yaml", withTests: true)
        #expect(
            zip(result.diagnostics, Samples.lines(result.diagnostics)).map { ($0.place?.file ?? "") + ":" + $1 } == [
                #"etc/a.test.yaml:1:1+5 C012 unknown key "rules" in a file of tests"#,
                #"etc/a.test.yaml:3:32+17 C051 test "main" has an event that no source gives: "plan_item.craeted" — did you mean "plan_item.created"?"#,
                #"etc/a.test.yaml:3:61+4 C105 test "main" expects an unknown rule: "mian" — did you mean "main"?"#,
                #"etc/rules.d/b.test.yaml:1:1+1 C013 a file of tests has no "tests""#,
            ])
        #expect(result.configuration == nil)
    }

    @Test("share the names of tests with the configuration")
    func nameTwice() {
        var files = Self.files
        files["etc/a.test.yaml"] = Self.test("main")
        let result = Samples.reader(files).read(path: "etc/main.yaml", withTests: true)
        #expect(
            Samples.lines(result.diagnostics) == [
                #"1:16+4 C101 two tests are called "main" — stands first in etc/main.yaml:6:16"#
            ])
    }
}
