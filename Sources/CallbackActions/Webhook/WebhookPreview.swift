import CallbackCore
import HTTPTransport

/// What a webhook would send, made by the code that sends it.
enum WebhookPreview {
    static let rehearsal = DeliveryRehearsal(parts: [.url, .headers, .body], preview: preview)

    @Sendable
    private static func preview(
        _ settings: TargetSettings, _ attempt: Attempt
    ) -> Result<DeliveryPreview, RehearsalProblem> {
        // A signature needs the secret, and says nothing to a person: its place is shown.
        var unsigned = settings
        let isSigned = unsigned.settings.values.removeValue(forKey: "sign") != nil
        do {
            let target = try WebhookTarget(unsigned, egress: EgressPolicy(), version: ProductVersion.text) {
                [SecretText("${secret.\($0)}")]
            }
            let request = try target.request(attempt, id: 0, now: attempt.event.time)
            var headers =
                (request.replacesHeaders ? [] : target.endpoint.headers.entries) + request.headers.entries
            if isSigned { headers.append(("webhook-signature", "v1,\(DeliveryPreview.mask)")) }
            var preview = DeliveryPreview()
            preview.url =
                request.target.map { "\(WebhookTarget.origin(of: target.endpoint.url))\($0)" } ?? target.endpoint.url
            preview.headers = Dictionary(headers.map { ($0.name, $0.value) }) { _, later in later }
            preview.body = body(request.body, type: headers.last { $0.name.lowercased() == "content-type" }?.value)
            return .success(preview)
        } catch {
            return .failure(RehearsalProblem(error.problem))
        }
    }

    /// A body of JSON as what it says, any other as its text: `5` in a text is no number.
    private static func body(_ bytes: [UInt8], type: String?) -> JSONValue {
        // A type that is none is told by `check`; what is no JSON is shown as its text.
        let syntax = type.flatMap { try? MediaType($0) }?.syntax ?? .json
        let value = syntax == .json ? try? JSONParser.parse(bytes) : nil
        return value ?? .string(String(decoding: bytes, as: UTF8.self))
    }
}
