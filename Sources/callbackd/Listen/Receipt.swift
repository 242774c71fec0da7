import CallbackCore

/// One webhook as it came.
struct Receipt: Sendable {
    /// Counted from 1 since the receiver started.
    var number: Int
    var time: Timestamp
    var headers: SignatureHeaders
    var body: [UInt8]
    var verdict: WebhookVerifier.Verdict
    /// It was accepted before, under the same `webhook-id`.
    var isDuplicate: Bool
    /// What we answer.
    var status: Int

    /// The body; nil where it is no JSON.
    private var content: JSONValue? {
        do { return try JSONParser.parse(body) } catch { return nil }
    }

    var json: JSONValue {
        let (word, reason): (String, JSONValue) =
            switch verdict {
            case .verified: ("verified", .null)
            case .unchecked: ("unchecked", .null)
            case .refused(let reason): ("refused", .string(reason))
            }
        return .object([
            "number": .integer(Int64(number)), "time": .string(time.description), "verdict": .string(word),
            "reason": reason, "duplicate": .bool(isDuplicate), "status": .integer(Int64(status)),
            "webhook_id": headers.id.map { .string($0) } ?? .null,
            "webhook_timestamp": headers.timestamp.map { .string($0) } ?? .null,
            "body": content ?? .string(String(decoding: body, as: UTF8.self)),
        ])
    }

    /// A block of lines for a person.
    func block(_ palette: Palette) -> String {
        let mark =
            switch verdict {
            case .verified: palette(.green, "✔ verified")
            case .unchecked: palette(.yellow, "? not checked (no --secret)")
            case .refused(let reason): palette(.red, "✘ refused: \(reason.harmless)")
            }
        let content = content
        let type = content?["type"]?.string ?? "webhook"
        let subject = content?["subject"]?.string ?? ""
        var lines = [
            "\(mark)  \(palette(.bold, type.harmless))  \(subject.harmless)"
                + (isDuplicate ? "  " + palette(.yellow, "duplicate") : ""),
            "  \(palette(.dim, "webhook-id"))  \((headers.id ?? "-").harmless)  "
                + "\(palette(.dim, "at"))  \(time)  \(palette(.dim, "answered"))  \(status)",
        ]
        if let content {
            lines.append((content["data"] ?? content).indented(1))
        } else {
            lines.append("  \(palette(.dim, "\(body.count) bytes that are no JSON"))")
        }
        return lines.joined(separator: "\n")
    }
}
