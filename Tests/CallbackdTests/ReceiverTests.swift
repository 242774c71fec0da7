import CallbackActions
import CallbackCore
import Synchronization
import Testing

@testable import callbackd

@Suite("the receiver of `callbackd listen`")
struct ReceiverTests {
    /// What a receiver showed and whether it ended.
    private final class Record: Sendable {
        let receipts = Mutex<[Receipt]>([])
        let ends = Mutex(0)

        func receiver(_ plan: Receiver.Plan, secrets: [VerificationKey] = []) -> Receiver {
            Receiver(
                plan: plan, verifier: WebhookVerifier(keys: secrets),
                show: { receipt in self.receipts.withLock { $0.append(receipt) } },
                whenDone: { self.ends.withLock { $0 += 1 } })
        }
    }

    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    private func send(_ id: String?, to receiver: Receiver) -> Int {
        receiver.receive(SignatureHeaders(id: id), body: Array("{}".utf8), now: now)
    }

    @Test("what comes twice under one webhook-id is marked and not counted twice")
    func duplicates() {
        let record = Record()
        let receiver = record.receiver(Receiver.Plan(count: 2))
        #expect(["msg_1", "msg_1", "msg_2"].map { send($0, to: receiver) } == [204, 204, 204])
        #expect(record.receipts.withLock { $0.map(\.isDuplicate) } == [false, true, false])
        #expect(record.ends.withLock { $0 } == 1)
    }

    @Test("the first ones fail as asked, and coming again is no repetition then")
    func failFirst() {
        let record = Record()
        let receiver = record.receiver(Receiver.Plan(failFirst: 2, failure: 429, count: 1))
        #expect((1...3).map { _ in send("msg_1", to: receiver) } == [429, 429, 204])
        #expect(record.receipts.withLock { $0.map(\.isDuplicate) } == [false, false, false])
        #expect(record.ends.withLock { $0 } == 1)
    }

    @Test("what does not verify is answered with 401 and never counts")
    func refused() throws {
        let record = Record()
        let secret = try VerificationKey(argument: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let receiver = record.receiver(Receiver.Plan(count: 1), secrets: [secret])
        #expect(send("msg_1", to: receiver) == 401)
        #expect(record.ends.withLock { $0 } == 0)
        #expect(record.receipts.withLock { $0[0].json["verdict"] } == "refused")
    }

    @Test("a receiver that always fails counts nothing")
    func alwaysFailing() {
        let record = Record()
        let receiver = record.receiver(Receiver.Plan(status: 503, count: 1))
        #expect((1...3).map { send("msg_\($0)", to: receiver) } == [503, 503, 503])
        #expect(record.ends.withLock { $0 } == 0)
    }

    @Test("the memory of ids is bounded: the oldest is forgotten first")
    func boundedMemory() {
        var ids = ReceivedIDs(capacity: 2)
        let first = ["a", "b", "a", "c"].map { ids.insert($0) }
        #expect(first == [true, true, false, true])
        let later = ["b", "c", "a"].map { ids.insert($0) }
        #expect(later == [false, false, true])
    }

    @Test("a receipt for a person holds no control characters of the sender")
    func harmless() {
        let body = Array(#"{"type":"a\u001b[31mb","subject":"s\u0007","data":{"x":1}}"#.utf8)
        let receipt = Receipt(
            number: 1, time: now, headers: SignatureHeaders(id: "msg_\u{1B}[2J"), body: body, verdict: .unchecked,
            isDuplicate: true, status: 204)
        let block = receipt.block(Palette(isOn: false))
        #expect(!block.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(block.contains("duplicate"))
        #expect(!receipt.json.text.contains("\n"))
    }

    @Test("a body that is no JSON is still shown")
    func noJSON() {
        let receipt = Receipt(
            number: 1, time: now, headers: SignatureHeaders(), body: Array("hello".utf8), verdict: .unchecked,
            isDuplicate: false, status: 204)
        #expect(receipt.json["body"] == "hello")
        #expect(receipt.block(Palette(isOn: false)).contains("5 bytes that are no JSON"))
    }
}
