import CallbackCore
import CallbackRules
import Testing

@Suite("The matcher")
struct MatcherTests {
    /// Whether a pattern below `data` matches such data.
    private func matches(_ pattern: String, _ data: String) throws -> Bool {
        try matches(whole: #"{"data":\#(pattern)}"#, Sample.view(data: JSONParser.parse(data.utf8)))
    }

    private func matches(whole pattern: String, _ event: EventView) throws -> Bool {
        let (compiled, diagnostics) = PatternCompiler.compile(try .json(pattern), shapes: nil)
        #expect(diagnostics.isEmpty)
        let only: Pattern = try #require(compiled)
        let matcher = Matcher([.init(types: [event.type], pattern: only)])
        return matcher.matches(event) == [0]
    }

    @Test(
        "exact values match by type and value",
        arguments: [
            (#"["x"]"#, #""x""#, true), (#"["x"]"#, #""y""#, false), (#"["x"]"#, #""X""#, false),
            (#"["x","y"]"#, #""y""#, true), (#"[""]"#, #""""#, true), (#"["x"]"#, "null", false),
            (#"[300]"#, "300", true), (#"[300]"#, "300.0", true), (#"[300]"#, "3.0e2", true),
            (#"[300.0]"#, "300", true), (#"[300]"#, #""300""#, false), (#"["300"]"#, "300", false),
            (#"[0]"#, "-0.0", true), (#"[-0.0]"#, "0", true), (#"[0.1]"#, "0.1", true), (#"[0]"#, "false", false),
            (#"[9007199254740993]"#, "9007199254740993", true), (#"[9007199254740993]"#, "9007199254740992", false),
            (#"[9223372036854775807]"#, "9223372036854775806", false),
            (#"[1152921504606847000]"#, "1.152921504606847e18", true),
            (#"[1152921504606846976]"#, "1.152921504606847e18", false),
            (#"[true]"#, "true", true), (#"[true]"#, "false", false), (#"[true]"#, "1", false),
            (#"[true]"#, #""true""#, false), (#"[null]"#, "null", true), (#"[null]"#, #""""#, false),
            (#"[null]"#, "false", false), (#"["é"]"#, #""é""#, true), (#"["\u00e9"]"#, #""e\u0301""#, false),
        ])
    func exact(alternatives: String, value: String, isMatch: Bool) throws {
        #expect(try matches(#"{"a":\#(alternatives)}"#, #"{"a":\#(value)}"#) == isMatch)
    }

    @Test("a field that is missing matches no value, not even null")
    func missing() throws {
        for alternatives in [
            #"["x"]"#, "[null]", #"[{"anything-but":"x"}]"#, #"[{"exists":true}]"#, #"[{"prefix":""}]"#,
        ] {
            #expect(try !matches(#"{"a":\#(alternatives)}"#, #"{"b":1}"#), "\(alternatives)")
            #expect(try !matches(#"{"a":{"b":\#(alternatives)}}"#, #"{"a":null}"#), "\(alternatives)")
            #expect(try !matches(#"{"a":{"b":\#(alternatives)}}"#, #"{"a":"b"}"#), "\(alternatives)")
        }
    }

    @Test(
        "prefix speaks of strings, byte by byte",
        arguments: [
            (#""WP Toolkit""#, true), (#""WP ""#, true), (#""WP""#, false), (#""wp Toolkit""#, false), ("5", false),
            ("null", false), (#""x WP ""#, false),
        ])
    func prefix(value: String, isMatch: Bool) throws {
        #expect(try matches(#"{"a":[{"prefix":"WP "}]}"#, #"{"a":\#(value)}"#) == isMatch)
    }

    @Test("a prefix can end before an accent that belongs to the next character")
    func prefixBeforeAccent() throws {
        #expect(try matches(#"{"a":[{"prefix":"cafe"}]}"#, #"{"a":"cafe\u0301"}"#))
        #expect(try matches(#"{"a":[{"prefix":""}]}"#, #"{"a":"x"}"#))
    }

    @Test(
        "anything-but needs the field and leaves out what it lists",
        arguments: [
            (#""admin""#, #""JDoe""#, true), (#""admin""#, #""admin""#, false), (#""admin""#, "null", true),
            (#""admin""#, "5", true), (#""admin""#, "true", true), (#"["a","b"]"#, #""b""#, false),
            (#"["a","b"]"#, #""c""#, true), ("5", "5", false), ("5", "5.0", false), ("5", "6", true),
            ("5", #""5""#, true), ("[5,6]", "6e0", false), (#"{"prefix":"in"}"#, #""inside""#, false),
            (#"{"prefix":"in"}"#, #""outside""#, true), (#"{"prefix":"in"}"#, "5", true),
            (#"{"prefix":["in","on"]}"#, #""onto""#, false), (#"{"prefix":["in","on"]}"#, #""off""#, true),
        ])
    func anythingBut(excluded: String, value: String, isMatch: Bool) throws {
        #expect(try matches(#"{"a":[{"anything-but":\#(excluded)}]}"#, #"{"a":\#(value)}"#) == isMatch)
    }

    @Test(
        "numeric compares numbers only",
        arguments: [
            (#"[">",5]"#, "5", false), (#"[">",5]"#, "5.1", true), (#"[">=",5]"#, "5", true),
            (#"["<",5]"#, "4.999", true),
            (#"["<",5]"#, "5", false), (#"["<=",5]"#, "5.0", true), (#"["=",5]"#, "5.0", true),
            (#"["=",5]"#, "6", false),
            (#"["=",5]"#, "4", false), (#"[">",0,"<",10]"#, "10", false), (#"[">",0,"<=",10]"#, "10", true),
            (#"[">=",0,"<",10]"#, "0", true), (#"[">",0,"<",10]"#, "0", false), (#"[">",0]"#, #""5""#, false),
            (#"[">",0]"#, "null", false), (#"[">",0]"#, "true", false), (#"[">",-10]"#, "-9.5", true),
            (#"[">",1073741824]"#, "1073741825", true), (#"[">",0]"#, "9007199254740993", false),
            (#"[">",0]"#, "1e300", true),
        ])
    func numeric(range: String, value: String, isMatch: Bool) throws {
        #expect(try matches(#"{"a":[{"numeric":\#(range)}]}"#, #"{"a":\#(value)}"#) == isMatch)
    }

    @Test(
        "exists speaks of leaves: null is one, objects and empty lists are none",
        arguments: [
            (#"{"a":1}"#, true), (#"{"a":null}"#, true), (#"{"a":[1]}"#, true), (#"{"a":[[1]]}"#, true),
            (#"{"a":[null]}"#, true), ("{}", false), (#"{"a":{}}"#, false), (#"{"a":{"b":1}}"#, false),
            (#"{"a":[]}"#, false), (#"{"a":[[]]}"#, false), (#"{"a":[{"b":1}]}"#, false), (#"{"b":1}"#, false),
        ])
    func exists(data: String, isThere: Bool) throws {
        #expect(try matches(#"{"a":[{"exists":true}]}"#, data) == isThere)
        #expect(try matches(#"{"a":[{"exists":false}]}"#, data) == !isThere)
        #expect(try matches(#"{"a":[{"exists":false},{"exists":true}]}"#, data))
    }

    @Test("alternatives of a field are \"or\", fields are \"and\"")
    func combination() throws {
        let pattern = #"{"a":[1,{"prefix":"x"},{"exists":false}],"b":{"c":[true]}}"#
        #expect(try matches(pattern, #"{"a":1,"b":{"c":true}}"#))
        #expect(try matches(pattern, #"{"a":"xy","b":{"c":true}}"#))
        #expect(try matches(pattern, #"{"b":{"c":true}}"#))
        #expect(try !matches(pattern, #"{"a":2,"b":{"c":true}}"#))
        #expect(try !matches(pattern, #"{"a":1,"b":{"c":false}}"#))
        #expect(try !matches(pattern, #"{"a":1}"#))
    }

    @Test("a list matches by membership")
    func membership() throws {
        #expect(try matches(#"{"changed":["disk_space"]}"#, #"{"changed":["name","disk_space"]}"#))
        #expect(try !matches(#"{"changed":["disk_space"]}"#, #"{"changed":["name"]}"#))
        #expect(try !matches(#"{"changed":["disk_space"]}"#, #"{"changed":[]}"#))
        #expect(try matches(#"{"changed":["x"]}"#, #"{"changed":[["y"],[["x"]]]}"#))
        #expect(try matches(#"{"a":[{"anything-but":"x"}]}"#, #"{"a":["x","y"]}"#))
        #expect(try !matches(#"{"a":[{"anything-but":"x"}]}"#, #"{"a":["x","x"]}"#))
        #expect(try !matches(#"{"a":[{"anything-but":"x"}]}"#, #"{"a":[]}"#))
        #expect(try matches(#"{"a":[{"numeric":[">",5]}]}"#, #"{"a":[1,"x",6]}"#))
    }

    @Test("fields of objects in one list are tied to one element")
    func tiedElements() throws {
        let pattern = #"{"items":{"kind":["disk"],"size":[{"numeric":[">",5]}]}}"#
        #expect(try matches(pattern, #"{"items":[{"kind":"disk","size":1},{"kind":"disk","size":9}]}"#))
        #expect(try !matches(pattern, #"{"items":[{"kind":"disk","size":1},{"kind":"cpu","size":9}]}"#))
        #expect(try matches(pattern, #"{"items":{"kind":"disk","size":9}}"#))
        #expect(try matches(pattern, #"{"items":[[{"kind":"disk","size":9}]]}"#))
        #expect(try !matches(pattern, #"{"items":[[{"kind":"disk","size":1}],[{"kind":"cpu","size":9}]]}"#))
        #expect(try !matches(pattern, #"{"items":[]}"#))
        #expect(try !matches(pattern, #"{"items":["disk",9]}"#))
    }

    @Test("lists inside a list's element are tied to that element")
    func nestedTies() throws {
        let pattern = #"{"a":{"n":[1],"b":{"x":[2],"y":[3]}}}"#
        #expect(try matches(pattern, #"{"a":[{"n":0},{"n":1,"b":[{"x":0},{"x":2,"y":3}]}]}"#))
        #expect(
            try !matches(pattern, #"{"a":[{"n":0,"b":[{"x":2,"y":3}]},{"n":1,"b":[{"x":2,"y":0},{"x":0,"y":3}]}]}"#))
    }

    @Test("two lists are not tied to each other, nor scalars beside objects")
    func untied() throws {
        #expect(try matches(#"{"a":{"x":[1]},"b":{"y":[2]}}"#, #"{"a":[{"x":0},{"x":1}],"b":[{"y":2},{"y":0}]}"#))
        #expect(try matches(#"{"a":["s"],"a.b":[1]}"#, #"{"a":["s",{"b":0},{"b":1}]}"#))
        #expect(try !matches(#"{"a":["s"],"a.b":[1]}"#, #"{"a":["t",{"b":1}]}"#))
    }

    @Test("what must be absent must be absent in the element that matched, or in all where none had to")
    func absenceInLists() throws {
        let tied = #"{"a":{"x":[1],"y":[{"exists":false}]}}"#
        #expect(try matches(tied, #"{"a":[{"x":1,"y":0},{"x":1}]}"#))
        #expect(try !matches(tied, #"{"a":[{"x":1,"y":0},{"x":2}]}"#))
        let alone = #"{"a":{"y":[{"exists":false}]}}"#
        #expect(try !matches(alone, #"{"a":[{"y":0},{"x":1}]}"#))
        #expect(try matches(alone, #"{"a":[{"x":2},{"x":1}]}"#))
        #expect(try matches(alone, #"{"a":[]}"#))
        #expect(try matches(alone, #"{"a":["y"]}"#))
        #expect(try matches(alone, "{}"))
    }

    @Test("an element's fields take alternatives by value before absence")
    func mixedAbsence() throws {
        let pattern = #"{"a":{"y":[1,{"exists":false}]}}"#
        #expect(try matches(pattern, #"{"a":[{"y":0},{"y":1}]}"#))
        #expect(try !matches(pattern, #"{"a":[{"y":0},{"x":1}]}"#))
        #expect(try matches(pattern, #"{"a":[{"x":1}]}"#))
    }

    @Test("a member whose own name has dots is found")
    func dottedMembers() throws {
        #expect(try matches(#"{"new":{"a.b":[1]}}"#, #"{"new":{"a.b":1}}"#))
        #expect(try matches(#"{"new":{"a":{"b":[1],"c":[2]}}}"#, #"{"new":{"a.b":1,"a.c":2}}"#))
        #expect(try matches(#"{"new":{"a.b.c":[1]}}"#, #"{"new":{"a.b":{"c":1}}}"#))
        #expect(try !matches(#"{"new":{"a.b":[1]}}"#, #"{"new":{"a.b":2}}"#))
        #expect(try !matches(#"{"new":{"a.b":[{"exists":false}]}}"#, #"{"new":{"a.b":2}}"#))
    }

    @Test("the attributes beside the data can be matched")
    func attributes() throws {
        let event = Sample.view(data: [:])
        let yes = [
            #"{"type":[{"prefix":"plan_item."}]}"#, #"{"subject":["plan_item/7"]}"#,
            #"{"source":["/installation/panel"]}"#,
            #"{"time":[{"prefix":"2026-11-22T10:"}]}"#, #"{"specversion":["1.0"]}"#,
            #"{"datacontenttype":["application/json"]}"#, #"{"subject":[{"exists":true}]}"#,
            #"{"nothing":[{"exists":false}]}"#, #"{"subject":{"below":[{"exists":false}]}}"#,
        ]
        for pattern in yes { #expect(try matches(whole: pattern, event), "\(pattern)") }
        let no = [
            #"{"type":["x"]}"#, #"{"subject":[{"anything-but":"plan_item/7"}]}"#, #"{"subject":[{"exists":false}]}"#,
            #"{"nothing":["x"]}"#, #"{"subject":["plan_item/7"],"source":["x"]}"#, #"{"specversion":[1]}"#,
        ]
        for pattern in no { #expect(try !matches(whole: pattern, event), "\(pattern)") }
    }

    @Test("only rules of the event's type are asked, and they come in their order")
    func partitions() throws {
        let visible = PatternCompiler.compile(try .json(#"{"data":{"visible":[true]}}"#), shapes: nil).0
        let matcher = Matcher([
            .init(types: ["a.b", "c.d"], pattern: nil), .init(types: ["c.d"], pattern: visible),
            .init(types: ["a.b"], pattern: visible), .init(types: ["a.b", "a.b"], pattern: nil),
        ])
        #expect(matcher.matches(Sample.view("a.b", data: ["visible": true])) == [0, 2, 3])
        #expect(matcher.matches(Sample.view("a.b", data: ["visible": false])) == [0, 3])
        #expect(matcher.matches(Sample.view("c.d", data: ["visible": true])) == [0, 1])
        #expect(matcher.matches(Sample.view("e.f", data: ["visible": true])) == [])
        #expect(Matcher([]).matches(Sample.view(data: [:])) == [])
    }

    @Test("an event made to be expensive is answered at once")
    func adversary() throws {
        let elements = (0..<4_000).map { _ in JSONValue(dictionaryLiteral: ("a", 1), ("b", 1), ("c", 1), ("d", 0)) }
        let pattern = #"{"items":{"a":[1],"b":[1],"c":[1],"d":[1]}}"#
        let (compiled, _) = PatternCompiler.compile(try .json(#"{"data":\#(pattern)}"#), shapes: nil)
        let matcher = Matcher([.init(types: ["plan_item.created"], pattern: compiled)])
        let event = Sample.view(data: ["items": .array(elements)])
        let duration = ContinuousClock().measure { #expect(matcher.matches(event) == []) }
        // A search over combinations of elements would take hours.
        #expect(duration < .seconds(5))
    }
}
