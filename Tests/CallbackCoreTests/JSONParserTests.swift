import CallbackCore
import CallbackTestKit
import Testing

@Suite("The JSON parser")
struct JSONParserTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONParser.parse(text.utf8) }

    @Test(
        "scalars keep their type",
        arguments: [
            ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("42", 42),
            ("-17", -17), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("1.5", .double(1.5)), ("1e3", .double(1000)), ("2E-1", .double(0.2)), ("1e+2", .double(100)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)), (#""""#, ""), (#""a""#, "a"),
        ])
    func scalars(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
        #expect(try parse(" \t\r\n\(text) \n") == value)
    }

    @Test("a whole number is an integer, a number with a point is not")
    func integerOrDouble() throws {
        #expect(try parse("300") != parse("300.0"))
        #expect(try parse("300.0") == .double(300))
    }

    @Test("objects and lists nest, and members keep their order")
    func nesting() throws {
        let value = try parse(#"{"b": [1, {"c": null}, []], "a": {}}"#)
        #expect(value == ["b": [1, ["c": nil], []], "a": [:]])
        guard case .object(let object) = value else {
            Issue.record("an object is expected")
            return
        }
        #expect(object.members.map(\.key) == ["b", "a"])
        #expect(value.value(at: ["a"]) == [:])
        #expect(value.value(at: ["a", "x"]) == nil)
        #expect(value.value(at: ["b", "c"]) == nil)
    }

    @Test("of two members with one name the first is found, and none is lost")
    func duplicateMembers() throws {
        let value = try parse(#"{"a":1,"a":2}"#)
        #expect(value["a"] == 1)
        #expect(value.text == #"{"a":1,"a":2}"#)
    }

    @Test("escapes become their characters")
    func escapes() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\t""#) == "\"\\/\u{8}\u{C}\n\r\t")
        #expect(try parse(#""\u0041\u00e9\u20AC""#) == "Aé€")
        #expect(try parse(#""\ud83d\ude00 \u0000""#) == "😀 \u{0}")
        #expect(try parse(#""\ud800\udc00\udbff\udfff""#) == "\u{10000}\u{10FFFF}")
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10",
            "1e999", "-1e999", "1 2", "[1", "[1,]", "[,1]", "[1 2]", "{", "{}}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
            "{a:1}", #"{"a" 1}"#, #"{1:2}"#, "'a'", #"""#, #""a"#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#,
            #""\u+123""#, #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\u0041""#, "\"a\nb\"",
            "\"\u{1}\"", "\"\u{0}\"", "\"\\n\u{1F}\"", "\u{FEFF}1", "// c\n1", "]", "}", ":", ",",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
            [0xF5, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
        // Also where an escape made the slow path necessary.
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSONParser.parse(bytes) }
    }

    @Test("a text nested 128 deep is read, one level more is refused")
    func depth() throws {
        let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(try parse(deepest).text == deepest)
        #expect(throws: JSONError.self) { try parse("[" + deepest + "]") }
    }

    @Test("100,000 opened brackets give an error and no crash", arguments: ["[", #"{"a":"#, "[{\"a\":"])
    func hostileDepth(piece: String) {
        #expect(throws: JSONError.self) { try parse(String(repeating: piece, count: 100_000)) }
    }

    @Test("an object of 50,000 members is read in one go")
    func wideObject() throws {
        let members = (0..<50_000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        let value = try parse("{" + members + "}")
        #expect(value["k49999"] == 49_999)
    }

    @Test("an error says where")
    func errorPlace() {
        let more = #expect(throws: JSONError.self) { try parse("1 2") }
        #expect(more?.message == "unexpected text after the value")
        #expect(more?.offset == 2)
        let error = #expect(throws: JSONError.self) { try parse("[1,]") }
        #expect(error?.offset == 3)
        #expect(error?.description == "a value is expected at byte 3")
    }

    @Test("any text that is cut short is refused, never read as something else")
    func cutShort() throws {
        let text = #"{"a":[1.5e3,"x\u00e9\n",{"b":null,"c":true}],"d":{"e":-12}}"#
        _ = try parse(text)
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONParser.parse(bytes[..<count]) }
        }
    }

    @Test("random bytes never crash the parser, and what it reads it writes and reads again")
    func randomBytes() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        let alphabet = Array(#"{}[]",:\u0123456789abcdefEntrl.+- "#.utf8) + [0x00, 0x80, 0xC3, 0xFF]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            guard let value = try? JSONParser.parse(bytes) else { continue }
            let again = try JSONParser.parse(value.text.utf8)
            #expect(again == value && again.text == value.text, "seed \(seed), bytes \(bytes)")
        }
    }
}
