import CallbackCore
import CallbackTestKit
import HTTPTransport
import Testing

@testable import CallbackActions

@Suite("Headers of the formats")
struct WebhookFormatHeaderTests {
    private let moment = Timestamp(milliseconds: 1_795_341_600_999)

    private func headers(
        _ rendering: Rendering?, headers: [(name: String, value: String)] = []
    ) throws -> [String: [String]] {
        let target = try WebhookTarget(name: "t", url: "https://x.example/", headers: headers, version: "1")
        let event = Event(
            sequence: 1, id: EventID(rawValue: "evt_1"), type: "a.b", subject: "a/1", time: moment,
            body: Array("{}".utf8))
        let attempt = Attempt(
            delivery: DeliveryID(event: 1, ordinal: 1), number: 1, webhookID: "msg_1", target: "t", event: event,
            rendering: rendering)
        let request = try target.request(attempt, id: 0, now: moment)
        let sent = (request.replacesHeaders ? [] : target.endpoint.headers.entries) + request.headers.entries
        return Dictionary(grouping: sent) { $0.name.lowercased() }.mapValues { $0.map(\.value) }
    }

    @Test("the content type of a rendering takes the place of the default, once")
    func contentType() throws {
        #expect(try headers(nil)["content-type"] == ["application/cloudevents+json; charset=utf-8"])
        #expect(try headers(Rendering(contentType: "text/xml"))["content-type"] == ["text/xml"])
        let fixed = [(name: "content-type", value: "application/json"), (name: "X-A", value: "1")]
        let both = try headers(Rendering(contentType: "text/xml"), headers: fixed)
        #expect(both["content-type"] == ["text/xml"] && both["x-a"] == ["1"])
        let own = Rendering(contentType: "text/xml", headers: ["Content-Type": "application/json"])
        #expect(try headers(own)["content-type"] == ["application/json"])
    }

    @Test("attributes go as percent-encoded headers that no value can split")
    func attributes() throws {
        let sent = try headers(
            Rendering(attributes: [
                "type": "a.b", "subject": "Größe 5 % \"x\"\r\nX-Evil: 1", "source": "/a~b!#$&'()*+,-./:;<=>?@[]^_`{|}",
            ]))
        #expect(sent["ce-type"] == ["a.b"])
        #expect(sent["ce-subject"] == ["Gr%C3%B6%C3%9Fe%205%20%25%20%22x%22%0D%0AX-Evil:%201"])
        #expect(sent["ce-source"] == ["/a~b!#$&'()*+,-./:;<=>?@[]^_`{|}"])
        #expect(sent["x-evil"] == nil && sent["ce-datacontenttype"] == nil)
    }

    @Test("a rendered header cannot take the place of an attribute")
    func reserved() {
        #expect(throws: WebhookTargetError.self) {
            try headers(Rendering(attributes: ["type": "a"], headers: ["CE-Type": "b"]))
        }
    }
}
