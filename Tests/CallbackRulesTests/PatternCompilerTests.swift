import CallbackCore
import CallbackRules
import Testing

@Suite("The pattern compiler")
struct PatternCompilerTests {
    private func compile(_ text: String, _ shapes: [EventShape]? = [Sample.created]) throws -> (Pattern?, [Diagnostic])
    {
        PatternCompiler.compile(try .json(text), shapes: shapes)
    }

    /// The one diagnostic that a wrong pattern gives.
    private func only(_ text: String, _ shapes: [EventShape]? = [Sample.created]) throws -> Diagnostic {
        let (pattern, diagnostics) = try compile(text, shapes)
        #expect(pattern == nil)
        #expect(diagnostics.count == 1, "\(diagnostics)")
        return try #require(diagnostics.first)
    }

    @Test("a pattern becomes one clause for each field")
    func clauses() throws {
        let (pattern, diagnostics) = try compile(
            #"{"type":["plan_item.created"],"data":{"new":{"visible":[true],"label":["x",{"prefix":"WP "},null]}}}"#)
        #expect(diagnostics.isEmpty)
        #expect(
            pattern?.clauses == [
                .init(path: EventPath(["type"]), tests: [.string("plan_item.created")]),
                .init(path: EventPath(["data", "new", "visible"]), tests: [.bool(true)]),
                .init(path: EventPath(["data", "new", "label"]), tests: [.string("x"), .prefix("WP "), .null]),
            ])
    }

    @Test("dotted and nested names are the same path")
    func dotted() throws {
        let (nested, _) = try compile(#"{"data":{"new":{"id":[1]}}}"#)
        let (dotted, _) = try compile(#"{"data.new":{"id":[1]}}"#)
        let (flat, _) = try compile(#"{"data.new.id":[1]}"#)
        #expect(nested != nil && nested == dotted && nested == flat)
    }

    @Test(
        "every operator of this version is read",
        arguments: [
            (#"{"prefix":""}"#, ValueTest.prefix("")), (#"{"suffix":"x"}"#, .suffix("x")),
            (#"{"exactly":"10.0.0.1"}"#, .exactly("10.0.0.1")),
            (#"{"equals-ignore-case":"aß"}"#, .equalsIgnoringCase(CaselessText("aß"))),
            (#"{"prefix":{"equals-ignore-case":"a"}}"#, .prefixIgnoringCase(CaselessText("a"))),
            (#"{"suffix":{"equals-ignore-case":"a"}}"#, .suffixIgnoringCase(CaselessText("a"))),
            (#"{"anything-but":{"suffix":"a"}}"#, .anythingBut(.suffixes(["a"]))),
            (#"{"anything-but":{"equals-ignore-case":["a"]}}"#, .anythingBut(.equalsIgnoringCase([CaselessText("a")]))),
            (#"{"exists":true}"#, .present), (#"{"exists":false}"#, .absent),
            (#"{"anything-but":"a"}"#, .anythingBut(.strings(["a"]))),
            (#"{"anything-but":["a","b"]}"#, .anythingBut(.strings(["a", "b"]))),
            (#"{"anything-but":5}"#, .anythingBut(.numbers([ExactNumber(Int64(5))]))),
            (#"{"anything-but":[5,1.5]}"#, .anythingBut(.numbers([ExactNumber(Int64(5)), ExactNumber(1.5)]))),
            (#"{"anything-but":{"prefix":"a"}}"#, .anythingBut(.prefixes(["a"]))),
            (#"{"anything-but":{"prefix":["a","b"]}}"#, .anythingBut(.prefixes(["a", "b"]))),
            (#"{"numeric":[">",1]}"#, .numeric(.init(low: .init(1, isIncluded: false), high: nil))),
            (#"{"numeric":[">=",1]}"#, .numeric(.init(low: .init(1, isIncluded: true), high: nil))),
            (#"{"numeric":["<",1]}"#, .numeric(.init(low: nil, high: .init(1, isIncluded: false)))),
            (#"{"numeric":["<=",1.5]}"#, .numeric(.init(low: nil, high: .init(1.5, isIncluded: true)))),
            (
                #"{"numeric":["=",1]}"#,
                .numeric(.init(low: .init(1, isIncluded: true), high: .init(1, isIncluded: true)))
            ),
            (
                #"{"numeric":[">",0,"<=",5]}"#,
                .numeric(.init(low: .init(0, isIncluded: false), high: .init(5, isIncluded: true)))
            ),
        ])
    func operators(text: String, test: ValueTest) throws {
        let (pattern, diagnostics) = try compile(#"{"data":{"new":{"id":[\#(text)]}}}"#)
        #expect(diagnostics.isEmpty)
        #expect(pattern?.clauses.first?.tests == [test])
    }

    @Test(
        "a pattern that is no pattern is refused, with its code and its place",
        arguments: [
            (#"[1]"#, "P001", 1), (#""x""#, "P001", 1), (#"null"#, "P001", 1),
            (#"{}"#, "P002", 1), (#"{"data":{}}"#, "P002", 2), (#"{"data":{"new":{}}}"#, "P002", 10),
            (#"{"type":"a"}"#, "P003", 9), (#"{"type":true}"#, "P003", 9), (#"{"type":null}"#, "P003", 9),
            (#"{"type":[]}"#, "P004", 9),
            (#"{"type":["a",["b"]]}"#, "P005", 14), (#"{"type":[[]]}"#, "P005", 10),
            (#"{"type":[{}]}"#, "P006", 10), (#"{"type":[{"prefix":"a","exists":true}]}"#, "P006", 10),
            (#"{"type":[{"anything-but":{}}]}"#, "P006", 26),
            (#"{"type":[{"perfix":"a"}]}"#, "P007", 11), (#"{"type":[{"anything-but":{"x":"a"}}]}"#, "P007", 27),
            (#"{"type":[{"prefix":1}]}"#, "P009", 20), (#"{"type":[{"prefix":null}]}"#, "P009", 20),
            (#"{"type":[{"exists":"yes"}]}"#, "P009", 20), (#"{"type":[{"exists":1}]}"#, "P009", 20),
            (#"{"type":[{"anything-but":null}]}"#, "P009", 26), (#"{"type":[{"anything-but":true}]}"#, "P009", 26),
            (#"{"type":[{"anything-but":[]}]}"#, "P009", 26), (#"{"type":[{"anything-but":["a",1]}]}"#, "P009", 26),
            (#"{"type":[{"anything-but":[["a"]]}]}"#, "P009", 26),
            (#"{"type":[{"anything-but":{"prefix":""}}]}"#, "P009", 36),
            (#"{"type":[{"anything-but":{"prefix":[]}}]}"#, "P009", 36),
            (#"{"type":[{"anything-but":{"prefix":7}}]}"#, "P009", 36),
            (#"{"type":[{"numeric":5}]}"#, "P010", 21), (#"{"type":[{"numeric":[]}]}"#, "P010", 21),
            (#"{"type":[{"numeric":[">"]}]}"#, "P010", 21), (#"{"type":[{"numeric":[">",1,"<"]}]}"#, "P010", 21),
            (#"{"type":[{"numeric":[">",1,"<",2,"<",3]}]}"#, "P010", 21),
            (#"{"type":[{"numeric":["!=",1]}]}"#, "P010", 22), (#"{"type":[{"numeric":[1,">"]}]}"#, "P010", 22),
            (#"{"type":[{"numeric":["<",1,">",0]}]}"#, "P010", 22),
            (#"{"type":[{"numeric":["=",1,"<",2]}]}"#, "P010", 22),
            (#"{"type":[{"numeric":[">",0,">",1]}]}"#, "P010", 28),
            (#"{"type":[{"numeric":[">","1"]}]}"#, "P009", 26),
            (#"{"type":[{"numeric":[">",9223372036854775807]}]}"#, "P010", 26),
            (#"{"type":[{"numeric":[">",5,"<",5]}]}"#, "P011", 21),
            (#"{"type":[{"numeric":[">=",5,"<=",5]}]}"#, "P011", 21),
            (#"{"type":[{"numeric":[">",6,"<",5]}]}"#, "P011", 21),
            (#"{"id":["evt_x"]}"#, "P015", 2), (#"{"sequence":["1"]}"#, "P015", 2),
            (#"{"data..new":[1]}"#, "P013", 2), (#"{"":[1]}"#, "P013", 2), (#"{"data.":[1]}"#, "P013", 2),
            (#"{"type":[{"suffix":1}]}"#, "P009", 20), (#"{"type":[{"exactly":1}]}"#, "P009", 21),
            (#"{"type":[{"equals-ignore-case":["a"]}]}"#, "P009", 32), (#"{"type":[{"wildcard":1}]}"#, "P009", 22),
            (#"{"type":[{"prefix":{"suffix":"a"}}]}"#, "P007", 21), (#"{"type":[{"prefix":{}}]}"#, "P006", 20),
            (#"{"type":[{"suffix":{"equals-ignore-case":1}}]}"#, "P009", 42),
            (#"{"type":[{"wildcard":"a**"}]}"#, "P018", 22), (#"{"type":[{"wildcard":"a\\b"}]}"#, "P018", 22),
            (#"{"type":[{"wildcard":"a\\"}]}"#, "P018", 22),
            (#"{"type":[{"anything-but":{"wildcard":"**"}}]}"#, "P018", 38),
            (#"{"type":[{"anything-but":{"wildcard":[]}}]}"#, "P009", 38),
            (#"{"type":[{"anything-but":{"suffix":[""]}}]}"#, "P009", 36),
            (#"{"type":[{"anything-but":{"equals-ignore-case":[1]}}]}"#, "P009", 49),
            (#"{"type":[{"cidr":"10.0.0.0"}]}"#, "P019", 18), (#"{"type":[{"cidr":"10.0.0.0/33"}]}"#, "P019", 18),
            (#"{"type":[{"cidr":"::1/129"}]}"#, "P019", 18), (#"{"type":[{"cidr":"host/8"}]}"#, "P019", 18),
            (#"{"type":[{"cidr":"10.0.0.0/-1"}]}"#, "P019", 18), (#"{"type":[{"cidr":7}]}"#, "P009", 18),
            (#"{"$or":{"type":["a"]}}"#, "P017", 8), (#"{"$or":[]}"#, "P017", 8),
            (#"{"$or":[{"type":["a"]}]}"#, "P017", 8),
            (#"{"$or":[{"type":["a"]},1]}"#, "P017", 24),
            (#"{"$or":[{"type":["a"]},{"prefix":["b"]}]}"#, "P017", 25),
            (#"{"$or":[{"type":["a"]},{}]}"#, "P002", 24),
        ])
    func refused(text: String, code: String, column: Int) throws {
        let diagnostic = try only(text)
        #expect(diagnostic.code == code)
        #expect(diagnostic.place == ConfigPlace(file: "rules.yaml", line: 1, column: column))
        #expect(diagnostic.severity == .error)
    }

    @Test("a misspelt operator is answered with the one that was meant")
    func operatorSlip() throws {
        #expect(try only(#"{"type":[{"perfix":"a"}]}"#).label == #"did you mean "prefix"?"#)
        #expect(try only(#"{"type":[{"anythingbut":"a"}]}"#).label == #"did you mean "anything-but"?"#)
        #expect(try only(#"{"type":[{"sufix":"a"}]}"#).label == #"did you mean "suffix"?"#)
        let stranger = try only(#"{"type":[{"foo":"a"}]}"#)
        #expect(stranger.label == nil)
        let operators = "anything-but, cidr, equals-ignore-case, exactly, exists, numeric, prefix, suffix, wildcard"
        #expect(stranger.help == "operators here: \(operators)")
    }

    @Test("a path given twice is refused, also once dotted and once nested")
    func twice() throws {
        let diagnostic = try only(#"{"data.new.id":[1],"data":{"new":{"id":[2]}}}"#)
        #expect(diagnostic.code == "P012")
        #expect(diagnostic.place?.column == 35)
        #expect(diagnostic.help?.contains("line 1, column 2") == true)
    }

    @Test("a field that no event of the rule has is answered with the one that was meant")
    func unknownField() throws {
        let slip = try only(#"{"data":{"new":{"lable":["x"]}}}"#)
        #expect(slip.code == "P013")
        #expect(slip.place?.column == 17)
        #expect(slip.message == #"events of plan_item.created have no field "data.new.lable""#)
        #expect(slip.label == #"did you mean "label"?"#)
        #expect(slip.help == "fields here: guid, id, label, name, visible")
    }

    @Test("a wrong name above several fields is one error, at that name")
    func unknownParent() throws {
        let diagnostic = try only(#"{"data":{"nwe":{"id":[1],"label":["x"]}}}"#)
        #expect(diagnostic.place?.column == 10)
        #expect(diagnostic.label == #"did you mean "new"?"#)
    }

    @Test("who forgets \"data\" is told so")
    func forgottenData() throws {
        let diagnostic = try only(#"{"new":{"id":[1]}}"#)
        #expect(diagnostic.code == "P013")
        let label = try #require(diagnostic.label)
        #expect(label == #"did you mean "data.new.id"?"#)
    }

    @Test("a field below a single value is refused")
    func belowLeaf() throws {
        let diagnostic = try only(#"{"data":{"new":{"id":{"x":[1]}}}}"#)
        #expect(diagnostic.code == "P013")
        #expect(diagnostic.help == #""data.new.id" is a single value: it has no fields"#)
    }

    @Test("an object can be null or absent, but nothing else can match it")
    func objects() throws {
        for text in [#"[null]"#, #"[{"exists":false}]"#, #"[{"exists":true}]"#, #"[{"anything-but":"x"}]"#] {
            let (pattern, diagnostics) = try compile(#"{"data":{"old":\#(text)}}"#)
            #expect(pattern != nil && diagnostics.isEmpty, "\(text)")
        }
        for text in [#"["x"]"#, #"[1]"#, #"[{"prefix":"x"}]"#, #"[{"numeric":[">",1]}]"#] {
            #expect(try only(#"{"data":{"old":\#(text)}}"#).code == "P014", "\(text)")
        }
    }

    @Test("a field that only one of the rule's event types has is accepted")
    func severalTypes() throws {
        let shapes = [Sample.added, Sample.appAdded]
        #expect(try compile(#"{"data":{"app":{"value":["x"]},"plan":{"id":[1]}}}"#, shapes).0 != nil)
        let diagnostic = try only(#"{"data":{"apps":{"value":["x"]}}}"#, shapes)
        #expect(diagnostic.message.contains("service_plan.plan_item_added, service_plan.app_added"))
        #expect(diagnostic.label == #"did you mean "app"?"#)
    }

    @Test("an open object accepts names that cannot be known, but not beside it")
    func openObjects() throws {
        #expect(try compile(#"{"data":{"new":{"total":[{"numeric":[">",5]}],"a.b":["x"]}}}"#, [Sample.placed]).0 != nil)
        #expect(try only(#"{"data":{"nw":{"total":[5]}}}"#, [Sample.placed]).label == #"did you mean "new"?"#)
    }

    @Test("without shapes every field is accepted")
    func unchecked() throws {
        #expect(try compile(#"{"anything":{"at":{"all":[1]}}}"#, nil).0 != nil)
    }

    @Test("all errors are found at once")
    func allAtOnce() throws {
        let (pattern, diagnostics) = try compile(
            #"{"type":"a","data":{"new":{"lable":[{"perfix":"x"}],"id":[],"name":[{"numeric":[">",2,"<",1]}]}},"$or":[]}"#
        )
        #expect(pattern == nil)
        #expect(Set(diagnostics.map(\.code)) == ["P003", "P007", "P013", "P004", "P011", "P017"])
    }

    @Test("numbers without end are refused", arguments: [Double.infinity, -.infinity, .nan])
    func infinite(number: Double) {
        let place = Sample.place
        let leaf = ConfigNode(.sequence([ConfigNode(.double(number), at: place)]), at: place)
        let node = ConfigNode(.mapping([.init(key: "subject", keyPlace: place, value: leaf)]), at: place)
        let (pattern, diagnostics) = PatternCompiler.compile(node, shapes: nil)
        #expect(pattern == nil)
        #expect(diagnostics.map(\.code) == ["P009"])
    }
}
