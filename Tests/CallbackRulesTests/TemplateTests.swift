import CallbackCore
import CallbackRules
import CallbackTestKit
import Testing

@Suite("Templates")
struct TemplateTests {
    private let event = Sample.view(
        "service_plan.plan_item_added", subject: "service_plan/1234",
        data: [
            "plan": ["id": 1234, "name": "base & \"plan\"/ü", "owner_id": nil], "changed": ["a", "b"],
            "plan_item": ["name": "Line\r\nbreak", "id": .double(1.5)],
        ])

    private func compile(
        _ text: String, for use: TemplatePlace = .plain, shapes: [EventShape]? = [Sample.added],
        secrets: Set<String>? = nil
    ) -> (Template?, [Diagnostic]) {
        var compiler = TemplateCompiler(shapes: shapes, secrets: secrets)
        let template = compiler.compile(text, at: Sample.place, for: use)
        return (template, compiler.diagnostics)
    }

    private func render(_ text: String, as use: TemplatePlace = .plain) throws -> String {
        let (template, diagnostics) = compile(text, for: use)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(template).render(event, as: use)
    }

    @Test(
        "expressions are filled in, the rest stays as it is",
        arguments: [
            ("", ""), ("plain } text }}", "plain } text }}"), ("{{type}}", "service_plan.plan_item_added"),
            ("{{ subject }}", "service_plan/1234"), ("{{\tsource\n}}", "/installation/panel"),
            ("{{ time }}", "2026-11-22T10:00:00.123Z"), ("{{specversion}}", "1.0"),
            ("a{{ data.plan.id }}b{{data.plan.id}}c", "a1234b1234c"), ("{{ data.plan_item.id }}", "1.5"),
            ("{{ data.plan.owner_id }}", ""), ("{{ data.plan.owner_login }}", ""),
            ("{{ data.changed }}", #"["a","b"]"#),
            ("{{ data.plan.owner_id | default(7) }}", "7"), ("{{ data.plan.owner_id|default(null) }}", ""),
            (#"{{ data.plan.owner_login | default("a \"b\" }} \u00e9") }}"#, #"a "b" }} é"#),
            ("{{ data.plan.owner_login | default('it is \"x\"') }}", "it is \"x\""),
            ("{{ data.plan.owner_id | default( true ) }}", "true"), ("{{ data.plan.id | default(0) }}", "1234"),
            ("{{ data.plan.owner_id | default(-1.5) }}", "-1.5"), ("{{ data.plan.owner_id | default('') }}", ""),
            ("${HOME} ü {", "${HOME} ü {"),
        ])
    func rendering(text: String, result: String) throws { #expect(try render(text) == result) }

    @Test(
        "a text that is no template is refused with its code",
        arguments: [
            ("{{ data.plan.id", "T001"), ("{{ data.plan.id }", "T001"), ("{{ data.plan.id x }}", "T001"),
            ("{{", "T002"),
            ("{{ }}", "T002"), ("{{ | default(1) }}", "T002"), ("{{ {x} }}", "T002"), ("{{ data..id }}", "T003"),
            ("{{ .id }}", "T003"), ("{{ id. }}", "T003"), ("{{ id | defualt(1) }}", "T004"), ("{{ id | }}", "T004"),
            ("{{ id | default }}", "T006"),
            ("{{ id | default() }}", "T006"), ("{{ id | default(x) }}", "T006"), ("{{ id | default([1]) }}", "T006"),
            ("{{ id | default({}) }}", "T006"), ("{{ id | default(1 }}", "T006"), ("{{ id | default('x) }}", "T006"),
            (#"{{ id | default("x) }}"#, "T006"), (#"{{ id | default("x\") }}"#, "T006"),
            ("{{ id | default(1) | default(2) }}", "T006"),
            (#"{{ id | default("\x") }}"#, "T006"), ("{{ data.plan.nmae }}", "T007"), ("{{ plan.name }}", "T007"),
            ("${secret.token}", "T010"),
        ])
    func refused(text: String, code: String) {
        let (template, diagnostics) = compile(text)
        #expect(template == nil)
        #expect(diagnostics.map(\.code) == [code])
        #expect(diagnostics.first?.place?.line == 1)
    }

    @Test("a misspelt field or filter is answered with the one that was meant")
    func slips() {
        #expect(compile("{{ data.plan.nmae }}").1.first?.label == #"did you mean "name"?"#)
        #expect(compile("{{ plan.name }}").1.first?.label == #"did you mean "data.plan.name"?"#)
        #expect(compile("{{ subjct }}").1.first?.label == #"did you mean "subject"?"#)
        #expect(compile("{{ id | defualt(1) }}").1.first?.label == #"did you mean "default"?"#)
    }

    @Test("everything wrong in one text is found")
    func allFields() {
        let codes = compile("{{ a }} {{ id | x }} {{ data..b }} ${secret.t} {{ subject }} {{ c").1.map(\.code)
        #expect(codes == ["T007", "T004", "T003", "T010", "T001"])
        #expect(compile("{{ id | x }} {{ id | y }}", shapes: nil).1.map(\.code) == ["T004", "T004"])
        #expect(compile("{{ a }} {{ subject }} {{ b }}").1.map(\.code) == ["T007", "T007"])
    }

    @Test("a field that some of the events have not needs a default")
    func mayBeMissing() {
        let shapes = [Sample.added, Sample.appAdded]
        let (template, diagnostics) = compile("{{ data.app.value }}", shapes: shapes)
        #expect(template == nil)
        #expect(diagnostics.map(\.code) == ["T008"])
        #expect(diagnostics.first?.message == #""data.app.value" is missing in events of service_plan.plan_item_added"#)
        #expect(compile("{{ data.app.value | default('') }}", shapes: shapes).0 != nil)
        #expect(compile("{{ data.plan.name }}", shapes: shapes).0 != nil)
        #expect(compile("{{ data.new.total }}", shapes: [Sample.placed]).0 != nil)
    }

    @Test("URLs get percent signs, arguments and plain texts get nothing")
    func escaping() throws {
        #expect(try render("/{{ data.plan.name }}", as: .urlPath) == "/base%20%26%20%22plan%22%2F%C3%BC")
        #expect(try render("?q={{ data.plan.name }}", as: .urlQuery) == "?q=base%20%26%20%22plan%22%2F%C3%BC")
        #expect(try render("--n={{ data.plan.name }}", as: .argument) == "--n=base & \"plan\"/ü")
        #expect(try render("{{ data.plan_item.name }}", as: .argument) == "Line\r\nbreak")
        #expect(try render("{{ data.plan_item.name }}", as: .json) == "Line\r\nbreak")
    }

    @Test("a header cannot hold a line break or NUL", arguments: ["\r\n", "\n", "\r", "\u{0}", "a\r\nX-Evil: 1"])
    func headers(text: String) throws {
        let event = Sample.view(data: ["new": ["name": .string(text)]])
        let template = try #require(compile("{{ data.new.name }}", for: .header, shapes: nil).0)
        let error = #expect(throws: RenderingError.self) { try template.render(event, as: .header) }
        #expect(error?.message.hasPrefix(#"the value of "data.new.name" holds a"#) == true)
        let (literal, diagnostics) = compile("x\(text)", for: .header)
        #expect(literal == nil && diagnostics.map(\.code) == ["T013"])
        let secret = try #require(compile("${secret.token}", for: .header).0)
        let refused = #expect(throws: RenderingError.self) {
            try secret.render(event, as: .header, secrets: { _ in "hush\(text)" })
        }
        #expect(refused?.message.contains("hush") == false)
    }

    @Test("arguments and environment cannot hold NUL, which would end them early")
    func nul() throws {
        let event = Sample.view(data: ["new": ["name": "a\u{0}b"]])
        let template = try #require(compile("{{ data.new.name }}", shapes: nil).0)
        #expect(throws: RenderingError.self) { try template.render(event, as: .argument) }
        #expect(throws: RenderingError.self) { try template.render(event, as: .environment) }
        #expect(try template.render(event, as: .json) == "a\u{0}b")
    }

    @Test("secrets stand in headers only, and are asked for at each rendering")
    func secrets() throws {
        let template = try #require(compile("Bearer ${secret.token}", for: .header).0)
        #expect(template.secrets == ["token"])
        #expect(!template.isConstant)
        #expect(try template.render(event, as: .header, secrets: { $0 == "token" ? "one" : nil }) == "Bearer one")
        #expect(try template.render(event, as: .header, secrets: { _ in "two" }) == "Bearer two")
        let error = #expect(throws: RenderingError.self) { try template.render(event, as: .header) }
        #expect(error?.message == #"the secret "token" is not there"#)
        for use in [TemplatePlace.json, .urlPath, .urlQuery, .argument, .environment, .plain] {
            #expect(compile("${secret.token}", for: use).1.map(\.code) == ["T010"])
        }
    }

    @Test("a secret that is misspelt or unknown is refused")
    func secretNames() {
        for text in ["${token}", "${secret.}", "${secret.token", "${}", "${secrets.token}"] {
            #expect(compile(text, for: .header).1.map(\.code) == ["T011"], "\(text)")
        }
        let unknown = compile("${secret.tokn}", for: .header, secrets: ["token", "other"])
        #expect(unknown.0 == nil)
        #expect(unknown.1.first?.label == #"did you mean "token"?"#)
        #expect(compile("${secret.token}", for: .header, secrets: ["token"]).0 != nil)
    }

    @Test("random texts never crash the parser")
    func randomTexts() {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "{{", "}}", "{", "}", " ", "|", "default", "(", ")", "\"", "'", "\\", "data", ".", "id", "${", "secret.",
            "join", "date", "replace", ",", "ü", "\n", "1",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let (template, diagnostics) = compile(text.joined(), for: .header, shapes: nil)
            #expect((template == nil) == !diagnostics.isEmpty, "seed \(seed): \(text)")
            if template != nil { accepted += 1 }
        }
        #expect(accepted > 0, "seed \(seed)")
    }
}

@Suite("URL templates")
struct URLTemplateTests {
    private func compile(_ text: String) -> (URLTemplate?, [String]) {
        var compiler = TemplateCompiler(shapes: nil)
        let url = compiler.compileURL(text, at: Sample.place)
        return (url, compiler.diagnostics.map(\.code))
    }

    private func render(_ text: String, _ value: JSONValue) throws -> String {
        let (url, codes) = compile(text)
        #expect(codes.isEmpty)
        return try #require(url).render(Sample.view(data: ["v": value]))
    }

    @Test(
        "path and query can come from the event",
        arguments: [
            ("https://x.example/{{ data.v }}", "a/b ?#", "https://x.example/a%2Fb%20%3F%23"),
            ("https://x.example/p?q={{ data.v }}&r=1", "a&b=c", "https://x.example/p?q=a%26b%3Dc&r=1"),
            ("https://x.example?q={{ data.v }}", "..", "https://x.example?q=.."),
            ("https://x.example/{{ data.v }}.json", "..", "https://x.example/...json"),
            ("https://x.example/fixed/../path", "", "https://x.example/fixed/../path"),
        ])
    func rendering(text: String, value: String, result: String) throws {
        #expect(try render(text, .string(value)) == result)
    }

    @Test(
        "scheme, host and port never do",
        arguments: [
            "{{ data.v }}", "{{ data.v }}://x.example/", "https://{{ data.v }}", "https://{{ data.v }}/",
            "https:/{{ data.v }}",
            "https://x.example{{ data.v }}", "https://x.example:{{ data.v }}/", "https://{{ data.v }}@x.example/",
            "https://x.{{ data.v }}.example/{{ data.v }}", "/{{ data.v }}",
        ])
    func host(text: String) {
        let (url, codes) = compile(text)
        #expect(url == nil)
        #expect(codes == ["T012"])
    }

    @Test("a value cannot climb up in the path", arguments: ["..", "."])
    func climbing(value: String) {
        #expect(throws: RenderingError.self) { try render("https://x.example/a/{{ data.v }}/b", .string(value)) }
        #expect(throws: RenderingError.self) { try render("https://x.example/a/{{ data.v }}", .string(value)) }
        #expect(throws: RenderingError.self) { try render("https://x.example/a/{{ data.v }}?q=1", .string(value)) }
        #expect(throws: RenderingError.self) { try render("https://x.example/.{{ data.v }}", ".") }
    }

    @Test("a fixed URL says so")
    func constant() {
        #expect(compile("https://x.example/a").0?.isConstant == true)
        #expect(compile("https://x.example/{{ id }}").0?.isConstant == false)
    }
}

@Suite("Body templates")
struct BodyTemplateTests {
    private func render(_ text: String, _ data: JSONValue) throws -> String {
        var compiler = TemplateCompiler(shapes: nil)
        let body = compiler.compileBody(try .json(text))
        #expect(compiler.diagnostics.isEmpty, "\(compiler.diagnostics)")
        return String(decoding: try body.render(Sample.view(data: data)), as: UTF8.self)
    }

    @Test("a text that is one expression keeps the value's JSON type")
    func types() throws {
        let data: JSONValue = ["n": 5, "d": .double(1.5), "b": true, "z": nil, "s": "x", "o": ["k": [1]], "l": ["a"]]
        let body =
            #"{"n":"{{ data.n }}","d":"{{data.d}}","b":"{{ data.b }}","z":"{{ data.z }}","s":"{{ data.s }}","o":"{{ data.o }}","l":"{{ data.l }}","m":"{{ data.m }}"}"#
        #expect(
            try render(body, data) == #"{"n":5,"d":1.5,"b":true,"z":null,"s":"x","o":{"k":[1]},"l":["a"],"m":null}"#)
    }

    @Test("a text with more than an expression is a text, and escaped")
    func texts() throws {
        #expect(
            try render(#"["n={{ data.n }}"," {{ data.n }}","{{ data.s }}!"]"#, ["n": 5, "s": "\"\n\\"])
                == #"["n=5"," 5","\"\n\\!"]"#)
        #expect(try render(#"["{{ data.z }}-"]"#, ["z": nil]) == #"["-"]"#)
    }

    @Test("a default takes the place of what is null or missing, with its own type")
    func defaults() throws {
        #expect(
            try render(
                #"["{{ data.a | default(0) }}","{{ data.b | default(null) }}","{{ data.c | default(\"x\") }}"]"#,
                ["a": nil])
                == #"[0,null,"x"]"#)
    }

    @Test("everything else stays as it was written, in its order")
    func literals() throws {
        let body = #"{"z":1,"a":[true,null,1.5,"text",{"k":"v"},[]],"e":{}}"#
        #expect(try render(body, [:]) == body)
        #expect(try render(#""{{ id | default(\"none\") }}""#, [:]) == #""none""#)
    }

    @Test("every wrong text of a body is found, and so is a name that is a template")
    func errors() throws {
        var compiler = TemplateCompiler(shapes: [Sample.created])
        _ = compiler.compileBody(try .json(#"{"a":"{{ data.x }}","{{ b }}":["{{"],"c":"${secret.t}"}"#))
        #expect(compiler.diagnostics.map(\.code) == ["T007", "T014", "T002", "T010"])
        #expect(compiler.diagnostics.map(\.place?.column) == [6, 21, 32, 42])
    }
}
