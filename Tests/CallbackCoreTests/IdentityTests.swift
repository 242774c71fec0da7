import CallbackCore
import Testing

/// These values stand in state files and in receivers' tables: a change here breaks both.
@Suite("Identity")
struct IdentityTests {
    private let origin = EventOrigin(position: 42, nonce: 7, ordinal: 0)

    @Test("base 32 takes five bits a character, most significant first")
    func base32() {
        #expect(Base32.text(of: [0x00], count: 1) == "0")
        #expect(Base32.text(of: [0xFF], count: 1) == "z")
        #expect(Base32.text(of: [0x08, 0x42, 0x10, 0x84, 0x21], count: 8) == "11111111")
        #expect(Base32.text(of: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], count: 8) == "zzzzzzzz")
        // The bits of 0…31 in a row use the whole alphabet.
        let all: [UInt8] = [
            0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF, 0x84, 0x65, 0x3A, 0x56, 0xD7, 0xC6, 0x75, 0xBE,
            0x77, 0xDF,
        ]
        #expect(Base32.text(of: all, count: 32) == "0123456789abcdefghjkmnpqrstvwxyz")
    }

    @Test("base 32 stops where the bytes end, and gives no padding")
    func base32Short() {
        #expect(Base32.text(of: [0xFF], count: 8) == "z")
        #expect(Base32.text(of: [] as [UInt8], count: 8) == "")
        #expect(Base32.text(of: [0xFF, 0xFF], count: 0) == "")
    }

    @Test("the id of an event is the one it always was")
    func goldenEventIDs() {
        #expect(EventID(incarnation: "life", origin: origin).rawValue == "evt_mqehgy1wdns228pxxj6mz0zpmw")
        let other = EventOrigin(position: .max, nonce: .min, ordinal: 3)
        #expect(EventID(incarnation: "", origin: other).rawValue == "evt_mpxby2bwh2100jeqhrxevgtj7e")
    }

    @Test("every part of an event's origin makes another id")
    func eventIDsDiffer() {
        let ids = [
            EventID(incarnation: "life", origin: origin),
            EventID(incarnation: "life2", origin: origin),
            EventID(incarnation: "life", origin: EventOrigin(position: 43, nonce: 7, ordinal: 0)),
            EventID(incarnation: "life", origin: EventOrigin(position: 42, nonce: 8, ordinal: 0)),
            EventID(incarnation: "life", origin: EventOrigin(position: 42, nonce: 7, ordinal: 1)),
        ]
        #expect(Set(ids).count == ids.count)
        for id in ids {
            #expect(id.rawValue.hasPrefix("evt_"))
            #expect(id.rawValue.utf8.count == 30)
        }
    }

    @Test("ids of neighbouring changes begin alike")
    func neighbours() {
        func id(_ position: Int64) -> String {
            EventID(incarnation: "life", origin: EventOrigin(position: position, nonce: 1, ordinal: 0)).rawValue
        }
        #expect(id(4096).prefix(9) == id(8191).prefix(9))
        #expect(id(4095).prefix(9) != id(4096).prefix(9))
    }

    @Test("random ids look like the others and do not repeat")
    func randomIDs() {
        let ids = (0..<1000).map { _ in EventID.random().rawValue }
        #expect(Set(ids).count == 1000)
        let alphabet = Set("0123456789abcdefghjkmnpqrstvwxyz")
        for id in ids {
            #expect(id.hasPrefix("evt_") && id.utf8.count == 30)
            #expect(id.dropFirst(4).allSatisfy(alphabet.contains))
        }
    }

    @Test("the webhook id of a delivery is the one it always was")
    func goldenWebhookID() {
        let id = WebhookID.make(event: EventID(rawValue: "evt_1"), rule: "bill", target: "billing", cause: "rule")
        #expect(id == "msg_tmw36ffszfd699v894x74amzpn")
    }

    @Test("webhook ids differ by event, rule, target and cause, and parts do not run together")
    func webhookIDsDiffer() {
        func make(_ event: String, _ rule: RuleName, _ target: TargetName, _ cause: String) -> String {
            WebhookID.make(event: EventID(rawValue: event), rule: rule, target: target, cause: cause)
        }
        let ids = [
            make("e", "r", "t", "rule"), make("f", "r", "t", "rule"), make("e", "s", "t", "rule"),
            make("e", "r", "u", "rule"), make("e", "r", "t", "on-dead"), make("er", "", "t", "rule"),
            make("e", "rt", "", "rule"),
        ]
        #expect(Set(ids).count == ids.count)
        for id in ids {
            #expect(id.hasPrefix("msg_") && id.utf8.count == 30)
            // Standard Webhooks joins id, time and body by full stops.
            #expect(!id.contains("."))
        }
    }

    @Test("lane keys are the published values of 64-bit FNV-1a")
    func goldenLaneKeys() {
        #expect(UInt64(bitPattern: LaneKey(orderingKey: "").rawValue) == 0xCBF2_9CE4_8422_2325)
        #expect(UInt64(bitPattern: LaneKey(orderingKey: "a").rawValue) == 0xAF63_DC4C_8601_EC8C)
        #expect(UInt64(bitPattern: LaneKey(orderingKey: "foobar").rawValue) == 0x8594_4171_F739_67E8)
    }

    @Test("a delivery id is read back as it was written, and nothing else is read")
    func deliveryID() {
        let id = DeliveryID(event: 42, ordinal: 1)
        #expect(id.description == "42-1")
        #expect(DeliveryID("42-1") == id)
        for text in ["", "42", "42-", "-1", "42-0", "0-1", "42-1-1", "a-1", "42-b", "-42-1", "42--1", " 42-1"] {
            #expect(DeliveryID(text) == nil, "\(text)")
        }
        #expect(DeliveryID(event: 2, ordinal: 9) < DeliveryID(event: 10, ordinal: 1))
        #expect(DeliveryID(event: 2, ordinal: 9) < DeliveryID(event: 2, ordinal: 10))
    }
}
