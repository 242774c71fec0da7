import Foundation
import Glibc
import Testing

@testable import CallbackControl

@Suite("the blocking client of the control socket")
struct LocalExchangeTests {
    @Test("an answer counts only when all of it is there")
    func whole() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        for count in 0..<text.utf8.count {
            #expect(try LocalExchange.answer(in: Array(text.utf8.prefix(count))) == nil)
        }
        let answer = try #require(try LocalExchange.answer(in: Array(text.utf8)))
        #expect(answer.status == 200)
        #expect(answer.body == Array("hello".utf8))
    }

    @Test(
        "what is no answer of ours is an error",
        arguments: [
            "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        ])
    func foreign(text: String) {
        #expect(throws: LocalExchange.Failure.self) { try LocalExchange.answer(in: Array(text.utf8)) }
    }

    @Test("no socket means that nothing runs")
    func missing() {
        guard case .notRunning = ControlClient(socketPath: "/nonexistent/control.sock").status() else {
            Issue.record("expected notRunning")
            return
        }
    }

    @Test("a listener that never answers is given up in time")
    func silent() throws {
        let fixture = try ControlFixture()
        let path = fixture.directory + "/silent.sock"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(descriptor, 1) == 0)
        let client = ControlClient(socketPath: path, timeout: .milliseconds(50))
        guard case .timedOut = client.status() else {
            Issue.record("expected timedOut")
            return
        }
    }

    @Test("a path segment holds only what needs no escape, and gives the name back")
    func segments() {
        #expect(PathSegment.encoded("a-b_c.d~9") == "a-b_c.d~9")
        #expect(PathSegment.encoded("a/b %é") == "a%2Fb%20%25%C3%A9")
        #expect(PathSegment.decoded("a%2Fb%20%25%C3%A9") == "a/b %é")
    }

    @Test("a broken escape gives no name", arguments: ["%", "%2", "%zz", "%ff"])
    func brokenSegments(segment: String) { #expect(PathSegment.decoded(segment) == nil) }
}
