import CallbackCore
import CallbackTestKit
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
    @Test(
        "values become compact text",
        arguments: [
            (JSONValue.null, "null"), (true, "true"), (false, "false"), (0, "0"), (7, "7"), (10, "10"), (-5, "-5"),
            (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"), (.double(1.5), "1.5"),
            (.double(300), "300.0"), (.double(1e300), "1e+300"), (.double(.leastNonzeroMagnitude), "5e-324"),
            ([], "[]"), ([:], "{}"),
            ([1, [nil, "x"], ["a": true]], #"[1,[null,"x"],{"a":true}]"#),
            (["b": 1, "a": ["c": []]], #"{"b":1,"a":{"c":[]}}"#),
        ] as [(JSONValue, String)])
    func compact(value: JSONValue, text: String) { #expect(value.text == text) }

    @Test("numbers that JSON does not have become null", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(number: Double) { #expect(JSONValue.double(number).text == "null") }

    @Test("a string escapes what must be escaped and nothing else")
    func escapes() {
        #expect(
            JSONValue.string("\"\\/\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}é😀").text
                == #""\"\\/\n\r\t\b\f\u0000\u001f"# + "\u{7F}é😀\"")
        #expect(JSONValue.object(JSONObject(members: [.init(key: "a\"b", value: 1)])).text == #"{"a\"b":1}"#)
    }

    @Test("every value that is written is read back as it was")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let value = Self.random(depth: 0, using: &random)
            let again = try JSONParser.parse(value.text.utf8)
            #expect(again == value && again.text == value.text, "seed \(seed)")
        }
    }

    private static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth > 3 ? 4 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3: return .double(.random(in: -1e9...1e9, using: &random))
        case 4: return .string(text(using: &random))
        case 5:
            return .array(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.random(depth: depth + 1, using: &random) })
        default:
            return .object(
                JSONObject(
                    members: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        .init(key: text(using: &random), value: Self.random(depth: depth + 1, using: &random))
                    }))
        }
    }

    private static func text(using random: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "\n", "\r", "\u{0}", "\u{1F}", "é", "\u{301}", "😀", "\u{FFFF}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &random)])
        }
        return text
    }

    @Test("padded digits keep their width")
    func digits() {
        var bytes: [UInt8] = []
        bytes.appendDigits(7, width: 3)
        bytes.appendDigits(0, width: 1)
        bytes.appendDigits(42, width: 2)
        #expect(String(decoding: bytes, as: UTF8.self) == "007042")
    }

    @Test("a member can be set, replaced and removed")
    func objectMembers() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = nil
        object["d"] = .null
        object["b"] = nil
        #expect(object == ["a": 3, "d": nil])
    }
}
