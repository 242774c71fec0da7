import CCurl
import CallbackTestKit
import Glibc
import Testing

@testable import HTTPTransport

/// A name that means another address at the next delivery, as one does whose owner wants to reach into a network.
///
/// What a name means is put where libcurl keeps the resolver's answers, so that both deliveries are judged on the way
/// that every delivery goes.
@Suite("Names that change")
struct ChangedNameTests {
    private static let name = "moves.example"

    /// Has `name` mean the addresses from now on, for everything that goes out by the transport.
    private func resolve(_ addresses: String, port: UInt16, _ transport: HTTPTransport) async throws {
        let code = await withCheckedContinuation { continuation in
            transport.run {
                continuation.resume(returning: Self.remember("\(Self.name):\(port):\(addresses)", transport.multi))
            }
        }
        try #require(code == CURLE_OK)
    }

    /// libcurl takes the entry over when a transfer begins; this one goes nowhere.
    private static func remember(_ entry: String, _ multi: UnsafeMutableRawPointer) -> CURLcode {
        guard let easy = curl_easy_init(), let list = curl_slist_append(nil, entry) else { return CURLE_OUT_OF_MEMORY }
        defer {
            curl_multi_remove_handle(multi, easy)
            curl_easy_cleanup(easy)
            curl_slist_free_all(list)
        }
        for code in [
            ccurl_set_pointer(easy, CURLOPT_RESOLVE, list), ccurl_set_string(easy, CURLOPT_URL, "http://127.0.0.1:1/"),
        ] where code != CURLE_OK { return code }
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else { return CURLE_FAILED_INIT }
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        return CURLE_OK
    }

    private func refusal(_ completion: HTTPCompletion) -> EgressRefusal? {
        if case .egressRefused(let refusal)? = completion.failure?.kind { refusal } else { nil }
    }

    @Test("a name that comes to mean a private address is refused at its next connection", arguments: [true, false])
    func rebound(isOnlyAddress: Bool) async throws {
        let receiver = try LoopbackReceiver { _ in .bytes(Array("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n".utf8)) }
        let inside = try LoopbackReceiver(port: receiver.port, host: 2)
        let transport = try HTTPTransport()
        let endpoint = try HTTPEndpoint(
            url: "http://\(Self.name):\(receiver.port)/", egress: EgressPolicy(allow: [try CIDR("127.0.0.1/32")]))
        try await resolve("127.0.0.1", port: receiver.port, transport)
        #expect(await transport.perform(HTTPRequest(endpoint: endpoint)).response?.status == 204)
        try await resolve(isOnlyAddress ? "127.0.0.2" : "127.0.0.2,127.0.0.3", port: receiver.port, transport)
        let completion = await transport.perform(HTTPRequest(endpoint: endpoint))
        #expect(refusal(completion)?.purpose == "loopback", "\(completion)")
        #expect(!completion.requestMayHaveBeenSent)
        #expect(inside.connectionCount == 0)
        #expect(receiver.requests.count == 1)
    }

    @Test("a connection that was kept goes on to the address that was judged")
    func kept() async throws {
        let receiver = try LoopbackReceiver()
        let inside = try LoopbackReceiver(port: receiver.port, host: 2)
        let transport = try HTTPTransport()
        let endpoint = try HTTPEndpoint(
            url: "http://\(Self.name):\(receiver.port)/", egress: EgressPolicy(allow: [try CIDR("127.0.0.1/32")]))
        try await resolve("127.0.0.1", port: receiver.port, transport)
        #expect(await transport.perform(HTTPRequest(endpoint: endpoint)).response?.status == 204)
        try await resolve("127.0.0.2", port: receiver.port, transport)
        #expect(await transport.perform(HTTPRequest(endpoint: endpoint)).response?.status == 204)
        #expect(receiver.connectionCount == 1)
        #expect(inside.connectionCount == 0)
    }

    @Test("of old and new addresses only the one that is permitted is connected to")
    func mixed() async throws {
        let receiver = try LoopbackReceiver()
        let inside = try LoopbackReceiver(port: receiver.port, host: 2)
        let transport = try HTTPTransport()
        let endpoint = try HTTPEndpoint(
            url: "http://\(Self.name):\(receiver.port)/", egress: EgressPolicy(allow: [try CIDR("127.0.0.1/32")]))
        try await resolve("127.0.0.2,127.0.0.1", port: receiver.port, transport)
        #expect(await transport.perform(HTTPRequest(endpoint: endpoint)).response?.status == 204)
        #expect(inside.connectionCount == 0)
    }
}
