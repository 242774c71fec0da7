import CallbackTestKit
import Testing

@testable import HTTPTransport

@Suite("Receivers that misbehave")
struct FaultTests {
    /// One POST to a receiver that answers as given.
    private func post(
        _ answer: LoopbackAnswer, timeoutMilliseconds: Int = 20_000
    ) async throws -> (completion: HTTPCompletion, receiver: LoopbackReceiver) {
        let receiver = try LoopbackReceiver { _ in answer }
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback)
        let request = HTTPRequest(
            endpoint: endpoint, body: Array("event".utf8), timeoutMilliseconds: timeoutMilliseconds)
        return (await (try HTTPTransport()).perform(request), receiver)
    }

    @Test("a receiver that hangs is cut at the timeout")
    func hang() async throws {
        let (completion, _) = try await post(.hang, timeoutMilliseconds: 150)
        #expect(completion.failure?.kind == .timeout)
        #expect(completion.requestMayHaveBeenSent)
        #expect(completion.durationNanoseconds >= 140_000_000)
    }

    @Test("a receiver that drips its headers is cut at the timeout")
    func dripHeaders() async throws {
        let drip = Array("HTTP/1.1 200 OK\r\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 10_000)
        let (completion, _) = try await post(.drip(drip, pauseMilliseconds: 5), timeoutMilliseconds: 200)
        #expect(completion.failure?.kind == .timeout)
    }

    @Test("a receiver that drips its body is cut at the timeout, whatever its status said")
    func dripBody() async throws {
        let drip = Array("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n".utf8) + Array(repeating: 65, count: 9_999)
        let (completion, _) = try await post(.drip(drip, pauseMilliseconds: 3), timeoutMilliseconds: 400)
        #expect(completion.failure?.kind == .timeout)
    }

    @Test("a slot that a hanging receiver held is free after the timeout")
    func slotFreed() throws {
        let receiver = try LoopbackReceiver { $0.text == "bad" ? .hang : .status(204) }
        let collector = Collector()
        let transport = try HTTPTransport { collector.take($0) }
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback, connections: 1)
        transport.submit([
            HTTPRequest(id: 1, endpoint: endpoint, body: Array("bad".utf8), timeoutMilliseconds: 100),
            HTTPRequest(id: 2, endpoint: endpoint, body: Array("good".utf8)),
        ])
        let completions = collector.wait(for: 2)
        #expect(completions.first?.failure?.kind == .timeout)
        #expect(completions.last?.response?.status == 204)
    }

    @Test("an empty answer says that nothing came")
    func empty() async throws {
        let (completion, _) = try await post(.close)
        #expect(completion.failure?.kind == .closedEarly)
        #expect(completion.sendings == 1)
    }

    @Test("a reset says that the connection broke")
    func reset() async throws {
        let (completion, _) = try await post(.reset)
        #expect(completion.failure?.kind == .reset)
        #expect(completion.requestMayHaveBeenSent)
    }

    @Test("an answer that ends too soon says so")
    func partial() async throws {
        let (completion, _) = try await post(.bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"))
        #expect(completion.failure?.kind == .closedEarly)
    }

    @Test("an unfinished chunked answer is no success")
    func partialChunks() async throws {
        let (completion, _) = try await post(.bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"))
        #expect(completion.failure != nil)
    }

    @Test(
        "what is not HTTP is called so",
        arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\0\u{1}\u{2}\u{3}", "<html></html>", "HTTP/1.1 abc\r\n\r\n"])
    func garbage(text: String) async throws {
        let (completion, _) = try await post(.bytes(text))
        #expect(completion.failure?.kind == .garbage, "\(completion)")
    }

    @Test("an endless body is cut at 64 KiB and judged by its status", arguments: [200, 503])
    func endlessBody(status: Int) async throws {
        let head = Array("HTTP/1.1 \(status) X\r\nContent-Length: 99999999999\r\n\r\n".utf8)
        let (completion, _) = try await post(.endless(first: head, forever: Array(repeating: 66, count: 40_000)))
        #expect(completion.response?.status == status)
        #expect(completion.response?.truncated == true)
        #expect(completion.response?.body == Array(repeating: 66, count: 65_536))
    }

    @Test("a body of exactly 64 KiB is kept whole")
    func fullBody() async throws {
        let body = Array(repeating: UInt8(67), count: 65_536)
        let (completion, _) = try await post(.response(status: 200, headers: [], body: body))
        #expect(completion.response == HTTPResponse(status: 200, body: body))
    }

    @Test(
        "headers without end are cut",
        arguments: ["X-Long: \(String(repeating: "y", count: 1000))\r\n", String(repeating: "z", count: 100_000)])
    func endlessHeaders(forever: String) async throws {
        let head = Array("HTTP/1.1 200 OK\r\nX-A: ".utf8)
        let (completion, _) = try await post(.endless(first: head, forever: Array(forever.utf8)))
        #expect(completion.failure?.kind == .headersTooLarge, "\(completion)")
    }

    @Test("interim answers without end are cut")
    func endlessInterim() async throws {
        let interim = Array("HTTP/1.1 102 Processing\r\n\r\n".utf8)
        let (completion, _) = try await post(.endless(first: interim, forever: interim))
        #expect(completion.failure?.kind == .headersTooLarge, "\(completion)")
    }

    @Test(
        "a redirect is reported and not followed",
        arguments: [301, 302, 303, 307, 308], ["/again", "file:///etc/passwd", "http://169.254.169.254/latest/"])
    func redirect(status: Int, location: String) async throws {
        let (completion, receiver) = try await post(.status(status, headers: [("Location", location)]))
        #expect(completion.response?.status == status)
        #expect(completion.response?.location == location)
        #expect(receiver.requests.count == 1)
    }

    @Test("Retry-After is reported as it came, from the last answer only")
    func retryAfter() async throws {
        let raw =
            "HTTP/1.1 103 Hint\r\nRetry-After: 1\r\nLocation: /x\r\n\r\n"
            + "HTTP/1.1 503 Busy\r\nretry-AFTER:   120 \r\nContent-Length: 0\r\n\r\n"
        let (completion, _) = try await post(.bytes(raw))
        #expect(completion.response == HTTPResponse(status: 503, retryAfter: "120"))
    }

    @Test("a port where nobody listens says that no connection could be made")
    func nobodyListens() async throws {
        let receiver = try LoopbackReceiver()
        receiver.stop()
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback)
        let completion = await (try HTTPTransport()).perform(HTTPRequest(endpoint: endpoint))
        #expect(completion.failure?.kind == .connect)
        #expect(!completion.requestMayHaveBeenSent)
    }

    @Test("a name that does not exist says so")
    func noSuchName() async throws {
        let endpoint = try HTTPEndpoint(url: "http://no-such-name.invalid/")
        let request = HTTPRequest(endpoint: endpoint, timeoutMilliseconds: 10_000)
        let completion = await (try HTTPTransport()).perform(request)
        #expect(completion.failure?.kind == .resolve, "\(completion)")
        #expect(!completion.requestMayHaveBeenSent)
    }

    @Test("a connection that the receiver closed while idle is replaced without a failure")
    func staleConnection() async throws {
        let first = try LoopbackReceiver()
        let transport = try HTTPTransport()
        let endpoint = try HTTPEndpoint(url: first.url, egress: .loopback)
        #expect(await transport.perform(HTTPRequest(endpoint: endpoint)).response?.status == 204)
        first.stop()
        let second = try LoopbackReceiver(port: first.port) { _ in .status(202) }
        #expect(await transport.perform(HTTPRequest(endpoint: endpoint)).response?.status == 202)
        #expect(second.requests.count == 1)
    }

    @Test("a kept connection that dies under a request shows how often the request went out")
    func resent() async throws {
        let receiver = try LoopbackReceiver { $0.connection == 1 && $0.text == "second" ? .close : .status(204) }
        let transport = try HTTPTransport()
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback)
        _ = await transport.perform(HTTPRequest(endpoint: endpoint, body: Array("first".utf8)))
        let completion = await transport.perform(HTTPRequest(endpoint: endpoint, body: Array("second".utf8)))
        #expect(completion.response?.status == 204)
        #expect(completion.sendings == receiver.requests.count { $0.text == "second" })
    }

    // MARK: Egress

    @Test("this machine is refused by default, by address and by name", arguments: ["127.0.0.1", "localhost", "[::1]"])
    func refused(host: String) async throws {
        let receiver = try LoopbackReceiver()
        let endpoint = try HTTPEndpoint(url: "http://\(host):\(receiver.port)/")
        let completion = await (try HTTPTransport()).perform(HTTPRequest(endpoint: endpoint))
        guard case .egressRefused(let refusal)? = completion.failure?.kind else {
            Issue.record("not refused: \(completion)")
            return
        }
        #expect(refusal.purpose == "loopback")
        #expect(completion.failure?.message.contains(refusal.allowLine) == true)
        #expect(!completion.requestMayHaveBeenSent)
        #expect(receiver.connectionCount == 0)
    }

    @Test("of a name's addresses only those that are permitted are connected to")
    func severalAddresses() async throws {
        let receiver = try LoopbackReceiver()
        // libcurl knows both addresses of localhost by itself; the receiver has the second one.
        for (network, isAnswered) in [("127.0.0.0/8", true), ("::1/128", false)] {
            let endpoint = try HTTPEndpoint(
                url: "http://localhost:\(receiver.port)/", egress: EgressPolicy(allow: [try CIDR(network)]))
            let completion = await (try HTTPTransport()).perform(HTTPRequest(endpoint: endpoint))
            #expect((completion.response?.status == 204) == isAnswered, "\(completion)")
        }
        #expect(receiver.connectionCount == 1)
    }

    @Test("what a proxy refuses is told as the proxy's answer")
    func refusingProxy() async throws {
        let proxy = try LoopbackReceiver { _ in .status(407) }
        let endpoint = try HTTPEndpoint(url: "https://example.com/", egress: .loopback, proxy: proxy.url)
        let completion = await (try HTTPTransport()).perform(HTTPRequest(endpoint: endpoint))
        #expect(completion.failure?.kind == .connect)
        #expect(completion.failure?.message == "the proxy answered 407 and made no connection")
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
        #expect(!completion.requestMayHaveBeenSent)
    }

    @Test("odd spellings of a private address do not lead around the policy", arguments: ["0x7f.1", "2130706433"])
    func oddSpelling(host: String) async throws {
        let receiver = try LoopbackReceiver()
        let endpoint = try HTTPEndpoint(url: "http://\(host):\(receiver.port)/")
        let completion = await (try HTTPTransport()).perform(HTTPRequest(endpoint: endpoint))
        guard case .egressRefused? = completion.failure?.kind else {
            Issue.record("not refused: \(completion)")
            return
        }
        #expect(receiver.connectionCount == 0)
    }

    @Test("a kept connection of an endpoint that may does not serve one that may not")
    func keptConnection() async throws {
        let receiver = try LoopbackReceiver()
        let transport = try HTTPTransport()
        let open = try HTTPEndpoint(url: receiver.url, egress: .loopback)
        let closed = try HTTPEndpoint(url: receiver.url)
        #expect(await transport.perform(HTTPRequest(endpoint: open)).response?.status == 204)
        let completion = await transport.perform(HTTPRequest(endpoint: closed))
        guard case .egressRefused? = completion.failure?.kind else {
            Issue.record("not refused: \(completion)")
            return
        }
        #expect(!completion.requestMayHaveBeenSent)
        #expect(receiver.requests.count == 1)
        #expect(await transport.perform(HTTPRequest(endpoint: open)).response?.status == 204)
    }
}
