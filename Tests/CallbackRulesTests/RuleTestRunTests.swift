import CallbackCore
import CallbackRules
import Testing

@Suite("A test of rules")
struct RuleTestRunTests {
    private let place = ConfigPlace(file: "tests.yaml", line: 3, column: 5)

    /// Three rules: `bill` for visible items in order by their name, `all` for every item, `other` for another event.
    private func run(preview: RuleTestRun.Preview? = nil) throws -> RuleTestRun {
        let targets = [Sample.webhook("billing"), Sample.command("hook", run: ["/bin/true"])]
        let rules = try [
            Sample.rule(
                "bill", ["plan_item.created"], match: #"{"data":{"new":{"visible":[true]}}}"#,
                orderBy: #""{{ data.new.name }}""#,
                deliver: [Sample.deliver("billing", body: #"{"id":"{{ data.new.id }}"}"#), Sample.deliver("hook")]),
            Sample.rule("all", ["plan_item.created"], orderBy: #""none""#, deliver: [Sample.deliver("hook")]),
            Sample.rule("other", ["order.placed"], deliver: [Sample.deliver("hook")]),
        ]
        let (book, found) = RuleBook.compile(rules: rules, targets: targets, catalog: Sample.catalog)
        #expect(found.isEmpty, "\(found)")
        return RuleTestRun(book: try #require(book), preview: preview ?? Self.preview)
    }

    /// Shows the rendering itself, or the event.
    @Sendable
    private static func preview(
        rule: RuleName, target: TargetName, event: Event, rendering: Rendering?
    ) -> Result<DeliveryPreview, RehearsalProblem> {
        var preview = DeliveryPreview()
        preview.body = try? JSONParser.parse(rendering?.body ?? event.body)
        preview.headers = ["X-Token": "Bearer ${secret.token}", "X-Plain": "a"]
        preview.environment = ["A": "1"]
        preview.arguments = ["/bin/true", "-v"]
        preview.url = "https://a.example/"
        return .success(preview)
    }

    private static let visible: JSONValue = ["new": ["id": 7, "name": "n", "visible": true]]

    private func event(_ data: JSONValue = visible, _ type: EventType = "plan_item.created") -> ExampleEvent {
        ExampleEvent(Sample.captured(type, data: data))
    }

    private func expectation(
        _ rule: RuleName, _ deliveries: [DeliveryExpectation]? = nil, _ order: RuleExpectation.Order? = nil
    ) -> RuleExpectation {
        RuleExpectation(rule: rule, place: place, deliveries: deliveries, order: order)
    }

    private func delivery(
        _ target: TargetName, _ fill: (inout DeliveryExpectation) -> Void = { _ in }
    ) -> DeliveryExpectation {
        var delivery = DeliveryExpectation(target: target, place: place)
        fill(&delivery)
        return delivery
    }

    private func verdict(
        _ event: ExampleEvent?, _ expectations: RuleExpectation..., preview: RuleTestRun.Preview? = nil
    ) throws -> RuleTestVerdict {
        try run(preview: preview).verdict(
            of: RuleTest(name: "t", place: place, event: event, expectations: expectations))
    }

    @Test("is good where exactly the expected rules match")
    func good() throws {
        let verdict = try verdict(event(), expectation("bill"), expectation("all"))
        #expect(verdict.isGood)
        #expect(verdict.matched == ["bill", "all"])
        #expect(verdict.deliveries.map(\.target) == ["billing", "hook", "hook"])
        #expect(verdict.deliveries.map(\.orderingKey) == ["n", "n", nil])
        #expect(try verdict.deliveries[0].preview.get().body == ["id": 7])
    }

    @Test("is good where no rule is expected and none matches")
    func nothing() throws {
        #expect(try verdict(event(["new": [:]], "service_plan.app_added")).isGood)
    }

    @Test("fails by a rule that matches and is not expected")
    func unexpected() throws {
        let verdict = try verdict(event(), expectation("all"))
        #expect(
            verdict.failures.map(\.message) == [
                #"rule "bill" matched and was not expected; it delivers to billing, hook"#
            ])
        #expect(verdict.failures[0].place == place)
    }

    @Test("fails by a rule that is expected and does not match, and says why as far as the event's type tells")
    func missed() throws {
        let verdict = try verdict(
            event(["new": ["visible": false]]), expectation("bill"), expectation("all"), expectation("other"))
        #expect(
            verdict.failures.map(\.message) == [
                #"rule "bill" was expected and did not match: its pattern does not accept this event"#,
                #"rule "other" was expected and did not match: it waits for order.placed, and not for plan_item.created"#,
            ])
    }

    @Test("of a change that gives no event expects that nothing matches")
    func noEvent() throws {
        #expect(try verdict(nil).isGood)
        #expect(
            try verdict(nil, expectation("all")).failures.map(\.message) == [
                #"rule "all" was expected and did not match: this change gives no event"#
            ])
    }

    @Test("takes targets as a set")
    func targets() throws {
        #expect(
            try verdict(event(), expectation("bill", [delivery("hook"), delivery("billing")]), expectation("all"))
                .isGood)
        let verdict = try verdict(event(), expectation("bill", [delivery("billing")]), expectation("all", []))
        #expect(
            verdict.failures.map(\.message) == [
                #"rule "bill": targets: expected billing, came billing, hook"#,
                #"rule "all": targets: expected none, came hook"#,
            ])
        #expect(verdict.failures[0].expected == ["billing"])
        #expect(verdict.failures[0].actual == ["billing", "hook"])
    }

    @Test("holds the ordering key, and the lack of one")
    func order() throws {
        #expect(try verdict(event(), expectation("bill", nil, .key("n")), expectation("all", nil, .unordered)).isGood)
        let verdict = try verdict(event(), expectation("bill", nil, .unordered), expectation("all", nil, .key("x")))
        #expect(
            verdict.failures.map(\.message) == [
                #"rule "bill": order: expected none, came "n""#, #"rule "all": order: expected "x", came none"#,
            ])
    }

    @Test("finds the first difference of each part that is named, and looks at no other")
    func parts() throws {
        let good = delivery("hook") {
            $0.url = "https://a.example/"
            $0.headers = [.init("x-plain", "a"), .init("X-None", nil)]
            $0.arguments = ["/bin/true", "-v"]
            $0.environment = [.init("A", "1"), .init("B", nil)]
        }
        #expect(try verdict(event(), expectation("bill"), expectation("all", [good])).isGood)
        let bad = delivery("hook") {
            $0.url = "https://b.example/"
            $0.headers = [.init("X-Plain", nil), .init("X-None", "a")]
            $0.body = ["nope": 8]
            $0.arguments = ["/bin/true"]
            $0.environment = [.init("A", "2"), .init("B", "")]
            $0.input = [:]
        }
        let verdict = try verdict(event(), expectation("bill"), expectation("all", [bad]))
        #expect(
            verdict.failures.map(\.message) == [
                #"rule "all", target "hook": url: expected "https://b.example/", came "https://a.example/""#,
                #"rule "all", target "hook": headers.X-Plain: not expected, came "a""#,
                #"rule "all", target "hook": headers.X-None: expected "a", but it is not there"#,
                #"rule "all", target "hook": body.nope: expected 8, but it is not there"#,
                #"rule "all", target "hook": argv[1]: not expected, came "-v""#,
                #"rule "all", target "hook": environment.A: expected "2", came "1""#,
                #"rule "all", target "hook": environment.B: expected "", but it is not there"#,
                #"rule "all", target "hook": stdin: expected {}, but it is not there"#,
            ])
    }

    @Test(
        "takes a secret's reference or its mask, and no other secret",
        arguments: [("Bearer ${secret.token}", true), ("Bearer ••••", true), ("Bearer ${secret.other}", false)])
    func secrets(value: String, isGood: Bool) throws {
        let expected = delivery("hook") { $0.headers = [.init("x-token", value)] }
        #expect(try verdict(event(), expectation("bill"), expectation("all", [expected])).isGood == isGood)
    }

    @Test("fails by a delivery that could not be sent only where it looks into it")
    func unsendable() throws {
        let preview: RuleTestRun.Preview = { _, target, _, _ in .failure(RehearsalProblem("\(target) is broken")) }
        #expect(
            try verdict(event(), expectation("bill"), expectation("all", [delivery("hook")]), preview: preview).isGood)
        let looked = delivery("hook") { $0.arguments = ["/bin/true"] }
        let verdict = try verdict(event(), expectation("bill"), expectation("all", [looked]), preview: preview)
        #expect(verdict.failures.map(\.message) == [#"rule "all", target "hook" could not be sent: hook is broken"#])
    }

    @Test("covers the rules that it matched, expected or not")
    func coverage() throws {
        let verdicts = try [verdict(event(["new": ["visible": false]])), verdict(event(), expectation("all"))]
        let rules = try ["bill", "all", "other"].map { name in
            try Sample.rule(RuleName(name), ["plan_item.created"], deliver: [])
        }
        #expect(RuleCoverage.unmatched(of: rules, by: verdicts).map(\.name) == ["other"])
        #expect(RuleCoverage.unmatched(of: rules, by: []).map(\.name) == ["bill", "all", "other"])
    }
}

@Suite("What a preview shows")
struct DeliveryPreviewTests {
    @Test("covers every secret in headers, and leaves out the parts that there are not")
    func json() {
        var preview = DeliveryPreview()
        preview.headers = ["B": "x ${secret.a}, ${secret.b} y", "A": "${secret.open"]
        preview.arguments = ["a"]
        #expect(preview.json.text == #"{"headers":{"A":"${secret.open","B":"x ••••, •••• y"},"argv":["a"]}"#)
        #expect(DeliveryPreview().json == [:])
    }
}
