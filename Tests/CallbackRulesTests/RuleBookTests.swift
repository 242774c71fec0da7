import CallbackCore
import CallbackRules
import Testing

@Suite("The rule book")
struct RuleBookTests {
    private func book(_ rules: [RuleSettings], _ targets: [TargetSettings]) throws -> RuleBook {
        let (book, diagnostics) = RuleBook.compile(rules: rules, targets: targets, catalog: Sample.catalog)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(book)
    }

    private func codes(
        _ rules: [RuleSettings], _ targets: [TargetSettings], secrets: Set<String>? = nil
    ) -> [String] {
        let (book, found) = RuleBook.compile(rules: rules, targets: targets, catalog: Sample.catalog, secrets: secrets)
        #expect((book == nil) == found.contains { $0.severity == .error })
        return found.map(\.code)
    }

    private let planEvent: JSONValue = [
        "plan": ["id": 1234, "name": "base_plan", "owner_id": 2, "owner_login": "JDoe"],
        "plan_item": ["id": 7, "name": "Additional Service"],
    ]

    // MARK: Matching

    @Test("an event meets the rules of its type whose pattern holds, in the order of the file")
    func matching() throws {
        let book = try book(
            [
                Sample.rule("all", ["plan_item.created"], deliver: [Sample.deliver("billing")]),
                Sample.rule(
                    "visible", ["plan_item.created"], match: #"{"data":{"new":{"visible":[true]}}}"#,
                    deliver: [Sample.deliver("billing"), Sample.deliver("other")]),
                Sample.rule("plans", ["service_plan.plan_item_added"], deliver: [Sample.deliver("other")]),
            ],
            [Sample.webhook("billing"), Sample.webhook("other")])
        func rules(_ event: CapturedEvent) -> [RuleName] { book.matches(event, source: "/x").map(\.rule) }
        #expect(rules(Sample.captured(data: ["new": ["visible": true]])) == ["all", "visible"])
        #expect(rules(Sample.captured(data: ["new": ["visible": false]])) == ["all"])
        #expect(rules(Sample.captured("service_plan.plan_item_added", data: planEvent)) == ["plans"])
        #expect(rules(Sample.captured("order.placed", data: [:])) == [])
        let match = book.matches(Sample.captured(data: ["new": ["visible": true]]), source: "/x").last
        #expect(match?.targets == ["billing", "other"])
    }

    @Test("a pattern can ask for the source that the event comes from")
    func sources() throws {
        let book = try book(
            [
                Sample.rule(
                    "one", ["plan_item.created"], match: #"{"source":["/x/panel"]}"#,
                    deliver: [Sample.deliver("billing")])
            ], [Sample.webhook("billing")])
        #expect(book.matches(Sample.captured(data: [:]), source: "/x/panel").count == 1)
        #expect(book.matches(Sample.captured(data: [:]), source: "/x/shop").isEmpty)
    }

    @Test("deliveries are ordered by subject, by a template, or not at all")
    func lanes() throws {
        func lane(_ orderBy: String?) throws -> LaneKey? {
            let rule = try Sample.rule(
                "r", ["service_plan.plan_item_added"], orderBy: orderBy, deliver: [Sample.deliver("t")])
            let book = try book([rule], [Sample.webhook("t")])
            let event = Sample.captured("service_plan.plan_item_added", subject: "service_plan/1234", data: planEvent)
            return try #require(book.matches(event, source: "/x").first).lane
        }
        #expect(try lane(nil) == LaneKey(orderingKey: "service_plan/1234"))
        #expect(try lane(#""{{ data.plan.owner_id }}""#) == LaneKey(orderingKey: "2"))
        #expect(try lane(#""owner/{{ data.plan.owner_login }}""#) == LaneKey(orderingKey: "owner/JDoe"))
        #expect(try lane(#""none""#) == nil)
    }

    @Test("an ordering key that no template makes is doubtful, one that is not known yet is wrong")
    func wrongOrder() throws {
        func codes(_ orderBy: String) throws -> [String] {
            let rule = try Sample.rule("r", ["plan_item.created"], orderBy: orderBy, deliver: [Sample.deliver("t")])
            return self.codes([rule], [Sample.webhook("t")])
        }
        #expect(try codes(#""data.new.id""#) == ["R011"])
        #expect(try codes(#""{{ id }}""#) == ["T009"])
        #expect(try codes(#""{{ sequence }}""#) == ["T009"])
        #expect(try codes(#""{{ data.new.nmae }}""#) == ["T007"])
        #expect(try codes("5") == ["R010"])
        #expect(try codes(#"["none"]"#) == ["R010"])
    }

    // MARK: What is wrong with the whole

    @Test("unknown events and targets are answered with the ones that were meant")
    func unknownNames() throws {
        let rule = try Sample.rule("r", ["plan_item.craeted"], deliver: [Sample.deliver("biling")])
        let (book, found) = RuleBook.compile(
            rules: [rule], targets: [Sample.webhook("billing")], catalog: Sample.catalog)
        #expect(book == nil)
        #expect(Set(found.map(\.code)) == ["R001", "R002"])
        #expect(found.first { $0.code == "R001" }?.label == #"did you mean "plan_item.created"?"#)
        #expect(found.first { $0.code == "R002" }?.label == #"did you mean "billing"?"#)
        #expect(found.first { $0.code == "R002" }?.help == "targets here: billing")
    }

    @Test("an unknown event is reported once, not for each of its fields")
    func unknownEventOnly() throws {
        let rule = try Sample.rule(
            "r", ["plan_item.craeted"], match: #"{"data":{"new":{"anything":[1]}}}"#,
            deliver: [Sample.deliver("t", body: #"{"a":"{{ data.new.anything }}"}"#)])
        #expect(codes([rule], [Sample.webhook("t", headers: ["X": "{{ data.new.anything }}"])]) == ["R001"])
    }

    @Test("doubled and empty parts are refused")
    func doubled() throws {
        let rule = try Sample.rule("r", ["plan_item.created"], deliver: [Sample.deliver("t")])
        #expect(codes([rule, rule], [Sample.webhook("t")]) == ["R003"])
        #expect(codes([rule], [Sample.webhook("t"), Sample.webhook("t")]) == ["R008"])
        let twice = try Sample.rule("r", ["plan_item.created"], deliver: [Sample.deliver("t"), Sample.deliver("t")])
        #expect(codes([twice], [Sample.webhook("t")]) == ["R004"])
        let events = try Sample.rule(
            "r", ["plan_item.created", "plan_item.created"], deliver: [Sample.deliver("t")])
        #expect(codes([events], [Sample.webhook("t")]) == ["R007"])
        #expect(codes([try Sample.rule("r", ["plan_item.created"], deliver: [])], [Sample.webhook("t")]) == ["R006"])
        #expect(codes([try Sample.rule("r", [], deliver: [Sample.deliver("t")])], [Sample.webhook("t")]) == ["R005"])
    }

    @Test("everything that is wrong is found in one run, sorted by place")
    func allAtOnce() throws {
        let rules = [
            try Sample.rule("a", ["nothing.here"], deliver: [Sample.deliver("t")], line: 9),
            try Sample.rule("b", [], deliver: [Sample.deliver("t")], line: 5),
            try Sample.rule(
                "c", ["plan_item.created"], match: #"{"data":{"x":[1]}}"#,
                deliver: [Sample.deliver("t", body: #"["{{ y }}"]"#)], line: 7),
        ]
        let (book, found) = RuleBook.compile(
            rules: rules, targets: [Sample.webhook("t", url: "https://{{ id }}")], catalog: Sample.catalog)
        #expect(book == nil)
        #expect(found.map(\.code).sorted() == ["P013", "R001", "R005", "T007", "T012"])
        let places = found.compactMap(\.place)
        #expect(places == places.sorted())
    }

    @Test("a body for a command and a program from a template are refused")
    func commands() throws {
        let rule = try Sample.rule("r", ["plan_item.created"], deliver: [Sample.deliver("c", body: #"{"a":1}"#)])
        #expect(codes([rule], [Sample.command("c", run: ["/bin/true"])]) == ["R009"])
        let plain = try Sample.rule("r", ["plan_item.created"], deliver: [Sample.deliver("c")])
        #expect(codes([plain], [Sample.command("c", run: ["/bin/{{ data.new.name }}"])]) == ["T015"])
    }

    @Test("a target's templates are held against the events that reach it, of all rules")
    func targetShapes() throws {
        let target = Sample.command("c", run: ["/bin/x", "{{ data.app.value }}"])
        let apps = try Sample.rule("apps", ["service_plan.app_added"], deliver: [Sample.deliver("c")])
        let items = try Sample.rule("items", ["service_plan.plan_item_added"], deliver: [Sample.deliver("c")])
        #expect(codes([apps], [target]) == [])
        #expect(codes([apps, items], [target]) == ["T008"])
        #expect(codes([items], [target]) == ["T007"])
        #expect(codes([], [target]) == [])
    }

    @Test("a header's secret must be one that there is")
    func secretNames() throws {
        let rule = try Sample.rule("r", ["plan_item.created"], deliver: [Sample.deliver("t")])
        let target = Sample.webhook("t", headers: ["Authorization": "Bearer ${secret.token}"])
        #expect(codes([rule], [target], secrets: ["token"]) == [])
        #expect(codes([rule], [target], secrets: ["other"]) == ["T011"])
        #expect(codes([rule], [Sample.webhook("t", url: "https://x.example/${secret.token}")]) == ["T010"])
    }

    @Test("a retry schedule of its own belongs to one delivery only")
    func retry() throws {
        let policy = RetryPolicy(schedule: [.seconds(1)], jitter: 0)
        let rule = try Sample.rule(
            "r", ["plan_item.created"], deliver: [Sample.deliver("a", retry: policy), Sample.deliver("b")])
        let book = try book([rule], [Sample.webhook("a"), Sample.webhook("b")])
        #expect(book.retry(rule: "r", target: "a") == policy)
        #expect(book.retry(rule: "r", target: "b") == nil)
        #expect(book.retry(rule: "r", target: "c") == nil)
        #expect(book.retry(rule: "x", target: "a") == nil)
    }
}
