import CallbackCore
import Testing

@testable import CallbackActions
@testable import HTTPTransport

@Suite("Whether a request may have been processed")
struct WebhookDoubtTests {
    private let now = Timestamp(milliseconds: 1_795_341_600_000)

    private func completion(_ result: HTTPResult, sendings: Int = 1) -> HTTPCompletion {
        HTTPCompletion(id: 0, result: result, startedAtNanoseconds: 0, durationNanoseconds: 1, sendings: sendings)
    }

    private func failure(_ kind: HTTPFailureKind, sendings: Int = 1) -> HTTPCompletion {
        completion(.failure(HTTPFailure(kind: kind, message: "words")), sendings: sendings)
    }

    @Test(
        "silence after the request leaves a doubt; the same before it leaves none",
        arguments: [
            HTTPFailureKind.timeout, .closedEarly, .reset, .garbage, .headersTooLarge, .cancelled, .exhausted, .other,
            .connect, .resolve, .tls(.handshake),
        ])
    func silence(kind: HTTPFailureKind) {
        #expect(WebhookDoubt.isLeft(by: failure(kind)))
        #expect(!WebhookDoubt.isLeft(by: failure(kind, sendings: 0)))
    }

    @Test("a receiver that wants a client certificate has not read the request")
    func certificate() {
        #expect(!WebhookDoubt.isLeft(by: failure(.tls(.clientCertificateWanted))))
    }

    @Test("a gateway that got no answer leaves a doubt, any other status is the receiver's word")
    func statuses() {
        for status in [100, 200, 204, 301, 400, 404, 409, 410, 429, 500, 501, 502, 503, 504, 505, 520, 521, 524] {
            let answered = completion(.response(HTTPResponse(status: status)))
            #expect(WebhookDoubt.isLeft(by: answered) == [502, 504, 520, 524].contains(status), "\(status)")
        }
    }

    @Test("2xx says processed, 404 says not processed, and nothing else says either")
    func answers() {
        for status in [200, 202, 204, 299, 301, 400, 401, 403, 404, 405, 409, 410, 425, 429, 500, 503, 504] {
            let answer = WebhookAnswer.of(completion(.response(HTTPResponse(status: status))), now: now)
            let expected: VerifyAnswer =
                (200..<300).contains(status) ? .processed : status == 404 ? .notProcessed : .unknown
            #expect(answer.answer == expected, "\(status)")
            #expect(answer.code == status)
            #expect(answer.reason.hasPrefix("asked: "))
        }
        let silent = WebhookAnswer.of(failure(.timeout), now: now)
        #expect(silent.answer == .unknown)
        #expect(silent.concernsTarget)
        let patient = WebhookAnswer.of(
            completion(.response(HTTPResponse(status: 503, retryAfter: "60"))), now: now)
        #expect(patient.retryAfter == .seconds(60))
    }
}
