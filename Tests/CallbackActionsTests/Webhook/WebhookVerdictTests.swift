import CallbackCore
import HTTPTransport
import Testing

@testable import CallbackActions

@Suite("What the end of a request means")
struct WebhookVerdictTests {
    // Sun, 22 Nov 2026 10:00:00 GMT
    private let now = Timestamp(milliseconds: 1_795_341_600_000)

    private func verdict(
        _ status: Int, retryAfter: String? = nil, location: String? = nil, _ statuses: StatusTable = StatusTable()
    ) -> WebhookVerdict {
        let response = HTTPResponse(status: status, retryAfter: retryAfter, location: location)
        return WebhookVerdict.of(.response(response), statuses: statuses, now: now)
    }

    @Test("410 disables the target, and the delivery is not given up")
    func gone() {
        let verdict = verdict(410, retryAfter: "60")
        #expect(verdict.outcome == .unavailable(retryAfter: nil))
        #expect(verdict.disablesTarget)
        #expect(verdict.reason == "HTTP 410: gone: the receiver wants no more deliveries at this address")
    }

    @Test("a target's own table goes before the usual meaning, a code before its class")
    func statuses() {
        let table = StatusTable(codes: [404: .dead, 410: .retry, 202: .retry, 401: .disable], classes: [4: .delivered])
        #expect(verdict(404, table).outcome == .refused)
        #expect(verdict(404, table).reason == "HTTP 404: \"statuses\" of the target says dead")
        #expect(verdict(409, table) == WebhookVerdict(outcome: .delivered, code: 409, reason: ""))
        #expect(verdict(410, retryAfter: "60", table).outcome == .unavailable(retryAfter: .seconds(60)))
        #expect(!verdict(410, table).disablesTarget)
        #expect(verdict(202, retryAfter: "5", table).outcome == .unavailable(retryAfter: .seconds(5)))
        #expect(verdict(401, table).disablesTarget)
        #expect(verdict(500, table).outcome == .unavailable(retryAfter: nil))
        #expect(verdict(204, table).outcome == .delivered)
    }

    @Test("every 2xx is a delivery, whatever its Retry-After says", arguments: [200, 201, 202, 204, 206, 299])
    func delivered(status: Int) {
        let expected = WebhookVerdict(outcome: .delivered, code: status, reason: "", concernsTarget: false)
        #expect(verdict(status, retryAfter: "60") == expected)
    }

    @Test("413 and 415 are dead letters", arguments: [(413, "size"), (415, "format")])
    func refused(status: Int, words: String) {
        let verdict = verdict(status, retryAfter: "60")
        #expect(verdict.outcome == .refused)
        #expect(verdict.code == status)
        #expect(verdict.reason.hasPrefix("HTTP \(status): ") && verdict.reason.contains(words))
    }

    @Test(
        "every other status is tried again",
        arguments: [100, 199, 300, 304, 400, 401, 403, 404, 405, 408, 409, 422, 429, 500, 501, 502, 503, 504, 599, 999])
    func retried(status: Int) {
        #expect(verdict(status).outcome == .unavailable(retryAfter: nil))
        #expect(verdict(status).reason.hasPrefix("HTTP \(status)"))
        #expect(verdict(status, retryAfter: "60").outcome == .unavailable(retryAfter: .seconds(60)))
        #expect(verdict(status).concernsTarget == [429, 502, 503, 504].contains(status))
    }

    @Test("a redirect names its Location", arguments: [301, 302, 303, 307, 308])
    func redirect(status: Int) {
        let reason = verdict(status, location: "http://169.254.169.254/latest").reason
        #expect(reason.contains("redirect to http://169.254.169.254/latest"))
        #expect(reason.contains("not followed"))
    }

    @Test("words of the receiver cannot write to the operator's terminal")
    func terminal() {
        let reason = verdict(302, location: "/\u{1B}[2J\u{9B}x\ny" + String(repeating: "z", count: 5000)).reason
        #expect(!reason.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(reason.count <= 501)
    }

    @Test("an egress refusal is a dead letter that names the line which would allow it")
    func egress() throws {
        guard case .refused(let refusal) = EgressPolicy().verdict(for: try #require(IPAddress("10.1.2.3"))) else {
            Issue.record("10.1.2.3 is allowed")
            return
        }
        let failure = HTTPFailure(kind: .egressRefused(refusal), message: refusal.description)
        let verdict = WebhookVerdict.of(.failure(failure), now: now)
        #expect(verdict.outcome == .refused)
        #expect(verdict.reason.contains("egress: {allow: [10.1.2.3/32]}"))
    }

    @Test(
        "every other failure is tried again under its name",
        arguments: [
            (HTTPFailureKind.resolve, "name not resolved", true), (.connect, "no connection", true),
            (.tls(.expired), "TLS expired", true), (.tls(.selfSigned), "TLS self-signed", true),
            (.tls(.wrongHost), "TLS wrong-host", true),
            (.tls(.clientCertificateWanted), "TLS client-certificate-wanted", true), (.timeout, "timeout", true),
            (.closedEarly, "closed early", true), (.reset, "connection broken", true), (.garbage, "not HTTP", true),
            (.headersTooLarge, "headers too large", false), (.exhausted, "out of resources here", false),
            (.cancelled, "stopped", false), (.other, "failed", false),
        ])
    func failures(kind: HTTPFailureKind, name: String, concernsTarget: Bool) {
        let verdict = WebhookVerdict.of(.failure(HTTPFailure(kind: kind, message: "why")), now: now)
        let expected = WebhookVerdict(
            outcome: .unavailable(retryAfter: nil), code: nil, reason: "\(name): why", concernsTarget: concernsTarget,
            isLocal: kind == .exhausted || kind == .cancelled)
        #expect(verdict == expected)
    }

    @Test(
        "Retry-After is read as seconds or as a date, at most a day",
        arguments: [
            ("0", 0), ("1", 1), ("120", 120), ("86400", 86_400), ("86401", 86_400), ("2592000", 86_400),
            ("Sun, 22 Nov 2026 10:05:00 GMT", 300), ("Sunday, 22-Nov-26 10:05:00 GMT", 300),
            ("Sun Nov 22 10:05:00 2026", 300), ("Mon, 23 Nov 2026 09:59:59 GMT", 86_399),
            ("Tue, 01 Dec 2026 00:00:00 GMT", 86_400),
        ])
    func retryAfter(text: String, seconds: Int) {
        #expect(RetryAfter.wait(text, now: now) == .seconds(seconds))
    }

    @Test(
        "an absurd Retry-After falls back to the schedule",
        arguments: [
            "", "-1", "+5", "1.5", "soon", "315360000", "99999999999999999999", "Sun, 22 Nov 2026 09:59:59 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT", "Mon, 22 Nov 2036 10:00:00 GMT", "Sun, 22 Nov 2026 10:05:00 CET",
            "Sun, 22 Nov 2026 25:05:00 GMT", "Sun, 22 Nov 2026 10:05 GMT", "Sun, 32 Nov 2026 10:05:00 GMT",
            "Sun, 22 Foo 2026 10:05:00 GMT", "2026-11-22T10:05:00Z",
        ])
    func absurdRetryAfter(text: String) {
        #expect(RetryAfter.wait(text, now: now) == nil)
    }

    @Test("a date is right across leap days and the turn of the year")
    func dates() {
        let leap = Timestamp(milliseconds: 1_835_395_200_000)  // Tue, 29 Feb 2028 00:00:00 GMT
        #expect(RetryAfter.wait("Tue, 29 Feb 2028 00:00:10 GMT", now: leap) == .seconds(10))
        #expect(RetryAfter.wait("Wed, 01 Mar 2028 00:00:00 GMT", now: leap) == .hours(24))
        let turn = Timestamp(milliseconds: 1_798_761_590_000)  // Thu, 31 Dec 2026 23:59:50 GMT
        #expect(RetryAfter.wait("Fri, 01 Jan 2027 00:00:00 GMT", now: turn) == .seconds(10))
    }
}
