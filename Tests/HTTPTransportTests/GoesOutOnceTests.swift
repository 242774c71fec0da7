import CallbackTestKit
import Testing

@testable import HTTPTransport

@Suite("Requests that go out once")
struct GoesOutOnceTests {
    /// The first request on a connection is answered, the second one is read and cut off.
    private func second(goesOutOnce: Bool) async throws -> (HTTPCompletion, [LoopbackRequest]) {
        let receiver = try LoopbackReceiver { request in
            request.text == "first" ? .status(204) : request.connection == 1 ? .close : .status(204)
        }
        let endpoint = try HTTPEndpoint(url: receiver.url, egress: .loopback, connections: 1)
        let transport = try HTTPTransport()
        let first = await transport.perform(HTTPRequest(endpoint: endpoint, body: Array("first".utf8)))
        #expect(first.response?.status == 204)
        let completion = await transport.perform(
            HTTPRequest(endpoint: endpoint, body: Array("second".utf8), goesOutOnce: goesOutOnce))
        await transport.shutdown(grace: .zero)
        return (completion, receiver.requests.filter { $0.text == "second" })
    }

    @Test("libcurl by itself sends a request again that was read on a kept connection and cut off")
    func usually() async throws {
        let (completion, requests) = try await second(goesOutOnce: false)
        #expect(completion.response?.status == 204)
        #expect(completion.sendings == 2)
        #expect(requests.count == 2)
    }

    @Test("where it must not, the request ends, and it is known that it went out")
    func once() async throws {
        let (completion, requests) = try await second(goesOutOnce: true)
        #expect(completion.failure?.kind == .reset)
        #expect(completion.failure?.message.contains("after the request had gone out") == true)
        #expect(completion.sendings == 1)
        #expect(requests.count == 1)
    }
}
