import CallbackCore
import Testing

@Suite("The CloudEvents text")
struct CloudEventTests {
    private func draft(subject: String = "plan_item/7", data: JSONValue = ["new": ["id": 7]]) -> CloudEvent.Draft {
        CloudEvent.draft(
            id: EventID(rawValue: "evt_x"), source: "/installation/panel", type: "plan_item.created",
            subject: subject, time: Timestamp(milliseconds: 0), data: data)
    }

    @Test("it is the text that receivers know, byte for byte")
    func golden() {
        var draft = draft()
        draft.number(42)
        #expect(
            String(decoding: draft.body, as: UTF8.self) == #"{"specversion":"1.0","id":"evt_x","#
                + #""source":"/installation/panel","type":"plan_item.created","subject":"plan_item/7","#
                + #""time":"1970-01-01T00:00:00.000Z","datacontenttype":"application/json","#
                + #""sequence":"0000000000000042","data":{"new":{"id":7}}}"#)
    }

    @Test("it is JSON whatever stands in it")
    func hostile() throws {
        let subject = "a\"b\\c\n\u{0}😀"
        let data: JSONValue = ["k\"": ["\u{1}", .double(.infinity)]]
        let event = try JSONParser.parse(draft(subject: subject, data: data).body)
        #expect(event["subject"] == .string(subject))
        #expect(event["data"] == ["k\"": ["\u{1}", nil]])
    }

    @Test("the number has sixteen digits and can be filled in again")
    func numbers() throws {
        var draft = draft(subject: #""sequence":""#)
        for (number, text) in [
            (Int64(1), "0000000000000001"), (9_999_999_999_999_999, "9999999999999999"), (0, "0000000000000000"),
        ] {
            draft.number(number)
            #expect(try JSONParser.parse(draft.body)["sequence"] == .string(text))
        }
        #expect(draft.body[draft.sequenceOffset - 1] == UInt8(ascii: "\""))
    }
}
