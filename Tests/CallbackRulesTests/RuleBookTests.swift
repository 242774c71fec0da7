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
    }

    // MARK: What is wrong with the whole

    @Test("an unknown event was reported before: its fields are not, and those beside it are held against nothing")
    func unknownEventOnly() throws {
        let rule = try Sample.rule(
            "r", ["plan_item.craeted"], match: #"{"data":{"new":{"anything":[1]}}}"#,
            deliver: [Sample.deliver("t", body: #"{"a":"{{ data.new.anything }}"}"#)])
        #expect(codes([rule], [Sample.webhook("t", headers: ["X": "{{ data.new.anything }}"])]) == [])
        let two = try Sample.rule(
            "r", ["plan_item.created", "plan_item.craeted"], match: #"{"data":{"new":{"anything":[1]}}}"#,
            deliver: [Sample.deliver("t")])
        #expect(codes([two], [Sample.webhook("t", headers: ["X": "{{ data.new.anything }}"])]) == [])
    }

    @Test("everything that is wrong is found in one run, sorted by place")
    func allAtOnce() throws {
        let rules = [
            try Sample.rule("a", ["order.placed"], orderBy: #""fixed""#, deliver: [Sample.deliver("t")], line: 9),
            try Sample.rule(
                "b", ["order.placed"], orderBy: #""{{ id }}""#, deliver: [Sample.deliver("c", body: "{}")], line: 5),
            try Sample.rule(
                "c", ["plan_item.created"], match: #"{"data":{"x":[1]}}"#,
                deliver: [Sample.deliver("t", body: #"["{{ y }}"]"#)], line: 7),
        ]
        let (book, found) = RuleBook.compile(
            rules: rules,
            targets: [Sample.webhook("t", url: "https://{{ id }}"), Sample.command("c", run: ["/bin/x"])],
            catalog: Sample.catalog)
        #expect(book == nil)
        #expect(found.map(\.code).sorted() == ["P013", "R009", "R011", "T007", "T009", "T012"])
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
        // Another rule, which could not be read, may bring the field.
        let (_, found) = RuleBook.compile(rules: [items], targets: [target], catalog: Sample.catalog, isWhole: false)
        #expect(found.isEmpty)
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
