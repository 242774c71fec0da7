import CallbackCore
import CallbackRules
import Testing

@Suite("Bodies of every content type")
struct DocumentTemplateTests {
    /// What tries to end its place in one syntax or another.
    static let hostile = [
        "plain", "", "\"", "\\", "\",\"admin\":true,\"x\":\"", "</plan><admin/>", "a=1&admin=1", "]]>", "--><admin/>",
        "' onload='x", "&amp;", "&#60;", "a+b c%20d", "line\r\nend\ttab", "Größe \u{1F600}", "\u{301}", "{{ id }}",
        "${secret.token}", "\u{2028}",
    ]

    private func compile(_ node: ConfigNode, _ type: String) throws -> (DocumentTemplate, [Diagnostic]) {
        var compiler = TemplateCompiler(shapes: [Sample.created])
        let document = compiler.compileDocument(node, try MediaType(type))
        return (document, compiler.diagnostics)
    }

    private func node(_ text: String) -> ConfigNode { ConfigNode(.string(text), at: Sample.place) }

    private func render(_ node: ConfigNode, _ type: String, name: JSONValue) throws -> String {
        let (document, found) = try compile(node, type)
        try #require(found.isEmpty, "\(found)")
        let bytes = try document.render(Sample.view(data: ["new": ["name": name, "id": 7, "label": nil]]))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func codes(_ text: String, _ type: String) throws -> [String] {
        try compile(node(text), type).1.map(\.code)
    }

    // MARK: JSON

    @Test("a value in quotes stays in its JSON string, one without quotes is a value", arguments: hostile)
    func json(text: String) throws {
        let body =
            #"{"a": "x {{ data.new.name }} y", "b": {{ data.new.name }}, "c": [{{ data.new.id }}, {{ data.new.label }}]}"#
        let sent = try render(node(body), "application/json", name: .string(text))
        let expected: JSONValue = ["a": .string("x \(text) y"), "b": .string(text), "c": [7, nil]]
        #expect(try JSONParser.parse(sent.utf8) == expected)
    }

    @Test("a value of any kind fits in place of a JSON value")
    func jsonKinds() throws {
        let values: [JSONValue] = [nil, true, -5, .double(1.5), "x", [1, "\""], ["a": ["b": nil]]]
        for value in values {
            let sent = try render(node("[{{ data.new.name }}]"), "application/vnd.x+json", name: value)
            #expect(try JSONParser.parse(sent.utf8) == .array([value]))
        }
        #expect(try render(node(#"[{{ "\"a" }}, "{{ "\"b" }}"]"#), "application/json", name: nil) == #"["\"a", "\"b"]"#)
    }

    @Test(
        "a text that would not be JSON, or has no place for a value, is refused",
        arguments: [
            ("{", "T019"), (#"{"a": "{{ data.new.name }}}"#, "T019"), (#"{"a" {{ id }}}"#, "T019"),
            (#"{"a": 1{{ id }}}"#, "T020"), (#"{"a": {{ id }}{{ id }}}"#, "T020"), (#"{"{{ id }}": 1}"#, "T014"),
            (#"{"x {{ id }}": 1}"#, "T014"), (#"{ {{ id }}: 1}"#, "T019"), (#"["\{{ id }}"]"#, "T019"),
            ("{{ id }} {{ id }}", "T019"), ("", "T019"), ("[1] x", "T019"),
        ])
    func wrongJSON(text: String, code: String) throws {
        #expect(try codes(text, "application/json") == [code])
    }

    // MARK: XML

    @Test("a value in XML is text and nothing else", arguments: hostile)
    func xml(text: String) throws {
        let body = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- for billing -->
            <order at="{{ time }}" name='{{ data.new.name }}'><![CDATA[fixed]]>
              <plan>{{ data.new.name }}</plan><id>{{ data.new.id }}</id><none>{{ data.new.label }}</none><e a="1"/>
            </order>
            """
        let sent = try render(node(body), "application/xml", name: .string(text))
        let expected = Self.xmlEscaped(text)
        #expect(
            sent == """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- for billing -->
                <order at="2026-11-22T10:00:00.123Z" name='\(expected)'><![CDATA[fixed]]>
                  <plan>\(expected)</plan><id>7</id><none></none><e a="1"/>
                </order>
                """)
        #expect(!expected.utf8.contains { "<>\"'\r\n\t".utf8.contains($0) })
    }

    /// Written again, from the specification, as what the product's own is held against.
    private static func xmlEscaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&apos;"
            case "\r", "\n", "\t": "&#\(scalar.value);"
            default: String(scalar)
            }
        }.joined()
    }

    @Test("a character that XML cannot hold fails the attempt", arguments: ["\u{0}", "\u{1B}", "\u{FFFE}"])
    func notInXML(text: String) throws {
        let (document, _) = try compile(node("<a>{{ data.new.name }}</a>"), "text/xml")
        let error = #expect(throws: RenderingError.self) {
            try document.render(Sample.view(data: ["new": ["name": .string(text)]]))
        }
        #expect(error?.message == "the value of \"data.new.name\" holds a character that XML cannot hold")
    }

    @Test(
        "text that is not well formed, or has no place for a value, is refused",
        arguments: [
            ("", "T019"), ("text", "T019"), ("<a>", "T019"), ("<a></b>", "T019"), ("<a/><b/>", "T019"),
            ("<a/>x", "T019"), ("<a b=1/>", "T019"), ("<a b='<'/>", "T019"), ("<a b='1' b='2'/>", "T019"),
            ("<a b='1'c='2'/>", "T019"), ("<a>&nbsp;</a>", "T019"), ("<a>a & b</a>", "T019"), ("<a>&#0;</a>", "T019"),
            ("<!DOCTYPE a><a/>", "T019"), ("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "T019"),
            ("<a>\u{1}</a>", "T019"), ("<a", "T019"), ("<a b='", "T019"), ("<a><!-- </a>", "T019"), ("<1/>", "T019"),
            ("< a/>", "T019"), ("</a>", "T019"), ("{{ id }}", "T020"), ("<a/>{{ id }}", "T020"),
            ("<{{ id }}/>", "T020"), ("<a {{ id }}='1'/>", "T020"), ("<a b={{ id }}/>", "T020"),
            ("<a></{{ id }}>", "T020"), ("<a><!-- {{ id }} --></a>", "T020"),
            ("<a><![CDATA[{{ id }}]]></a>", "T020"), ("<?x {{ id }}?><a/>", "T020"), ("<a b{{ id }}='1'/>", "T020"),
        ])
    func wrongXML(text: String, code: String) throws {
        #expect(try codes(text, "application/xml") == [code])
    }

    // MARK: Forms

    @Test("a value of a form stays one value, written as a mapping or out", arguments: hostile)
    func form(text: String) throws {
        let mapping = try ConfigNode.json(
            #"{"plan name":"{{ data.new.name }}","a":"x & {{ data.new.id }}","n":5,"f":true,"e":null,"l":["1","{{ id | default('-') }}"]}"#
        )
        let sent = try render(mapping, "application/x-www-form-urlencoded", name: .string(text))
        let value = Self.formEncoded(text)
        #expect(sent == "plan+name=\(value)&a=x+%26+7&n=5&f=true&e=&l=1&l=-")
        let written = "plan={{ data.new.name }}&a[0]=1&b=x%20y+z&c={{ data.new.id }}"
        let other = try render(node(written), "application/x-www-form-urlencoded", name: .string(text))
        #expect(other == "plan=\(value)&a[0]=1&b=x%20y+z&c=7")
    }

    private static func formEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = Unicode.Scalar(byte).properties.isAlphabetic && byte < 128 || (48...57).contains(byte)
            if isPlain || "*-._".utf8.contains(byte) { return String(Unicode.Scalar(byte)) }
            if byte == 32 { return "+" }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    @Test("what is no form is refused")
    func wrongForm() throws {
        let form = "application/x-www-form-urlencoded"
        #expect(try codes("a=1 2", form) == ["T019"])
        #expect(try codes("a=1\n", form) == ["T019"])
        #expect(try codes("a=ü", form) == ["T019"])
        #expect(try codes("{{ id }}=1", form) == ["T014"])
        #expect(try codes("a=1&{{ id }}", form) == ["T014"])
        for (json, code) in [
            ("[1]", "T018"), ("7", "T018"), (#"{"a":{"b":1}}"#, "T018"), (#"{"a":[[1]]}"#, "T018"),
            (#"{"{{ id }}":1}"#, "T014"),
        ] {
            #expect(try compile(.json(json), form).1.map(\.code) == [code], "\(json)")
        }
    }

    // MARK: Text

    @Test("plain text goes as it is, and only a text can be XML or plain text")
    func text() throws {
        #expect(try render(node("name: {{ data.new.name }}\n"), "text/plain", name: "<\"&") == "name: <\"&\n")
        for type in ["text/plain", "application/xml"] {
            for json in ["{}", "[1]", "1", "null"] {
                #expect(try compile(.json(json), type).1.map(\.code) == ["T018"], "\(json)")
            }
        }
    }

    @Test("fields, secrets and filters are judged as in every template")
    func judged() throws {
        #expect(try codes("<a>{{ data.nwe.name }}</a>", "text/xml") == ["T007"])
        #expect(try codes("<a>${secret.token}</a>", "text/xml") == ["T010"])
        #expect(try codes("a={{ subject | join(',') | join(',') }}", "application/x-www-form-urlencoded") == ["T016"])
        #expect(
            try render(
                node("a={{ data.new.name | upper | replace('B', '&') }}"),
                "application/x-www-form-urlencoded", name: "abc") == "a=A%26C")
    }
}
