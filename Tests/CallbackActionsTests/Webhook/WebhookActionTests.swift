import CallbackActions
import CallbackCore
import CallbackTestKit
import HTTPTransport
import Synchronization
import Testing

@Suite("The webhook action", .timeLimit(.minutes(1)))
struct WebhookActionTests {
    /// A clock that stands still.
    private struct StoppedClock: Timekeeper {
        let time: Timestamp
        func now() -> Timestamp { time }
        func monotonic() -> Int64 { 0 }
    }

    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let clock = StoppedClock(time: Timestamp(milliseconds: 1_795_341_600_999))

    private func egress() throws -> EgressPolicy {
        EgressPolicy(allow: [try CIDR("127.0.0.0/8")])
    }

    private func event(_ number: Int64, body: String = #"{"specversion":"1.0"}"#) -> Event {
        Event(
            sequence: number, id: EventID(rawValue: "evt_\(number)"), type: "plan_item.created",
            subject: "plan_item/\(number)", time: clock.time, body: Array(body.utf8))
    }

    private func attempt(_ number: Int64, to target: TargetName = "billing", _ rendering: Rendering? = nil) -> Attempt {
        Attempt(
            delivery: DeliveryID(event: number, ordinal: 1), number: 1, webhookID: "msg_\(number)", target: target,
            event: event(number), rendering: rendering)
    }

    /// Runs attempts against one target and gives their reports.
    private func reports(
        _ attempts: [Attempt], _ target: WebhookTarget
    ) async throws -> [AttemptReport] {
        let inbox = ReportInbox()
        let action = try WebhookAction(targets: [target], timekeeper: clock) { inbox.take($0) }
        action.start(attempts)
        let reports = await inbox.wait(for: attempts.count)
        await action.stop(grace: .zero)
        return reports
    }

    @Test("a delivery arrives as a signed CloudEvent, byte for byte")
    func delivered() async throws {
        let receiver = try LoopbackReceiver { _ in .status(200, body: "ok") }
        let target = try WebhookTarget(
            name: "billing", url: receiver.url + "/hooks", headers: [("X-Tenant", "7")],
            secrets: [try SigningSecret(Self.secret)], egress: try egress(), version: "1.2.3")
        let report = try #require(try await reports([attempt(5)], target).first)
        #expect(report.delivery == DeliveryID(event: 5, ordinal: 1))
        #expect(report.outcome == .delivered)
        #expect(report.code == 200)
        #expect(report.reason == "")
        #expect(report.output == Array("ok".utf8))
        #expect(report.startedAt == clock.time)
        #expect(report.duration > .zero)
        let got = try receiver.request(1)
        #expect(got.method == "POST")
        #expect(got.path == "/hooks")
        #expect(got.body == event(5).body)
        #expect(got.header("Content-Type") == "application/cloudevents+json; charset=utf-8")
        #expect(got.header("User-Agent") == "callbackd/1.2.3")
        #expect(got.header("X-Tenant") == "7")
        #expect(got.header("webhook-id") == "msg_5")
        #expect(got.header("webhook-timestamp") == "1795341600")
        let signer = StandardWebhooksSigner(secrets: [try SigningSecret(Self.secret)])
        let signature = signer.signature(id: "msg_5", now: clock.time, body: got.body)
        #expect(got.header("webhook-signature") == signature)
    }

    @Test("what templates made of the event replaces body, path and headers")
    func rendered() async throws {
        let receiver = try LoopbackReceiver()
        let target = try WebhookTarget(
            name: "billing", url: receiver.url + "/", headers: [("Content-Type", "application/json")],
            egress: try egress(), version: "1")
        let rendering = Rendering(
            body: Array(#"{"plan":1}"#.utf8), url: receiver.url + "/plans/base%20plan?id=1", headers: ["X-Plan": "base"]
        )
        let report = try #require(try await reports([attempt(1, rendering)], target).first)
        #expect(report.outcome == .delivered)
        let got = try receiver.request(1)
        #expect(got.path == "/plans/base%20plan?id=1")
        #expect(got.text == #"{"plan":1}"#)
        #expect(got.header("X-Plan") == "base")
        #expect(got.headers.filter { $0.name == "Content-Type" }.map(\.value) == ["application/json"])
        #expect(got.header("webhook-signature") == nil)
    }

    @Test("a rendered header takes the place of the target's own, and each is sent once")
    func renderedHeader() async throws {
        let receiver = try LoopbackReceiver()
        let target = try WebhookTarget(
            name: "billing", url: receiver.url + "/", headers: [("Authorization", "Bearer a"), ("X-Tenant", "7")],
            egress: try egress(), version: "1")
        let rendering = Rendering(headers: ["authorization": "Bearer b", "X-Plan": "base"])
        #expect(try #require(try await reports([attempt(1, rendering)], target).first).outcome == .delivered)
        let names = ["authorization", "x-tenant", "x-plan", "content-type", "user-agent", "expect"]
        let headers = try receiver.request(1).headers.map { (name: $0.name.lowercased(), value: $0.value) }
        #expect(
            names.map { name in headers.filter { $0.name == name }.map(\.value) } == [
                ["Bearer b"], ["7"], ["base"], ["application/cloudevents+json; charset=utf-8"], ["callbackd/1"], [],
            ])
    }

    private func attempt(_ number: Int64, _ rendering: Rendering) -> Attempt {
        attempt(number, to: "billing", rendering)
    }

    @Test("a rendering that leaves the host, splits a header or takes a reserved one is refused and not sent")
    func badRendering() async throws {
        let receiver = try LoopbackReceiver()
        let target = try WebhookTarget(
            name: "billing", url: receiver.url + "/", egress: try egress(), version: "1")
        let bad = [
            Rendering(url: "http://127.0.0.2:\(receiver.port)/"), Rendering(url: receiver.url + "@example.com/"),
            Rendering(url: receiver.url + "/a b"), Rendering(url: "/only/a/path"),
            Rendering(headers: ["X-A": "a\r\nX-B: b"]), Rendering(headers: ["Webhook-Id": "x"]),
            Rendering(headers: ["Host": "example.com"]),
        ]
        let attempts = bad.enumerated().map { attempt(Int64($0 + 1), $1) }
        let reports = try await reports(attempts, target)
        #expect(Set(reports.map(\.delivery)) == Set(attempts.map(\.delivery)))
        #expect(reports.allSatisfy { $0.outcome == .refused && !$0.reason.isEmpty })
        #expect(receiver.requests.isEmpty)
    }

    @Test("an attempt for an unknown target is reported and tried later")
    func unknownTarget() async throws {
        let receiver = try LoopbackReceiver()
        let target = try WebhookTarget(name: "billing", url: receiver.url, egress: try egress(), version: "1")
        let report = try #require(try await reports([attempt(1, to: "gone")], target).first)
        #expect(report.outcome == .unavailable(retryAfter: nil))
        #expect(report.reason.contains("\"gone\""))
    }

    @Test("each of many attempts is reported exactly once, with its own answer")
    func many() async throws {
        let receiver = try LoopbackReceiver { request in
            let number = Int(request.header("webhook-id")?.dropFirst(4) ?? "") ?? 0
            return .status(number % 7 == 0 ? 503 : 204, headers: [("Retry-After", "\(number)")])
        }
        let target = try WebhookTarget(name: "billing", url: receiver.url, egress: try egress(), version: "1")
        let inbox = ReportInbox()
        let action = try WebhookAction(targets: [target], timekeeper: clock) { inbox.take($0) }
        for batch in 0..<20 { action.start((1...100).map { attempt(Int64(batch * 100 + $0)) }) }
        let reports = await inbox.wait(for: 2000)
        await action.stop(grace: .seconds(5))
        #expect(reports.map(\.delivery.event).sorted() == Array(1...2000))
        for report in reports {
            let number = report.delivery.event
            let busy = Outcome.unavailable(retryAfter: .seconds(number))
            #expect(report.outcome == (number % 7 == 0 ? busy : .delivered))
        }
    }

    @Test("a stop reports what is under way as unavailable")
    func stop() async throws {
        let receiver = try LoopbackReceiver { _ in .hang }
        let target = try WebhookTarget(
            name: "billing", url: receiver.url, connections: 1, egress: try egress(), version: "1")
        let inbox = ReportInbox()
        let action = try WebhookAction(targets: [target], timekeeper: clock) { inbox.take($0) }
        action.start([attempt(1), attempt(2)])
        try receiver.waitForRequests(1)
        await action.stop(grace: .milliseconds(50))
        let reports = await inbox.wait(for: 2)
        #expect(reports.map(\.outcome) == [.unavailable(retryAfter: nil), .unavailable(retryAfter: nil)])
        action.start([attempt(3)])
        #expect(await inbox.wait(for: 2).count == 2)
    }

    @Test("a target that another configuration brings is used from then on")
    func reload() async throws {
        let first = try LoopbackReceiver()
        let second = try LoopbackReceiver()
        let inbox = ReportInbox()
        let before = try WebhookTarget(name: "billing", url: first.url, egress: try egress(), version: "1")
        let action = try WebhookAction(targets: [before], timekeeper: clock) { inbox.take($0) }
        action.start([attempt(1)])
        _ = await inbox.wait(for: 1)
        action.use(
            [try WebhookTarget(name: "billing", url: second.url, egress: try egress(), version: "1")],
            maximumTransfers: 8)
        action.start([attempt(2)])
        _ = await inbox.wait(for: 2)
        await action.stop(grace: .zero)
        #expect(first.requests.count == 1)
        #expect(second.requests.count == 1)
    }

    @Test("a private address is a dead letter unless it is allowed")
    func egressRefused() async throws {
        let receiver = try LoopbackReceiver()
        let target = try WebhookTarget(name: "billing", url: receiver.url, version: "1")
        let report = try #require(try await reports([attempt(1)], target).first)
        #expect(report.outcome == .refused)
        #expect(report.reason.contains("egress: {allow: [127.0.0.1/32]}"))
        #expect(receiver.connectionCount == 0)
    }
}

/// The reports that an action gave, and a way to wait for them.
final class ReportInbox: Sendable {
    private struct State {
        var reports: [AttemptReport] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<[AttemptReport], Never>)] = []
    }

    private let state = Mutex(State())

    func take(_ reports: [AttemptReport]) {
        let (all, ready) = state.withLock { state in
            state.reports += reports
            let count = state.reports.count
            let ready = state.waiting.filter { $0.count <= count }.map(\.continuation)
            state.waiting.removeAll { $0.count <= count }
            return (state.reports, ready)
        }
        for continuation in ready { continuation.resume(returning: all) }
    }

    func wait(for count: Int) async -> [AttemptReport] {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [AttemptReport]? in
                guard state.reports.count < count else { return state.reports }
                state.waiting.append((count, continuation))
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
