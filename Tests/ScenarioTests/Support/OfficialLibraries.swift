import CallbackTestKit
import Testing

/// The CloudEvents library for Python, and ed25519 of the library `cryptography`: neither knows anything of us.
enum OfficialLibraries {
    /// One line a request: its headers as JSON, and the body in hexadecimal digits.
    private static let events = """
        import json, sys
        from cloudevents.core.bindings import http
        for line in sys.stdin:
            headers, body = line.rstrip("\\n").split("\\t")
            event = http.from_http_event(http.HTTPMessage(headers=json.loads(headers), body=bytes.fromhex(body)))
            attributes = {name: str(value) for name, value in event.get_attributes().items()}
            attributes["time"] = event.get_time().isoformat()
            print(json.dumps({"attributes": attributes, "data": event.get_data()}))
        """

    /// Key, signed bytes, signature: the first line that does not verify ends it.
    private static let signatures = """
        import base64, sys
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(sys.argv[1].removeprefix("whpk_")))
        count = 0
        for line in sys.stdin:
            signature, signed = line.rstrip("\\n").split("\\t")
            key.verify(base64.b64decode(signature), bytes.fromhex(signed))
            count += 1
        print(count)
        """

    /// What the Standard Webhooks library itself would have signed: its `verify` takes JSON bodies only.
    private static let resign = """
        import sys
        from datetime import datetime, timezone
        from standardwebhooks import Webhook
        webhook = Webhook(sys.argv[1])
        for line in sys.stdin:
            name, timestamp, body = line.rstrip("\\n").split("\\t")
            moment = datetime.fromtimestamp(int(timestamp), timezone.utc)
            print(webhook.sign(name, moment, bytes.fromhex(body).decode()))
        """

    /// The `v1` signature that the Standard Webhooks library makes of each request.
    static func signatures(_ requests: [LoopbackRequest], secret: String) throws -> [String] {
        let lines = requests.map { request in
            "\(request.header("webhook-id") ?? "")\t\(request.header("webhook-timestamp") ?? "")\t"
                + "\(hexadecimal(request.body))\n"
        }
        let result = try Shell.run(Programs.python, ["-c", resign, secret], input: lines.joined())
        try #require(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map(String.init)
    }

    /// What the CloudEvents library reads out of each request, one after the other.
    static func cloudEvents(_ requests: [LoopbackRequest]) throws -> [JSON] {
        let lines = requests.map { request in
            let headers = request.headers.map { "\(quoted($0.name)): \(quoted($0.value))" }
            return "{\(headers.joined(separator: ", "))}\t\(hexadecimal(request.body))\n"
        }
        let result = try Shell.run(Programs.python, ["-c", events], input: lines.joined())
        try #require(result.status == 0, "\(result.errors)")
        return try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    /// How many requests have a `v1a` signature that the library accepts; fails at the first that has not.
    static func verifyEd25519(_ requests: [LoopbackRequest], publicKey: String) throws -> Shell.Result {
        let lines = requests.map { request in
            let id = request.header("webhook-id") ?? ""
            let timestamp = request.header("webhook-timestamp") ?? ""
            let signatures = (request.header("webhook-signature") ?? "").split(separator: " ")
            let signature = signatures.first { $0.hasPrefix("v1a,") }?.dropFirst(4) ?? ""
            return "\(signature)\t\(hexadecimal(Array("\(id).\(timestamp).".utf8) + request.body))\n"
        }
        return try Shell.run(Programs.python, ["-c", signatures, publicKey], input: lines.joined())
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "\"\(String(escaped))\""
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
