import CallbackTestKit
import Glibc
import Synchronization
import Testing

@testable import HTTPTransport

@Suite("Transport")
struct TransportTests {
    @Test("a request arrives with its method, path, headers and body")
    func plainPost() async throws {
        let receiver = try LoopbackReceiver { _ in .status(200, body: "thanks") }
        let endpoint = try HTTPEndpoint(
            url: receiver.url + "/hooks/panel?a=1", egress: .loopback,
            headers: try HTTPHeaderLines([("X-Fixed", "f"), ("X-Empty", "")]))
        let transport = try HTTPTransport()
        let request = HTTPRequest(
            id: 7, endpoint: endpoint, headers: try HTTPHeaderLines([("Content-Type", "text/x"), ("X-Own", "o")]),
            body: Array("hello".utf8))
        let completion = await transport.perform(request)
        #expect(completion.id == 7)
        #expect(completion.response == HTTPResponse(status: 200, body: Array("thanks".utf8)))
        #expect(completion.sendings == 1)
        #expect(completion.durationNanoseconds > 0)
        let got = try receiver.request(1)
        #expect(got.method == "POST")
        #expect(got.path == "/hooks/panel?a=1")
        #expect(got.text == "hello")
        #expect(got.headers.filter { $0.name == "Content-Type" }.map(\.value) == ["text/x"])
        #expect(got.header("X-Fixed") == "f")
        #expect(got.header("X-Own") == "o")
        #expect(got.header("X-Empty") == "")
        #expect(got.header("Content-Length") == "5")
        #expect(got.header("Host") == "127.0.0.1:\(receiver.port)")
    }

    @Test("libcurl adds no Expect and no Content-Type of its own, however large the body")
    func noDefaults() async throws {
        let receiver = try LoopbackReceiver()
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback)
        let transport = try HTTPTransport()
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let completion = await transport.perform(HTTPRequest(endpoint: endpoint, body: body))
        #expect(completion.response?.status == 204)
        let got = try receiver.request(1)
        #expect(got.body == body)
        #expect(got.header("Expect") == nil)
        #expect(got.header("Content-Type") == nil)
        #expect(got.path == "/")
    }

    @Test("each method goes out as itself, also one after the other on one handle")
    func methods() async throws {
        let receiver = try LoopbackReceiver { .status(200, body: $0.method) }
        let endpoint = try HTTPEndpoint(url: receiver.url + "/own", egress: .loopback)
        let transport = try HTTPTransport()
        let plan: [(HTTPMethod, String, String?)] = [
            (.post, "a", nil), (.get, "", "/v1/events?after=3"), (.delete, "", nil), (.put, "bb", "/x%20y"),
            (.delete, "ccc", nil), (.get, "", nil), (.post, "", nil), (.patch, "d", nil), (.post, "e", "/z"),
        ]
        for (method, body, target) in plan {
            let request = HTTPRequest(endpoint: endpoint, method: method, target: target, body: Array(body.utf8))
            let completion = await transport.perform(request)
            #expect(completion.response?.body == Array(method.rawValue.utf8))
        }
        let got = receiver.requests
        #expect(got.map(\.method) == plan.map(\.0.rawValue))
        #expect(got.map(\.text) == plan.map(\.1))
        #expect(got.map(\.path) == plan.map { $0.2 ?? "/own" })
        #expect(receiver.connectionCount == 1)
    }

    @Test(
        "a target that is not an encoded path is not sent", arguments: ["x", "/a b", "/a\r\nX: 1", "/ä", "/a#b", ""])
    func wrongTarget(target: String) async throws {
        let receiver = try LoopbackReceiver()
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback)
        let transport = try HTTPTransport()
        let completion = await transport.perform(HTTPRequest(endpoint: endpoint, target: target))
        #expect(completion.failure?.kind == .other)
        #expect(!completion.requestMayHaveBeenSent)
        #expect(receiver.requests.isEmpty)
    }

    @Test("ten thousand requests are each completed once, over no more connections than the endpoint allows")
    func manyRequests() throws {
        let receiver = try LoopbackReceiver { .status(200, body: $0.text) }
        let collector = Collector()
        let transport = try HTTPTransport { collector.take($0) }
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback, connections: 6)
        for batch in 0..<100 {
            let ids = (batch * 100)..<(batch * 100 + 100)
            transport.submit(ids.map { HTTPRequest(id: UInt64($0), endpoint: endpoint, body: Array("\($0)".utf8)) })
        }
        let completions = collector.wait(for: 10_000)
        #expect(completions.map(\.id).sorted() == Array(0..<10_000))
        #expect(completions.allSatisfy { $0.response?.body == Array("\($0.id)".utf8) })
        #expect(receiver.connectionCount <= 6)
        #expect(receiver.requests.count == 10_000)
        transport.shutdown()
    }

    @Test("a slow endpoint takes no connection from another, and its own cap holds")
    func perEndpointCap() throws {
        let slow = try LoopbackReceiver { _ in .hang }
        let quick = try LoopbackReceiver()
        let collector = Collector()
        let transport = try HTTPTransport { collector.take($0) }
        let slowEndpoint = try HTTPEndpoint(url: slow.url, egress: .loopback, connections: 3)
        let quickEndpoint = try HTTPEndpoint(url: quick.url, egress: .loopback, connections: 2)
        transport.submit((0..<50).map { HTTPRequest(id: $0, endpoint: slowEndpoint) })
        transport.submit((100..<200).map { HTTPRequest(id: $0, endpoint: quickEndpoint) })
        #expect(Set(collector.wait(for: 100).map(\.id)) == Set(100..<200))
        try slow.waitForRequests(3)
        #expect(slow.requests.count == 3)
        transport.shutdown()
        let cancelled = collector.wait(for: 150).dropFirst(100)
        #expect(Set(cancelled.map(\.id)) == Set(0..<50))
        #expect(cancelled.allSatisfy { $0.failure?.kind == .cancelled })
        #expect(cancelled.filter(\.requestMayHaveBeenSent).count == 3)
    }

    @Test("the cap over all endpoints holds, and every endpoint gets its turn")
    func globalCap() throws {
        let receiver = try LoopbackReceiver()
        let collector = Collector()
        let transport = try HTTPTransport(maximumTransfers: 2) { collector.take($0) }
        let endpoints = try (0..<5).map { try HTTPEndpoint(url: "\(receiver.url)/\($0)", egress: .loopback) }
        for (index, endpoint) in endpoints.enumerated() {
            transport.submit((0..<20).map { HTTPRequest(id: UInt64(index * 20 + $0), endpoint: endpoint) })
        }
        #expect(collector.wait(for: 100).compactMap(\.response).count == 100)
        #expect(receiver.connectionCount <= 2)
        transport.shutdown()
    }

    @Test("the cap can be raised while transfers run, and lowered without ending any")
    func changedCap() throws {
        let receiver = try LoopbackReceiver { _ in .hang }
        let collector = Collector()
        let transport = try HTTPTransport(maximumTransfers: 2) { collector.take($0) }
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback, connections: 8)
        transport.submit((0..<8).map { HTTPRequest(id: $0, endpoint: endpoint) })
        try receiver.waitForRequests(2)
        transport.use(maximumTransfers: 5)
        try receiver.waitForRequests(5)
        transport.use(maximumTransfers: 1)
        transport.shutdown()
        #expect(collector.wait(for: 8).filter(\.requestMayHaveBeenSent).count == 5)
    }

    @Test("a shutdown that finishes lets everything taken come to its end")
    func finishing() async throws {
        let receiver = try LoopbackReceiver()
        let collector = Collector()
        let transport = try HTTPTransport { collector.take($0) }
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback, connections: 1)
        transport.submit((0..<200).map { HTTPRequest(id: $0, endpoint: endpoint) })
        await transport.shutdown(grace: .seconds(30))
        #expect(collector.wait(for: 200).filter { $0.response?.status == 204 }.count == 200)
    }

    @Test("a shutdown with a grace cancels what is still under way when it has passed")
    func graceEnds() async throws {
        let receiver = try LoopbackReceiver { $0.text == "0" ? .status(204) : .hang }
        let collector = Collector()
        let transport = try HTTPTransport { collector.take($0) }
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback, connections: 2)
        transport.submit((0..<4).map { HTTPRequest(id: $0, endpoint: endpoint, body: Array("\($0)".utf8)) })
        try receiver.waitForRequests(3)
        await transport.shutdown(grace: .milliseconds(100))
        let completions = collector.wait(for: 4)
        #expect(completions.filter { $0.failure?.kind == .cancelled }.count == 3)
    }

    @Test("an errand runs on the transport's thread, and not after a shutdown")
    func errand() throws {
        let ran = Mutex(0)
        let collector = Collector()
        let transport = try HTTPTransport { collector.take($0) }
        let cancelled = HTTPFailure(kind: .cancelled, message: "")
        let mark = HTTPCompletion(
            id: 9, result: .failure(cancelled), startedAtNanoseconds: 0, durationNanoseconds: 0, sendings: 0)
        transport.run { collector.take([mark]) }
        #expect(collector.wait(for: 1).map(\.id) == [9])
        transport.shutdown()
        #expect(!transport.run { ran.withLock { $0 += 1 } })
        #expect(ran.withLock { $0 } == 0)
    }

    @Test("after a shutdown nothing is taken")
    func afterShutdown() async throws {
        let collector = Collector()
        let transport = try HTTPTransport { collector.take($0) }
        let endpoint = try HTTPEndpoint(url: "http://127.0.0.1:1/", egress: .loopback)
        transport.shutdown()
        transport.shutdown()
        #expect(!transport.submit([HTTPRequest(endpoint: endpoint)]))
        #expect(await transport.perform(HTTPRequest(endpoint: endpoint)).failure?.kind == .cancelled)
        #expect(collector.wait(for: 0).isEmpty)
    }

    @Test("a transport whose last reference goes ends its thread and completes what it had taken")
    func dropped() throws {
        let receiver = try LoopbackReceiver { _ in .hang }
        let collector = Collector()
        var transport: HTTPTransport? = try HTTPTransport { collector.take($0) }
        transport?.submit([HTTPRequest(endpoint: try HTTPEndpoint(url: receiver.url, egress: .loopback))])
        try receiver.waitForRequests(1)
        transport = nil
        #expect(collector.wait(for: 1).first?.failure?.kind == .cancelled)
    }

    @Test("a request goes over a Unix socket whatever the egress policy says")
    func unixSocket() async throws {
        let path = "/tmp/callbackd-http-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
        defer { unlink(path) }
        let receiver = try LoopbackReceiver(socketPath: path) { _ in .status(200, body: "control") }
        let endpoint = try HTTPEndpoint(url: "http://callbackd/v1/status", unixSocket: path)
        let transport = try HTTPTransport()
        let completion = await transport.perform(HTTPRequest(endpoint: endpoint, method: .get))
        #expect(completion.response?.body == Array("control".utf8))
        let again = await transport.perform(HTTPRequest(endpoint: endpoint, method: .get))
        #expect(again.response?.status == 200)
        #expect(receiver.requests.map(\.path) == ["/v1/status", "/v1/status"])
        #expect(receiver.connectionCount == 1)
    }

    @Test("a named proxy is used, by a tunnel, and its address is what the egress policy judges")
    func proxy() async throws {
        let proxy = try LoopbackReceiver { _ in .bytes("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n") }
        let transport = try HTTPTransport()
        let open = try HTTPEndpoint(url: "http://example.invalid/x", egress: .loopback, proxy: proxy.url)
        let refused = await transport.perform(HTTPRequest(endpoint: open))
        #expect(refused.response == nil)
        let got = try proxy.request(1)
        #expect(got.method == "CONNECT")
        #expect(got.path == "example.invalid:80")
        let closed = try HTTPEndpoint(url: "http://example.invalid/x", proxy: proxy.url)
        let completion = await transport.perform(HTTPRequest(endpoint: closed))
        guard case .egressRefused? = completion.failure?.kind else {
            Issue.record("the proxy's address was not judged: \(completion)")
            return
        }
        #expect(proxy.requests.count == 1)
    }

    @Test("a proxy that only the environment names is not used")
    func environmentProxy() async {
        await #expect(processExitsWith: .success) {
            let receiver = try LoopbackReceiver()
            let proxy = try LoopbackReceiver { _ in .status(200) }
            for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] { setenv(name, proxy.url, 1) }
            let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback)
            let completion = await (try HTTPTransport()).perform(HTTPRequest(endpoint: endpoint))
            guard completion.response?.status == 204, proxy.connectionCount == 0 else { exit(1) }
            exit(0)
        }
    }
}
