import CallbackTestKit
import Testing

/// One thing that a receiver does wrong, and the words that the ledger has for it.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
    let name: String
    /// The answer to the first request; it may name the receiver's own port.
    let answer: @Sendable (UInt16) -> LoopbackAnswer
    /// The beginning of the attempt's reason.
    let reason: String
    var code: Int?

    var testDescription: String { name }

    init(_ name: String, _ reason: String, code: Int? = nil, _ answer: @escaping @Sendable (UInt16) -> LoopbackAnswer) {
        self.name = name
        self.answer = answer
        self.reason = reason
        self.code = code
    }

    init(_ name: String, _ reason: String, code: Int? = nil, _ answer: LoopbackAnswer) {
        self.init(name, reason, code: code) { _ in answer }
    }

    /// What a status says, in the ledger's words.
    private init(_ status: Int, _ reason: String) {
        self.init("status \(status)", reason, code: status, .status(status, body: "no"))
    }

    /// After these the delivery is tried again.
    static let passing: [Misbehaviour] =
        silences + breaks + floods + redirects + [
            Misbehaviour(400, "HTTP 400"),
            Misbehaviour(401, "HTTP 401: the receiver does not accept our credentials"),
            Misbehaviour(429, "HTTP 429: too many requests"),
            Misbehaviour(500, "HTTP 500"),
            Misbehaviour(503, "HTTP 503: the receiver is overloaded or down"),
        ]

    /// After these it is not.
    static let final = [
        Misbehaviour(413, "HTTP 413: the receiver does not take a body of this size"),
        Misbehaviour(415, "HTTP 415: the receiver does not understand the format of the body"),
    ]

    private static let head = Array("HTTP/1.1 200 OK\r\n".utf8)

    private static let silences = [
        Misbehaviour("hangs", "timeout: ", .hang),
        Misbehaviour(
            "drips its headers", "timeout: ",
            .drip(head + Array(repeating: UInt8(ascii: "x"), count: 10_000), pauseMilliseconds: 5)),
        Misbehaviour(
            "drips its body", "timeout: ",
            .drip(
                head + Array("Content-Length: 9999\r\n\r\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 9_999),
                pauseMilliseconds: 3)),
    ]

    private static let breaks = [
        Misbehaviour("resets the connection", "connection broken: ", .reset),
        Misbehaviour(
            "closes without an answer", "closed early: the receiver closed the connection without an answer", .close),
        Misbehaviour(
            "closes in mid-answer", "closed early: the receiver closed in mid-answer: ",
            .bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")),
        Misbehaviour("speaks another protocol", "not HTTP: ", .bytes("SSH-2.0-OpenSSH_9.2\r\n")),
        Misbehaviour("sends noise", "not HTTP: ", .bytes([0, 255, 254, 1, 2, 3, 10, 13, 0])),
    ]

    private static let floods = [
        Misbehaviour(
            "sends a body without end", "HTTP 500", code: 500,
            .endless(
                first: Array("HTTP/1.1 500 No\r\nContent-Length: 99999999999\r\n\r\n".utf8),
                forever: Array(repeating: UInt8(ascii: "b"), count: 65_536))),
        Misbehaviour(
            "sends 32 MiB of headers", "headers too large: the receiver's headers exceed 64 KiB",
            .bytes(head + Array(repeatElement("X-Long: yyyyyyyyyyyyyyyyyyyyyyyy\r\n", count: 1 << 20).joined().utf8))),
        Misbehaviour(
            "sends one header of 32 MiB", "headers too large: the receiver's headers exceed 64 KiB",
            .bytes(head + Array("X-Long: ".utf8) + Array(repeating: UInt8(ascii: "y"), count: 32 << 20))),
    ]

    private static let redirects = [
        Misbehaviour("redirects to itself", "HTTP 307: redirect to http://127.0.0.1:", code: 307) { port in
            .status(307, headers: [("Location", "http://127.0.0.1:\(port)/bad")])
        },
        Misbehaviour(
            "redirects to a file",
            "HTTP 302: redirect to file:///etc/passwd, which is not followed: put the final address into the url",
            code: 302, .status(302, headers: [("Location", "file:///etc/passwd")])),
        Misbehaviour(
            "redirects to the cloud's metadata",
            "HTTP 301: redirect to http://169.254.169.254/latest/meta-data/, which is not followed", code: 301,
            .status(301, headers: [("Location", "http://169.254.169.254/latest/meta-data/")])),
    ]
}
