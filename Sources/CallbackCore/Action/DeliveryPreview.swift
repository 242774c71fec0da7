/// What a delivery comes to before it leaves, for a person to see and for a test to judge.
///
/// It holds no secret: where one would stand, there is the reference to it, such as `${secret.token}`.
package struct DeliveryPreview: Hashable, Sendable {
    package var url: String?
    /// By name, as they would be sent.
    package var headers: [String: String]?
    package var body: JSONValue?
    /// The argument vector, program first.
    package var arguments: [String]?
    package var environment: [String: String]?
    /// What a program reads from its standard input.
    package var input: JSONValue?

    package init() {}

    /// Stands where a secret would be shown.
    package static let mask = "••••"

    /// The text with each reference to a secret covered.
    package static func masked(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${secret."), let end = rest[start.upperBound...].firstIndex(of: "}") {
            result += rest[..<start.lowerBound] + mask
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// The parts that there are, under the names that a test gives them; secrets are covered.
    package var json: JSONValue {
        var object = JSONObject()
        if let url { object.append(DeliveryPart.url.rawValue, .string(url)) }
        if let headers { object.append(DeliveryPart.headers.rawValue, Self.sorted(headers.mapValues(Self.masked))) }
        if let body { object.append(DeliveryPart.body.rawValue, body) }
        if let arguments { object.append(DeliveryPart.arguments.rawValue, .array(arguments.map { .string($0) })) }
        if let environment { object.append(DeliveryPart.environment.rawValue, Self.sorted(environment)) }
        if let input { object.append(DeliveryPart.input.rawValue, input) }
        return .object(object)
    }

    private static func sorted(_ texts: [String: String]) -> JSONValue {
        .object(
            JSONObject(
                members: texts.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string($0.value)) }))
    }
}

/// A part of a delivery that a test can name.
package enum DeliveryPart: String, CaseIterable, Sendable {
    case url, headers, body, environment
    case arguments = "argv"
    case input = "stdin"
}

/// How an action shows what it would send.
package struct DeliveryRehearsal: Sendable {
    /// The parts that deliveries of this kind have.
    package var parts: [DeliveryPart]
    /// What an attempt would send to a target; sends nothing and reads no secret.
    package var preview: @Sendable (TargetSettings, Attempt) -> Result<DeliveryPreview, RehearsalProblem>

    package init(
        parts: [DeliveryPart],
        preview: @escaping @Sendable (TargetSettings, Attempt) -> Result<DeliveryPreview, RehearsalProblem>
    ) {
        self.parts = parts
        self.preview = preview
    }
}

/// Why nothing could be sent.
package struct RehearsalProblem: Error, Hashable, Sendable {
    /// One sentence without a final full stop.
    package let message: String

    package init(_ message: String) { self.message = message }
}
