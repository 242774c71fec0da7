import CallbackCore
import CallbackRules
import Testing

@Suite("Filters")
struct FilterTests {
    private let event = Sample.view(
        data: [
            "text": "  Grüße & Co ", "plan": "Base", "number": 42, "fraction": .double(1.5), "yes": true, "no": false,
            "none": nil, "list": ["a", "b", 3, true, nil], "deep": [["a"]], "object": ["k": [1, nil]], "empty": "",
            "emptyList": [], "time": "2026-11-22T10:05:09.123Z", "east": "2026-11-22T10:05:09+05:30",
            "day": "2026-02-28", "sql": "2026-11-22 10:05:09", "seconds": 1_795_341_909, "digits": "-12.50",
            "flag": "true", "zero": "0", "family": "👨‍👩‍👧‍👦e\u{301}x", "lines": "a\r\nb\nc", "quote": "\"\\\u{1}",
        ])

    private func value(_ expression: String) throws -> String {
        var compiler = TemplateCompiler(shapes: nil)
        let body = compiler.compileBody(ConfigNode(.string("{{ data.\(expression) }}"), at: Sample.place))
        #expect(compiler.diagnostics.isEmpty, "\(expression): \(compiler.diagnostics)")
        return String(decoding: try body.render(event), as: UTF8.self)
    }

    private func refusal(_ expression: String) -> String? {
        #expect(throws: RenderingError.self) { try value(expression) }
        do throws(RenderingError) {
            var compiler = TemplateCompiler(shapes: nil)
            guard let template = compiler.compile("{{ data.\(expression) }}", at: Sample.place, for: .plain) else {
                return nil
            }
            _ = try template.render(event, as: .plain)
            return nil
        } catch {
            return error.message
        }
    }

    @Test(
        "a whole leaf has the JSON type of what its last filter gives",
        arguments: [
            ("number", "42"), ("number | string", "\"42\""), ("fraction | string", "\"1.5\""),
            ("yes | string", "\"true\""), ("plan | string", "\"Base\""),
            ("number | number", "42"), ("fraction | number", "1.5"), ("digits | number", "-12.5"),
            ("yes | bool", "true"), ("flag | bool", "true"), ("zero | bool", "false"), ("no | bool", "false"),
            ("number | json", "\"42\""), ("object | json", #""{\"k\":[1,null]}""#), ("none | json", "\"null\""),
            ("missing | json", "\"null\""), ("plan | json", #""\"Base\"""#),
            ("plan | lower", "\"base\""), ("plan | upper", "\"BASE\""), ("text | upper", "\"  GRÜSSE & CO \""),
            ("text | trim", "\"Grüße & Co\""), ("empty | trim", "\"\""), ("number | upper", "\"42\""),
            ("text | trim | truncate(4)", "\"Grüß\""), ("plan | truncate(99)", "\"Base\""),
            ("family | truncate(1)", "\"👨‍👩‍👧‍👦\""), ("family | truncate(2)", "\"👨‍👩‍👧‍👦e\u{301}\""),
            ("plan | replace(\"a\", \"oo\")", "\"Boose\""), ("plan | replace('Base', '')", "\"\""),
            (#"lines | replace("\n", " ")"#, #""a\r b c""#), ("plan | replace(\"x\", \"y\")", "\"Base\""),
            ("list | join(\", \")", #""a, b, 3, true, ""#), ("emptyList | join(',')", "\"\""),
            ("list | length", "5"), ("plan | length", "4"), ("object | length", "1"), ("family | length", "3"),
            ("emptyList | length", "0"), ("list | join('') | length", "7"),
        ])
    func types(expression: String, result: String) throws { #expect(try value(expression) == result) }

    @Test(
        "null passes every filter but default and json, so that default can stand before or after",
        arguments: [
            ("none | upper", "null"), ("none | join(',')", "null"), ("none | length", "null"),
            ("none | date('unix')", "null"), ("none | number", "null"), ("none | bool", "null"),
            ("none | trim | default('x')", "\"x\""), ("none | default('x') | upper", "\"X\""),
            ("missing | length | default(0)", "0"), ("none | default(null)", "null"),
            ("plan | default('x')", "\"Base\""), ("empty | default('x')", "\"\""),
        ])
    func null(expression: String, result: String) throws { #expect(try value(expression) == result) }

    @Test(
        "times and dates are written in UTC",
        arguments: [
            ("time | date(\"yyyy-MM-dd\")", "\"2026-11-22\""), ("time | date('HH:mm:ss.SSS')", "\"10:05:09.123\""),
            ("east | date('yyyy-MM-dd HH:mm')", "\"2026-11-22 04:35\""), ("sql | date('HH')", "\"10\""),
            ("time | date('d.M.yy')", "\"22.11.26\""), ("day | date('dd.MM.yyyy HH:mm')", "\"28.02.2026 00:00\""),
            (#"time | date("yyyyMMdd'T'HHmmss'Z'")"#, "\"20261122T100509Z\""),
            (#"time | date("HH 'o''clock'")"#, "\"10 o'clock\""),
            ("time | date('EEE d MMM')", "\"Sun 22 Nov\""), ("day | date('EEE')", "\"Sat\""),
            ("time | date('rfc3339')", "\"2026-11-22T10:05:09.123Z\""),
            ("east | date('rfc3339')", "\"2026-11-22T04:35:09.000Z\""), ("time | date('unix')", "1795341909"),
            ("seconds | date('http')", "\"Sun, 22 Nov 2026 10:05:09 GMT\""),
            ("seconds | string | number | date('HH')", "\"10\""), ("time | date('unix') | string", "\"1795341909\""),
        ])
    func dates(expression: String, result: String) throws { #expect(try value(expression) == result) }

    @Test(
        "a value that a filter cannot take is an error that names path, kind and filter",
        arguments: [
            ("plan | join(', ')", "\"data.plan\" is a text: the filter \"join\" takes a list"),
            ("deep | join(', ')", "\"data.deep\" is a list that holds a list: the filter \"join\""),
            ("list | upper", "\"data.list\" is a list: the filter \"upper\" takes a text, a number or a boolean"),
            ("object | truncate(3)", "\"data.object\" is an object: the filter \"truncate\""),
            ("number | length", "\"data.number\" is a number: the filter \"length\" takes a text, a list"),
            ("plan | date('unix')", "\"data.plan\" is a text that is no time: the filter \"date\" takes a time"),
            ("empty | date('unix')", "\"data.empty\" is a text that is no time: the filter \"date\""),
            ("fraction | date('unix')", "\"data.fraction\" is a number: the filter \"date\""),
            ("yes | date('unix')", "\"data.yes\" is a boolean: the filter \"date\""),
            ("plan | number", "\"data.plan\" is a text that is no number: the filter \"number\""),
            ("text | number", "\"data.text\" is a text that is no number: the filter \"number\""),
            ("yes | number", "\"data.yes\" is a boolean: the filter \"number\""),
            ("number | bool", "\"data.number\" is a number that is no boolean: the filter \"bool\""),
            ("plan | bool", "\"data.plan\" is a text that is no boolean: the filter \"bool\""),
            ("plan | trim | number", "\"data.plan\" after \"trim\" is a text that is no number"),
        ])
    func refusals(expression: String, words: String) {
        let message = refusal(expression)
        #expect(message?.hasPrefix(words) == true, "\(message ?? "nil")")
    }

    @Test("default rescues what is missing, and never a value of the wrong kind")
    func rescue() {
        #expect(refusal("plan | join(',') | default('x')") != nil)
        #expect(refusal("plan | default('x') | join(',')") != nil)
    }

    @Test(
        "filters come before the escaping of the place",
        arguments: [
            (TemplatePlace.urlPath, "GR%C3%9CSSE%20%26%20CO"), (.urlQuery, "GR%C3%9CSSE%20%26%20CO"),
            (.argument, "GRÜSSE & CO"), (.environment, "GRÜSSE & CO"), (.header, "GRÜSSE & CO"),
            (.plain, "GRÜSSE & CO"), (.json, "GRÜSSE & CO"),
        ])
    func places(place: TemplatePlace, result: String) throws {
        var compiler = TemplateCompiler(shapes: nil)
        let compiled = compiler.compile("{{ data.text | trim | upper }}", at: Sample.place, for: place)
        let template = try #require(compiled)
        #expect(try template.render(event, as: place) == result)
    }

    @Test("a filter can take from a value what its place refuses, and what it adds is refused too")
    func headers() throws {
        var compiler = TemplateCompiler(shapes: nil)
        func template(_ text: String) throws -> Template {
            let compiled = compiler.compile(text, at: Sample.place, for: .header)
            return try #require(compiled)
        }
        let bare = try template("{{ data.lines }}")
        #expect(throws: RenderingError.self) { try bare.render(event, as: .header) }
        let cleaned = try template(#"{{ data.lines | replace("\r", "") | replace("\n", " ") }}"#)
        #expect(try cleaned.render(event, as: .header) == "a b c")
        let json = try template("{{ data.lines | json }}")
        #expect(try json.render(event, as: .header) == #""a\r\nb\nc""#)
        let evil = try template(#"{{ data.list | join("\r\nX-Evil: 1") }}"#)
        #expect(throws: RenderingError.self) { try evil.render(event, as: .header) }
    }

    @Test(
        "braces are written as a quoted text, and escaped as values are",
        arguments: [
            (TemplatePlace.plain, #"{{ "{{" }} data }}"#, "{{ data }}"), (.plain, "{{ '{{' }}x{{ '}}' }}", "{{x}}"),
            (.urlQuery, #"?t={{ "{{" }}"#, "?t=%7B%7B"), (.header, #"{{"{{"}}"#, "{{"),
            (.argument, #"{{ "a\"b" }}"#, #"a"b"#),
        ])
    func braces(place: TemplatePlace, text: String, result: String) throws {
        var compiler = TemplateCompiler(shapes: nil)
        let compiled = compiler.compile(text, at: Sample.place, for: place)
        let template = try #require(compiled, "\(compiler.diagnostics)")
        #expect(try template.render(event, as: place) == result)
        // It is not sent as it is written, so it must be rendered for each attempt.
        #expect(!template.isConstant)
        #expect(!template.readsBody)
    }

    @Test("a leaf of a body that is a quoted text is that text")
    func quotedLeaf() throws {
        var compiler = TemplateCompiler(shapes: nil)
        let body = compiler.compileBody(ConfigNode(.string(#"{{ "{{" }}"#), at: Sample.place))
        #expect(compiler.diagnostics.isEmpty)
        #expect(String(decoding: try body.render(event), as: UTF8.self) == "\"{{\"")
    }
}

@Suite("Filters that are wrong")
struct WrongFilterTests {
    private func diagnostics(_ text: String, shapes: [EventShape]? = nil) -> [Diagnostic] {
        var compiler = TemplateCompiler(shapes: shapes)
        let place = ConfigPlace(
            file: "f", line: 3, column: 9, length: text.unicodeScalars.count + 2,
            verbatim: .init(column: 10, length: text.unicodeScalars.count))
        let template = compiler.compile(text, at: place, for: .plain)
        #expect((template == nil) == !compiler.diagnostics.isEmpty)
        return compiler.diagnostics
    }

    @Test(
        "arguments are checked in number and kind when they are read",
        arguments: [
            ("lower(1)", "lower"), ("upper()", "upper"), ("json(\"x\")", "json"), ("trim(' ')", "trim"),
            ("length(1)", "length"), ("truncate", "truncate"), ("truncate(0)", "truncate"),
            ("truncate(-1)", "truncate"), ("truncate(1.5)", "truncate"), ("truncate('3')", "truncate"),
            ("truncate(3, 4)", "truncate"), ("truncate(1000001)", "truncate"), ("join", "join"), ("join(1)", "join"),
            ("join(',', ',')", "join"), ("replace('a')", "replace"), ("replace('', 'b')", "replace"),
            ("replace(1, 2)", "replace"), ("replace('a', 'b', 'c')", "replace"), ("date", "date"), ("date(1)", "date"),
            ("date(yyyy)", "date"), ("default", "default"), ("default(1, 2)", "default"), ("default([1])", "default"),
            ("join(,)", "join"), ("join(',',)", "join"),
        ])
    func arguments(filter: String, name: String) throws {
        let found = diagnostics("{{ id | \(filter) }}")
        #expect(found.map(\.code) == ["T006"])
        #expect(found.first?.message.hasPrefix("\"\(name)\" takes") == true)
        #expect(found.first?.help?.hasPrefix("write \(name)") == true)
        #expect(found.first?.place?.column == 18)
        #expect(found.first?.place?.length == name.count)
    }

    @Test(
        "a date format with an unknown letter is refused with the one that was meant",
        arguments: [
            ("YYYY-MM-dd", "did you mean yyyy?"), ("yyyy-MM-DD", "did you mean dd?"), ("hh:mm", "did you mean HH?"),
            ("yyyy-mm-dd", "MM is the month"), ("yyyy-MM-ddTHH:mm", "did you mean 'T'?"),
            ("QQ", nil), ("---", nil), ("", nil), ("HH 'open", nil), ("iso", nil), ("'x'", nil),
        ])
    func formats(format: String, label: String?) {
        let found = diagnostics("{{ time | date(\"\(format)\") }}")
        #expect(found.map(\.code) == ["T017"])
        #expect(found.first?.label == label)
    }

    @Test("an unknown filter is answered with the one that was meant, at its place")
    func unknown() {
        let found = diagnostics("é {{ id | uper | lower }}")
        #expect(found.map(\.code) == ["T004"])
        #expect(found.first?.label == "did you mean \"upper\"?")
        #expect(found.first?.help == "filters: \(FilterName.list)")
        #expect(found.first?.place?.line == 3)
        #expect(found.first?.place?.column == 20)
        #expect(found.first?.place?.length == 4)
        #expect(diagnostics("{{ id || lower }}").map(\.code) == ["T004"])
        #expect(diagnostics("{{ id | Upper }}").first?.label == "did you mean \"upper\"?")
    }

    @Test(
        "a filter that can never take what stands before it is refused",
        arguments: [
            ("data.plan | upper", "upper"), ("data.plan | join(',')", "join(',')"),
            ("subject | lower | join(',')", "join(',')"),
            ("subject | length | length", "length"), ("time | date('unix') | join('')", "join('')"),
            ("subject | json | default('x')", "default('x')"), ("data.plan | default('') | join('')", "join('')"),
            ("subject | bool | number", "number"),
        ])
    func never(expression: String, filter: String) {
        let found = diagnostics("{{ \(expression) }}", shapes: [Sample.added])
        #expect(found.map(\.code) == ["T016"])
        let column = 13 + expression.count - filter.count
        #expect(found.first?.place?.column == column)
        #expect(found.first?.place?.length == filter.count)
    }

    @Test(
        "what may fit is accepted",
        arguments: [
            "data.plan | json", "data.plan | length", "data.changed | join(',')", "data.plan | default('x') | upper",
            "data.plan.name | default(1) | truncate(3) | upper | trim | replace('a','b') | length | string",
            "time | date('unix') | string", "data.plan.name | number | date('http')",
        ])
    func fits(expression: String) {
        #expect(diagnostics("{{ \(expression) }}", shapes: [Sample.added]).isEmpty)
    }

    @Test("a quoted text stands alone between its braces")
    func quoted() {
        #expect(diagnostics(#"{{ "{{" | upper }}"#).map(\.code) == ["T006"])
        #expect(diagnostics(#"{{ "{{" x }}"#).map(\.code) == ["T001"])
        #expect(diagnostics(#"{{ "{{ }}"#).map(\.code) == ["T001"])
        #expect(diagnostics("{{ '{{ }}").map(\.code) == ["T001"])
    }

    @Test("the place is the expression's own where the file writes it as it reads, else the value's beginning")
    func places() {
        var compiler = TemplateCompiler(shapes: [Sample.added])
        let escaped = ConfigPlace(
            file: "f", line: 1, column: 5, length: 60, verbatim: .init(column: 6, length: 18))
        _ = compiler.compile(#"{{ data.plan.nmae | default("x") | uper }}"#, at: escaped, for: .plain)
        #expect(compiler.diagnostics.last?.place?.column == 5)
        _ = compiler.compile(#"{{ data.plan.nmae | default("x") }}"#, at: escaped, for: .plain)
        #expect(compiler.diagnostics.last?.place?.column == 9)
        #expect(compiler.diagnostics.last?.place?.length == 14)
    }
}
