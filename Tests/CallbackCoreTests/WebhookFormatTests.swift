import CallbackCore
import Testing

@Suite("Formats of events")
struct WebhookFormatTests {
    private func event(source: String, subject: String, data: JSONValue) -> Event {
        let id = EventID(rawValue: "evt_1")
        let time = Timestamp(milliseconds: 1_795_341_600_123)
        var draft = CloudEvent.draft(id: id, source: source, type: "a.b", subject: subject, time: time, data: data)
        draft.number(42)
        return Event(sequence: 42, id: id, type: "a.b", subject: subject, time: time, body: draft.body)
    }

    /// What makes reading without a parser go wrong: keys, quotes and braces inside of texts.
    private static let texts = [
        "", "plain", "\",\"data\":1,\"x\":\"", "}{][,:", "\\", "\\\"", "äö\u{0}\u{1F600}", "data", "\u{2028}\r\n",
    ]

    @Test("the standard payload is type, timestamp and the data as it is journalled", arguments: texts)
    func standard(text: String) throws {
        let data: JSONValue = ["data": .string(text), "list": [1, .string(text), ["a": nil]], "source": "no"]
        let body = try #require(event(source: "/" + text, subject: text, data: data).standardBody)
        let expected: JSONValue = ["type": "a.b", "timestamp": "2026-11-22T10:00:00.123Z", "data": data]
        #expect(try JSONParser.parse(body) == expected)
    }

    @Test("the binary mode has every attribute, and the data's own bytes", arguments: texts)
    func binary(text: String) throws {
        let data: JSONValue = ["source": .string(text), "n": .double(1.5)]
        let parts = try #require(event(source: "/" + text, subject: text, data: data).binaryParts)
        var bytes: [UInt8] = []
        bytes.appendJSON(data)
        #expect(parts.data == bytes)
        #expect(
            parts.attributes == [
                "specversion": "1.0", "id": "evt_1", "source": "/" + text, "type": "a.b", "subject": text,
                "time": "2026-11-22T10:00:00.123Z", "sequence": "0000000000000042",
            ])
    }

    @Test(
        "data of every kind is found",
        arguments: [nil, true, 1, "x", [], [:], [[1], ["a": ["b": "}"]]]] as [JSONValue])
    func kinds(data: JSONValue) throws {
        let body = try #require(event(source: "/s", subject: "s", data: data).standardBody)
        #expect(try JSONParser.parse(body)["data"] == data)
    }

    @Test(
        "what is no event's text gives nothing",
        arguments: [
            "", "{", "[]", "{}", "no json", #"{"data":1}"#, #"{"source":"a"}"#, #"{"source":1,"data":2}"#, #"{"a"#,
        ])
    func broken(text: String) {
        #expect(CloudEventText(Array(text.utf8)) == nil)
    }

    @Test(
        "content types have their syntax",
        arguments: [
            ("application/json", MediaType.Syntax.json), ("application/vnd.billing.v2+json", .json),
            ("Application/X-WWW-Form-URLencoded", .form), ("text/xml; charset=UTF-8", .xml),
            ("application/xml;charset=\"utf-8\"", .xml), ("application/soap+xml; action=\"urn:a b\"", .xml),
            ("text/plain ; format=flowed", .text),
        ])
    func mediaTypes(text: String, syntax: MediaType.Syntax) throws {
        let type = try MediaType(text)
        #expect(type.syntax == syntax && type.text == text)
    }

    @Test(
        "a content type that is none, or that values could break out of, is refused",
        arguments: [
            "", "json", "/", "a/", "a/b/c", "text/html", "multipart/form-data", "text/csv", "text/xml; charset=latin1",
            "text/xml; charset", "text/xml; charset=\"utf-8", "text/xml;", "text/plain; a=\"b\"c\"",
            "text/plain\r\nX-A: 1", "text/plain; a=b\n", "text /plain", "application/json; x=\"\"\"",
        ])
    func wrongMediaTypes(text: String) {
        #expect(throws: MediaType.Problem.self) { try MediaType(text) }
    }
}
