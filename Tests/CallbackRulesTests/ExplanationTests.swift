import CallbackCore
import CallbackRules
import Testing

@Suite("Why a pattern does not hold")
struct ExplanationTests {
    /// What is said about a pattern below `data` and such data.
    private func lines(_ pattern: String, _ data: String) throws -> [String] {
        try lines(whole: #"{"data":\#(pattern)}"#, Sample.view(data: JSONParser.parse(data.utf8)))
    }

    private func lines(whole pattern: String, _ event: EventView) throws -> [String] {
        let (compiled, diagnostics) = PatternCompiler.compile(try .json(pattern), shapes: nil)
        #expect(diagnostics.isEmpty)
        let only: Pattern = try #require(compiled)
        let explanation = Explanation(of: only, against: event)
        let matcher = Matcher([.init(types: [event.type], pattern: only)])
        #expect(explanation.holds == (matcher.matches(event) == [0]))
        return explanation.reasons.flatMap(\.lines)
    }

    @Test(
        "the clause that failed is told with what it met",
        arguments: [
            (
                #"{"new":{"visible":[true]}}"#, #"{"new":{"visible":false}}"#,
                "data.new.visible is false, the rule wants true"
            ),
            (
                #"{"new":{"name":["a","b",{"prefix":"x"}]}}"#, #"{"new":{"name":"c"}}"#,
                #"data.new.name is "c", the rule wants "a", "b" or {"prefix":"x"}"#
            ),
            (#"{"new":{"name":["a"]}}"#, #"{"new":{}}"#, #"data.new.name is missing, the rule wants "a""#),
            (
                #"{"old":{"name":["a"]}}"#, #"{"old":null}"#,
                #"data.old.name is missing (data.old is null), the rule wants "a""#
            ),
            (#"{"old":{"name":["a"]}}"#, "{}", #"data.old.name is missing, the rule wants "a""#),
            (
                #"{"a":[{"numeric":[">=",0,"<",10]}]}"#, #"{"a":10}"#,
                #"data.a is 10, the rule wants {"numeric":[">=",0,"<",10]}"#
            ),
            (#"{"a":[{"anything-but":"x"}]}"#, #"{"a":"x"}"#, #"data.a is "x", the rule wants {"anything-but":"x"}"#),
            (#"{"a":[{"exists":false}]}"#, #"{"a":5}"#, #"data.a is 5, the rule wants {"exists":false}"#),
            (#"{"a":[{"exists":true}]}"#, #"{"a":{"b":1}}"#, #"data.a is an object, the rule wants {"exists":true}"#),
            (#"{"a":[1]}"#, #"{"a":"1"}"#, #"data.a is "1", the rule wants 1"#),
            (#"{"a.b":[1]}"#, #"{"a.b":2}"#, "data.a.b is 2, the rule wants 1"),
        ])
    func clauses(pattern: String, data: String, line: String) throws {
        #expect(try lines(pattern, data) == [line])
    }

    @Test(
        "in a list, the elements that were met are told",
        arguments: [
            (
                #"{"changed":["disk_space"]}"#, #"{"changed":["name","label"]}"#,
                #"data.changed holds "name", "label", the rule wants "disk_space""#
            ),
            (
                #"{"changed":["disk_space"]}"#, #"{"changed":["name"]}"#,
                #"data.changed[0] is "name", the rule wants "disk_space""#
            ),
            (
                #"{"changed":["disk_space"]}"#, #"{"changed":[]}"#,
                #"data.changed is an empty list, the rule wants "disk_space""#
            ),
            (
                #"{"a":{"n":[1]}}"#, #"{"a":[{"n":2},{},{"n":[3]}]}"#,
                "data.a[0].n is 2, data.a[1].n is missing, data.a[2].n[0] is 3; the rule wants 1"
            ),
            (#"{"a":{"n":[1]}}"#, #"{"a":[]}"#, "data.a.n is missing (data.a is an empty list), the rule wants 1"),
            (#"{"a":[9]}"#, #"{"a":[1,2,3,4,5,6,7]}"#, "data.a holds 1, 2, 3, 4, 5 and 2 more, the rule wants 9"),
        ])
    func lists(pattern: String, data: String, line: String) throws {
        #expect(try lines(pattern, data) == [line])
    }

    @Test("fields that are as wanted, but never in one element of a list, are told with the elements")
    func apart() throws {
        #expect(
            try lines(
                #"{"n":[1],"items":{"kind":["disk"],"size":[{"numeric":[">",5]}],"id":[{"exists":true}]}}"#,
                #"{"n":1,"items":[{"id":1,"kind":"disk","size":1},{"id":2,"kind":"cpu","size":9}]}"#) == [
                    "no one element of data.items is as the rule wants it:",
                    #"  data.items.kind is "disk" at data.items[0].kind"#,
                    #"  data.items.size is {"numeric":[">",5]} at data.items[1].size"#,
                ])
        #expect(
            try lines(#"{"a":{"b":{"x":[1],"y":[2]}}}"#, #"{"a":[{"b":{"x":1}},{"b":{"y":2}}]}"#)
                .first == "no one element of data.a is as the rule wants it:")
    }

    @Test("what must be missing is judged in the element that the other fields chose")
    func absence() throws {
        let pattern = #"{"a":{"x":[1],"y":[{"exists":false}]}}"#
        #expect(try lines(pattern, #"{"a":[{"x":1},{"x":2,"y":0}]}"#).isEmpty)
        #expect(
            try lines(pattern, #"{"a":[{"x":1,"y":0},{"x":2}]}"#) == [
                #"data.a[0].y is 0, data.a[1].y is missing; the rule wants {"exists":false}"#
            ])
        // Only the field that no element has is to blame.
        #expect(
            try lines(pattern, #"{"a":[{"x":2},{"x":3,"y":0}]}"#) == [
                "data.a[0].x is 2, data.a[1].x is 3; the rule wants 1"
            ])
    }

    @Test("a field that must be missing is asked of what the fields before it in the alphabet chose")
    func absenceInAlphabet() throws {
        let early = #"{"a":{"x":[{"exists":false}],"y":[1]}}"#
        #expect(
            try lines(early, #"{"a":[{"y":1},{"x":0,"y":2}]}"#) == [
                #"data.a[0].x is missing, data.a[1].x is 0; the rule wants {"exists":false}"#
            ])
        #expect(try lines(#"{"a":{"y":[1],"z":[{"exists":false}]}}"#, #"{"a":[{"y":1},{"y":2,"z":0}]}"#).isEmpty)
    }

    @Test("a value in a list of lists is tied to the inner list, and not to its own place")
    func nestedLists() throws {
        let pattern = #"{"a":["s"],"a.b":[1]}"#
        #expect(try lines(pattern, #"{"a":["s",{"b":1}]}"#).isEmpty)
        #expect(
            try lines(pattern, #"{"a":[["s"],{"b":1}]}"#) == [
                "no one element of data.a is as the rule wants it:", #"  data.a is "s" at data.a[0][0]"#,
                "  data.a.b is 1 at data.a[1].b",
            ])
    }

    @Test("each field that is not as wanted is told, and none that is")
    func several() throws {
        #expect(
            try lines(#"{"a":[1],"b":[2],"c":[{"exists":false}],"d":[4]}"#, #"{"a":0,"b":2,"c":3}"#) == [
                "data.a is 0, the rule wants 1", #"data.c is 3, the rule wants {"exists":false}"#,
                "data.d is missing, the rule wants 4",
            ])
    }

    @Test("of $or, every branch is told with its reason")
    func choices() throws {
        #expect(
            try lines(#"{"n":[1],"$or":[{"a":[1]},{"b":[2],"c":[3]}]}"#, #"{"n":1,"a":0,"b":2}"#) == [
                "none of the 2 patterns of $or holds:", "  1. data.a is 0, the rule wants 1",
                "  2. data.c is missing, the rule wants 3",
            ])
        #expect(try lines(#"{"$or":[{"a":[1]},{"b":[2]}]}"#, #"{"b":2}"#).isEmpty)
        #expect(
            try lines(#"{"n":[1],"$or":[{"a":[1]},{"$or":[{"b":[1]},{"c":[1]}]}]}"#, #"{"n":0}"#) == [
                "data.n is 0, the rule wants 1", "none of the 2 patterns of $or holds:",
                "  1. data.a is missing, the rule wants 1", "  2. none of the 2 patterns of $or holds:",
                "       1. data.b is missing, the rule wants 1", "       2. data.c is missing, the rule wants 1",
            ])
    }

    @Test("a choice that could be met in another element of the list only is told so")
    func tiedChoice() throws {
        let said = try lines(
            #"{"items":{"kind":["disk"],"$or":[{"size":[9]},{"name":["x"]}]}}"#,
            #"{"items":[{"kind":"disk","size":1},{"kind":"cpu","size":9}]}"#)
        #expect(said.first == "none of the 2 patterns of $or holds:")
        #expect(said.contains("  1. no one element of data.items is as the rule wants it:"))
        #expect(said.last?.contains("data.items[1].name is missing; the rule wants \"x\"") == true)
        // Two choices that can each be met, in different elements.
        let both = try lines(
            #"{"i":{"$or":[{"a":[1]},{"a":[2]}]},"$or":[{"i":{"b":[1]}},{"i":{"b":[2]}}]}"#,
            #"{"i":[{"a":1},{"b":2}]}"#)
        #expect(both.first == "none of the 2 patterns of $or holds:")
        #expect(both.count > 4)
    }

    @Test("the attributes beside the data are told in the same way; identity and number were not known")
    func attributes() throws {
        let event = Sample.view(data: [:])
        #expect(
            try lines(whole: #"{"subject":["plan_item/8"]}"#, event) == [
                #"subject is "plan_item/7", the rule wants "plan_item/8""#
            ])
        #expect(try lines(whole: #"{"nothing":[1]}"#, event) == ["nothing is missing, the rule wants 1"])
    }

    @Test("an event made to be expensive is explained at once")
    func adversary() throws {
        let elements = (0..<4_000).map { _ in JSONValue(dictionaryLiteral: ("a", 1), ("b", 1), ("c", 1), ("d", 0)) }
        let pattern = #"{"data":{"items":{"a":[1],"b":[1],"c":[1],"d":[1]}}}"#
        let (compiled, _) = PatternCompiler.compile(try .json(pattern), shapes: nil)
        let only: Pattern = try #require(compiled)
        let event = Sample.view(data: ["items": .array(elements)])
        let duration = ContinuousClock().measure {
            #expect(Explanation(of: only, against: event).reasons.flatMap(\.lines).count == 1)
        }
        #expect(duration < .seconds(5))
    }
}

@Suite("The verdicts of a rule book")
struct RuleVerdictTests {
    private func book(_ rules: [RuleSettings]) throws -> RuleBook {
        try #require(
            RuleBook.compile(
                rules: rules, targets: [Sample.webhook("billing"), Sample.webhook("audit")], catalog: Sample.catalog
            ).0)
    }

    private func event(visible: Bool) throws -> EventView {
        try EventView(Sample.event(data: ["new": ["visible": .bool(visible)], "old": nil, "changed": []]))
    }

    private func rules(_ match: String?, to target: TargetName = "billing") throws -> [RuleSettings] {
        [
            try Sample.rule("bill", ["plan_item.created"], match: match, deliver: [Sample.deliver(target)]),
            try Sample.rule("orders", ["order.placed"], deliver: [Sample.deliver("billing")]),
        ]
    }

    @Test("a rule has matched, is for another type, or has its reasons")
    func findings() throws {
        let book = try book(rules(#"{"data":{"new":{"visible":[true]}}}"#))
        let seen = book.verdicts(on: try event(visible: true))
        #expect(seen.map(\.rule) == ["bill", "orders"])
        #expect(seen.map(\.hasMatched) == [true, false])
        #expect(seen.map(\.isForAnotherType) == [false, true])
        #expect(seen[1].json["types"] == ["order.placed"])
        let unseen = book.verdicts(on: try event(visible: false))[0]
        #expect(unseen.json["verdict"] == "refused")
        guard case .array(let reasons)? = unseen.json["reasons"] else { return #expect(Bool(false)) }
        #expect(reasons.first?["message"] == "data.new.visible is false, the rule wants true")
        #expect(reasons.first?["path"] == "data.new.visible")
        #expect(reasons.first?["wanted"] == [true])
    }

    @Test("only rules whose callbacks would be others have shifted")
    func shifts() throws {
        let event = try event(visible: true)
        func verdicts(_ rules: [RuleSettings]) throws -> [RuleVerdict] { try book(rules).verdicts(on: event) }
        func shifted(_ then: [RuleSettings], _ now: [RuleSettings]) throws -> [RuleName] {
            try VerdictShift.all(then: verdicts(then), now: verdicts(now)).map(\.rule)
        }
        let visible = try rules(#"{"data":{"new":{"visible":[true]}}}"#)
        let hidden = try rules(#"{"data":{"new":{"visible":[false]}}}"#)
        #expect(try shifted(visible, visible).isEmpty)
        #expect(try shifted(visible, hidden) == ["bill"])
        #expect(try shifted(hidden, visible) == ["bill"])
        #expect(try shifted(visible, rules(nil)).isEmpty)
        #expect(try shifted(visible, rules(nil, to: "audit")) == ["bill"])
        #expect(try shifted(visible, Array(visible.dropFirst())) == ["bill"])
        #expect(try shifted(Array(visible.dropFirst()), visible) == ["bill"])
        #expect(try shifted(Array(hidden.dropFirst()), hidden).isEmpty)
    }
}
