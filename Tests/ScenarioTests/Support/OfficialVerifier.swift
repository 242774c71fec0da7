import CallbackTestKit
import Testing

/// The Standard Webhooks library for Python, which knows nothing of us.
enum OfficialVerifier {
    /// One line a request: the three headers and the body in hexadecimal digits.
    private static let script = """
        import sys
        from standardwebhooks import Webhook
        webhook = Webhook(sys.argv[1])
        count = 0
        for line in sys.stdin:
            name, timestamp, signature, body = line.rstrip("\\n").split("\\t")
            headers = {"webhook-id": name, "webhook-timestamp": timestamp, "webhook-signature": signature}
            try:
                webhook.verify(bytes.fromhex(body), headers)
            except Exception as error:
                sys.exit(f"{name}: {type(error).__name__}: {error}")
            count += 1
        print(count)
        """

    /// How the library judges the requests, all with one secret.
    /// - Parameter forge: what somebody on the way does to a body.
    static func judge(
        _ requests: [LoopbackRequest],
        secret: String = Scenario.secret,
        forge: ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> Shell.Result {
        let lines = requests.map { request in
            let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map { request.header($0) ?? "" }
            return (headers + [hexadecimal(forge(request.body))]).joined(separator: "\t") + "\n"
        }
        return try Shell.run(Programs.python, ["-c", script, secret], input: lines.joined())
    }

    /// The signature that the library makes for a request without a body; its `verify` wants a body of JSON.
    static func signature(of question: LoopbackRequest) throws -> String {
        let script = """
            import sys
            from datetime import datetime, timezone
            from standardwebhooks import Webhook
            at = datetime.fromtimestamp(int(sys.argv[3]), tz=timezone.utc)
            print(Webhook(sys.argv[1]).sign(sys.argv[2], at, ""))
            """
        let words = ["webhook-id", "webhook-timestamp"].map { question.header($0) ?? "" }
        let result = try Shell.run(Programs.python, ["-c", script, Scenario.secret] + words)
        guard result.status == 0 else { throw ScenarioError(result.errors) }
        return result.output.trimmed
    }

    /// Expects that every request verifies.
    static func expectAll(
        _ requests: [LoopbackRequest],
        secret: String = Scenario.secret,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let verdict = try judge(requests, secret: secret)
        #expect(
            verdict.status == 0 && verdict.output == "\(requests.count)\n", "\(verdict.errors)",
            sourceLocation: sourceLocation)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
