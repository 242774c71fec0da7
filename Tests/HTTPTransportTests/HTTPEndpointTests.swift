import Testing

@testable import HTTPTransport

@Suite("Endpoints and headers")
struct HTTPEndpointTests {
    @Test(
        "a URL that cannot be sent to is refused with words",
        arguments: [
            ("", "is not a URL"), ("example.com/hooks", "no scheme"), ("//example.com", "is not a URL"),
            ("ftp://example.com/", "https:// or http://"), ("file:///etc/passwd", "https:// or http://"),
            ("https://", "is not a URL"), ("https://example.com:99999/", "is not a URL"),
            ("https://example.com/a b", "a space"), ("https://example.com/\r\nX: 1", "control character"),
            ("https://example.com/#top", "fragment"), ("https://user@example.com/", "Authorization"),
        ])
    func wrongURL(url: String, words: String) {
        let error = #expect(throws: HTTPEndpointError.self) { try HTTPEndpoint(url: url) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test("a password in a URL is refused and not repeated")
    func password() {
        let error = #expect(throws: HTTPEndpointError.self) { try HTTPEndpoint(url: "https://u:s3cret@example.com/x") }
        #expect(error?.description.contains("s3cret") == false)
        #expect(error?.description.contains("example.com") == true)
    }

    @Test("a proxy that is no URL is refused as a proxy")
    func wrongProxy() {
        let error = #expect(throws: HTTPEndpointError.self) {
            try HTTPEndpoint(url: "https://example.com/", proxy: "proxy:3128:1")
        }
        #expect(error?.description.contains("as a proxy") == true)
    }

    @Test("a socket path that the system cannot hold is refused")
    func longSocketPath() {
        let path = "/" + String(repeating: "x", count: 107)
        #expect(throws: HTTPEndpointError.self) { try HTTPEndpoint(url: "http://localhost/", unixSocket: path) }
        #expect(throws: Never.self) {
            try HTTPEndpoint(url: "http://localhost/", unixSocket: String(path.dropLast()))
        }
    }

    @Test(
        "plain http to another machine is called readable on the way",
        arguments: [
            ("http://example.com/", true), ("http://10.0.0.1/", true), ("https://example.com/", false),
            ("http://localhost:8080/", false), ("http://127.0.0.9/", false), ("http://[::1]/", false),
            ("http://[2606:4700::1]/", true),
        ])
    func readable(url: String, expected: Bool) throws {
        #expect(try HTTPEndpoint(url: url).isReadableOnTheWay == expected)
    }

    @Test(
        "a header that could become two is refused",
        arguments: [
            ("X-A", "a\r\nX-B: b"), ("X-A", "a\nb"), ("X-A", "a\0b"), ("X-A", "\u{7F}"), ("X A", "a"), ("", "a"),
            ("X-A:", "a"), ("X-Ä", "a"), ("X-A\r\nX-B", "a"),
        ])
    func wrongHeader(name: String, value: String) {
        #expect(throws: HTTPHeaderError.self) { try HTTPHeaderLines([(name, value)]) }
    }

    @Test("headers are counted and laid out one after the other")
    func layout() throws {
        var lines = try HTTPHeaderLines([("X-A", "1"), ("X-Empty", " ")])
        lines.append("X-B") { $0.append(UInt8(ascii: "2")) }
        #expect(lines.count == 3)
        #expect(String(decoding: lines.bytes, as: UTF8.self) == "X-A: 1\0X-Empty;\0X-B: 2\0")
    }
}
