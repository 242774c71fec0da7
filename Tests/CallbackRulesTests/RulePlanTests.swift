import CallbackCore
import CallbackRules
import Testing

@Suite("What another rule book would change")
struct RulePlanTests {
    // MARK: Which callbacks

    @Test("a callback of a rule that both have is unchanged")
    func unchanged() throws {
        let book = try Books.book([Sample.rule("bill", [.created], deliver: [Sample.deliver("billing")])])
        let group = try #require(try Books.plan(from: book, to: book).only)
        #expect(group.unchanged == 3)
        #expect(group.isTheSame)
        #expect(group.examples.isEmpty)
    }

    @Test("a narrower pattern removes callbacks, a wider one adds them")
    func pattern() throws {
        func book(_ match: String?) throws -> RuleBook {
            try Books.book([Sample.rule("bill", [.created], match: match, deliver: [Sample.deliver("billing")])])
        }
        let narrow = try book(#"{"data":{"new":{"visible":[true]}}}"#)
        let wide = try book(nil)
        let removed = try #require(try Books.plan(from: wide, to: narrow).only)
        #expect(removed.removed.count == 1)
        #expect(removed.unchanged == 2)
        #expect(removed.removed.examples.map(\.event.sequence) == [2])
        let added = try #require(try Books.plan(from: narrow, to: wide).only)
        #expect(added.added.count == 1)
        #expect(added.added.examples.map(\.event.subject) == ["plan_item/2"])
        #expect(added.examples.map(\.kind) == [.added])
    }

    @Test("each target of a rule is judged for itself")
    func targets() throws {
        let before = try Books.book([
            Sample.rule("bill", [.created], deliver: [Sample.deliver("billing"), Sample.deliver("hook")])
        ])
        let after = try Books.book([
            Sample.rule("bill", [.created], deliver: [Sample.deliver("billing"), Sample.deliver("audit")])
        ])
        let groups = try Books.plan(from: before, to: after)
        #expect(groups.map(\.target) == ["audit", "billing", "hook"])
        #expect(groups.map(\.added.count) == [3, 0, 0])
        #expect(groups.map(\.removed.count) == [0, 0, 3])
        #expect(groups.map(\.unchanged) == [0, 3, 0])
    }

    @Test("a rule with another name that makes the same callbacks is told as perhaps renamed")
    func renamed() throws {
        func book(_ name: RuleName, _ match: String) throws -> RuleBook {
            try Books.book([Sample.rule(name, [.created], match: match, deliver: [Sample.deliver("billing")])])
        }
        let visible = #"{"data":{"new":{"visible":[true]}}}"#
        let groups = try Books.plan(from: book("bill", visible), to: book("charge", visible))
        #expect(groups.map(\.renamed) == ["charge", "bill"])
        #expect(groups.map(\.removed.count) == [2, 0])
        #expect(groups.map(\.added.count) == [0, 2])
        // As many events, but others.
        let others = #"{"data":{"new":{"id":[1,2]}}}"#
        let different = try Books.plan(from: book("bill", visible), to: book("charge", others))
        #expect(different.map(\.renamed) == [nil, nil])
    }

    // MARK: What they carry

    @Test(
        "what a callback carries is compared, and the first difference is told",
        arguments: [
            (#"{"n":"{{ data.new.name }}"}"#, #"{"n":"{{ data.new.id }}"}"#, "n", #""one""#, "1"),
            (#"{"n":1}"#, #"{"n":1,"more":[1,{"a":null}]}"#, "more", nil, #"[1,{"a":null}]"#),
            (#"{"l":[1,{"a":1}]}"#, #"{"l":[1,{"a":2}]}"#, "l[1].a", "1", "2"),
            (#"{"n":1,"m":2}"#, #"{"m":2}"#, "n", "1", nil),
        ] as [(String, String, String, String?, String?)])
    func bodies(old: String, new: String, path: String, before: String?, after: String?) throws {
        func book(_ body: String) throws -> RuleBook {
            try Books.book([Sample.rule("bill", [.created], deliver: [Sample.deliver("billing", body: body)])])
        }
        let group = try #require(try Books.plan(from: book(old), to: book(new)).only)
        #expect(group.changed.count == 3)
        let difference = try #require(group.changed.examples.first?.difference)
        #expect(difference == CallbackDifference("body", path: path, before: before, after: after))
    }

    @Test("a template that is written otherwise and gives the same is no change")
    func sameText() throws {
        func book(_ body: String) throws -> RuleBook {
            try Books.book([Sample.rule("bill", [.created], deliver: [Sample.deliver("billing", body: body)])])
        }
        let group = try #require(
            try Books.plan(from: book(#"{"s":"plan_item.created"}"#), to: book(#"{"s":"{{ type }}"}"#)).only)
        #expect(group.unchanged == 3)
        #expect(group.isTheSame)
    }

    @Test("another URL, header, argument or variable is a change")
    func parts() throws {
        let rule = try Sample.rule(
            "bill", [.created], deliver: [Sample.deliver("billing"), Sample.deliver("hook")])
        func difference(
            _ before: [TargetSettings], _ after: [TargetSettings], at target: TargetName
        ) throws -> CallbackDifference? {
            let groups = try Books.plan(
                from: Books.book([rule], targets: before), to: Books.book([rule], targets: after))
            return groups.first { $0.target == target }?.changed.examples.first?.difference
        }
        let hook = Sample.command("hook", run: ["/bin/hook", "{{ subject }}"], environment: ["A": "1"])
        let billing = Sample.webhook("billing", headers: ["X-Kind": "{{ type }}"])
        #expect(try difference([billing, hook], [billing, hook], at: "billing") == nil)
        #expect(
            try difference(
                [billing, hook],
                [
                    Sample.webhook(
                        "billing", url: "https://billing.example/{{ data.new.id }}", headers: ["X-Kind": "{{ type }}"]),
                    hook,
                ], at: "billing")
                == CallbackDifference(
                    "url", before: "https://billing.example/hook", after: "https://billing.example/1"))
        #expect(
            try difference([billing, hook], [Sample.webhook("billing"), hook], at: "billing")
                == CallbackDifference("header X-Kind", before: "plan_item.created", after: nil))
        #expect(
            try difference(
                [billing, hook],
                [billing, Sample.command("hook", run: ["/bin/hook", "x", "{{ id }}"], environment: ["A": "1"])],
                at: "hook") == CallbackDifference("argument 1", before: "plan_item/1", after: "x"))
        #expect(
            try difference(
                [billing, hook], [billing, Sample.command("hook", run: ["/bin/hook", "{{ subject }}"])], at: "hook")
                == CallbackDifference("environment A", before: "1", after: nil))
        #expect(
            try difference([billing, hook], [billing, Sample.webhook("hook")], at: "hook")
                == CallbackDifference("kind", before: "command", after: "webhook"))
    }

    @Test("secrets are not needed, and stand in a difference by name")
    func secrets() throws {
        let rule = try Sample.rule("bill", [.created], deliver: [Sample.deliver("billing")])
        func book(_ header: String) throws -> RuleBook {
            try Books.book([rule], targets: [Sample.webhook("billing", headers: ["Authorization": header])])
        }
        let group = try #require(
            try Books.plan(from: book("Bearer ${secret.old}"), to: book("Bearer ${secret.new}")).only)
        #expect(
            group.changed.examples.first?.difference
                == CallbackDifference(
                    "header Authorization", before: "Bearer ${secret.old}", after: "Bearer ${secret.new}"))
    }

    @Test(
        "another ordering key is a change",
        arguments: [
            (nil, #""none""#, "plan_item/1", nil), (#""none""#, #""{{ data.new.name }}""#, nil, "one"),
            (#""{{ subject }}""#, nil, nil, nil),
        ] as [(String?, String?, String?, String?)])
    func order(old: String?, new: String?, before: String?, after: String?) throws {
        func book(_ orderBy: String?) throws -> RuleBook {
            try Books.book([
                Sample.rule("bill", [.created], orderBy: orderBy, deliver: [Sample.deliver("billing")])
            ])
        }
        let group = try #require(try Books.plan(from: book(old), to: book(new)).only)
        let difference = group.changed.examples.first?.difference
        let isTheSame = before == nil && after == nil
        #expect(difference == (isTheSame ? nil : CallbackDifference("ordering key", before: before, after: after)))
    }

    @Test("a template that cannot be filled in is told with its reason")
    func failing() throws {
        let rule = try Sample.rule("bill", [.created], deliver: [Sample.deliver("billing")])
        let before = try Books.book([rule], targets: [Sample.webhook("billing")])
        let after = try Books.book(
            [rule], targets: [Sample.webhook("billing", headers: ["X-Label": "{{ data.new.label }}"])])
        let group = try #require(try Books.plan(from: before, to: after).only)
        // The label of the third event holds a line break, which a header cannot.
        #expect(group.failing == 1)
        #expect(group.changed.count == 3)
        #expect(group.changed.examples.last?.failure?.contains("line break") == true)
        let fresh = try #require(try Books.plan(from: Books.book([]), to: after).only)
        #expect(fresh.added.count == 3)
        #expect(fresh.failing == 1)
    }

    // MARK: Bounds

    @Test("examples are few, counts are whole")
    func examples() throws {
        let book = try Books.book([Sample.rule("bill", [.created], deliver: [Sample.deliver("billing")])])
        let group = try #require(try Books.plan(from: Books.book([]), to: book, examples: 2).only)
        #expect(group.added.count == 3)
        #expect(group.added.examples.map(\.event.sequence) == [1, 2])
        #expect(group.json["added"] == 3)
    }

    @Test("events of types and sources that the new configuration does not have are counted")
    func unknown() throws {
        let book = try Books.book([Sample.rule("bill", [.created], deliver: [Sample.deliver("billing")])])
        var plan = try RulePlan(
            after: RuleEdition(inForce: book), catalog: EventCatalog([Sample.placed]), sources: ["shop"], examples: 1)
        let edition = try RuleEdition(inForce: book)
        for event in Books.events { try plan.compare(event, from: "panel", before: edition) }
        #expect(plan.events == 3)
        #expect(plan.unknownTypes == ["plan_item.created": 3])
        #expect(plan.unknownSources == ["panel": 3])
    }
}

/// Rule books to be compared, and the three events that they are compared over.
private enum Books {
    static let targets = [
        Sample.webhook("billing"), Sample.command("hook", run: ["/bin/hook"]), Sample.webhook("audit"),
    ]

    static func book(_ rules: [RuleSettings], targets: [TargetSettings] = Books.targets) throws -> RuleBook {
        let (book, diagnostics) = RuleBook.compile(rules: rules, targets: targets, catalog: Sample.catalog)
        return try #require(book, "\(diagnostics.map(\.message))")
    }

    static let events: [Event] = [
        event(1, "one", visible: true, label: "a"), event(2, "two", visible: false, label: "b"),
        event(3, "three", visible: true, label: "c\r\nd"),
    ]

    static func plan(from before: RuleBook, to after: RuleBook, examples: Int = 3) throws -> [PlannedGroup] {
        var plan = try RulePlan(
            after: RuleEdition(inForce: after), catalog: Sample.catalog, sources: ["panel"], examples: examples)
        let edition = try RuleEdition(inForce: before)
        for event in events { try plan.compare(event, from: "panel", before: edition) }
        return plan.groups
    }

    private static func event(_ number: Int64, _ name: String, visible: Bool, label: String) -> Event {
        let id = EventID(incarnation: "life", origin: EventOrigin(position: number, nonce: 1, ordinal: 0))
        let time = Timestamp(milliseconds: 1_795_341_600_000 + number)
        var draft = CloudEvent.draft(
            id: id, source: "/st/panel", type: "plan_item.created", subject: "plan_item/\(number)", time: time,
            data: [
                "new": [
                    "id": .integer(number), "name": .string(name), "visible": .bool(visible), "label": .string(label),
                ], "old": nil, "changed": [],
            ])
        draft.number(number)
        return Event(
            sequence: number, id: id, type: "plan_item.created", subject: "plan_item/\(number)", time: time,
            body: draft.body)
    }
}

extension EventType {
    fileprivate static let created: EventType = "plan_item.created"
}

extension Array {
    /// The element of a list of one.
    fileprivate var only: Element? { count == 1 ? first : nil }
}
