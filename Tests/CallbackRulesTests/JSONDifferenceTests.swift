import CallbackCore
import CallbackRules
import Testing

@Suite("The first difference between two JSON values")
struct JSONDifferenceTests {
    private func difference(_ expected: String, _ actual: String) throws -> JSONDifference? {
        JSONDifference.first(
            expected: try JSONParser.parse(expected.utf8), actual: try JSONParser.parse(actual.utf8), at: "body")
    }

    @Test(
        "is none where the values are the same, however they are written",
        arguments: [
            ("null", "null"), ("7", "7.0"), ("7", "70e-1"), ("1.5", "15e-1"), (#""a""#, #""\u0061""#), ("[]", "[]"),
            (#"{"a":1,"b":[true,{"c":null}]}"#, #"{"b":[true,{"c":null}],"a":1.0}"#),
        ])
    func same(expected: String, actual: String) throws {
        #expect(try difference(expected, actual) == nil)
        #expect(try difference(actual, expected) == nil)
    }

    @Test(
        "is told by its path in words",
        arguments: [
            ("7", "8", "body: expected 7, came 8"),
            ("7", #""7""#, #"body: expected the number 7, came the text "7""#),
            ("true", "1", "body: expected the boolean true, came the number 1"),
            ("null", "[]", "body: expected null, came the list []"),
            ("{}", "null", "body: expected the object {}, came null"),
            (#"{"a":{"b":1}}"#, #"{"a":{"b":2}}"#, "body.a.b: expected 1, came 2"),
            (#"{"a":1}"#, "{}", "body.a: expected 1, but it is not there"),
            ("{}", #"{"a":1}"#, "body.a: not expected, came 1"),
            (#"{"a":null}"#, "{}", "body.a: expected null, but it is not there"),
            ("[1,2]", "[1,3]", "body[1]: expected 2, came 3"),
            ("[1,2]", "[1]", "body[1]: expected 2, but it is not there"),
            ("[1]", "[1,2,3]", "body[1]: not expected, came 2"),
            (#"[{"a":[0,1]}]"#, #"[{"a":[0,"1"]}]"#, #"body[0].a[1]: expected the number 1, came the text "1""#),
            (#""é""#, #""e\u0301""#, "body: expected \"é\", came \"e\u{301}\""),
            // The largest whole number that a double holds exactly, and its neighbour.
            ("9007199254740993", "9007199254740992.0", "body: expected 9007199254740993, came 9007199254740992.0"),
        ])
    func different(expected: String, actual: String, words: String) throws {
        let found = try #require(try difference(expected, actual))
        #expect(Array("\(found.path): \(found.words)".utf8) == Array(words.utf8))
    }

    @Test("is the first in the order of what is expected")
    func first() throws {
        let found = try difference(#"{"z":1,"a":1}"#, #"{"a":2,"z":2,"b":3}"#)
        #expect(found?.path == "body.z")
    }

    @Test("is cut where a value is long")
    func long() throws {
        let found = try #require(try difference("1", "\"\(String(repeating: "x", count: 5000))\""))
        #expect(found.words.count < 250)
        #expect(found.words.hasSuffix("x…"))
    }
}
