package import CallbackCore
package import HTTPTransport

/// What the end of a request means for the delivery, as a function of values.
package struct WebhookVerdict: Hashable, Sendable {
    package var outcome: Outcome
    /// The status, where there was an answer.
    package var code: Int?
    /// One line for the operator; empty where it was delivered.
    package var reason: String
    /// Whether the failure speaks of the target as a whole.
    package var concernsTarget: Bool

    /// - Parameter now: what a date in `Retry-After` is counted from.
    package static func of(_ result: HTTPResult, now: Timestamp) -> WebhookVerdict {
        switch result {
        case .response(let response): of(response, now: now)
        case .failure(let failure): of(failure)
        }
    }

    private static func of(_ response: HTTPResponse, now: Timestamp) -> WebhookVerdict {
        let status = response.status
        if (200..<300).contains(status) {
            return WebhookVerdict(outcome: .delivered, code: status, reason: "", concernsTarget: false)
        }
        let later = Outcome.unavailable(retryAfter: response.retryAfter.flatMap { RetryAfter.wait($0, now: now) })
        func verdict(_ outcome: Outcome, _ words: String, concernsTarget: Bool = false) -> WebhookVerdict {
            let reason = words.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(words)"
            return WebhookVerdict(
                outcome: outcome, code: status, reason: OneLine.of(reason), concernsTarget: concernsTarget)
        }
        switch status {
        case 300..<400:
            let place = response.location.map { " to \($0)" } ?? ""
            return verdict(
                later, "redirect\(place), which is not followed: put the final address into the url")
        case 410:
            return verdict(.refused, "gone: the receiver wants no more deliveries at this address")
        case 413:
            return verdict(.refused, "the receiver does not take a body of this size")
        case 415:
            return verdict(.refused, "the receiver does not understand the format of the body")
        case 401, 403:
            return verdict(later, "the receiver does not accept our credentials")
        case 429:
            return verdict(later, "too many requests", concernsTarget: true)
        case 502, 503, 504:
            return verdict(later, "the receiver is overloaded or down", concernsTarget: true)
        default:
            return verdict(later, "")
        }
    }

    private static func of(_ failure: HTTPFailure) -> WebhookVerdict {
        let later = Outcome.unavailable(retryAfter: nil)
        func verdict(_ outcome: Outcome, _ kind: String, concernsTarget: Bool) -> WebhookVerdict {
            WebhookVerdict(
                outcome: outcome, code: nil, reason: OneLine.of("\(kind): \(failure.message)"),
                concernsTarget: concernsTarget)
        }
        return switch failure.kind {
        case .egressRefused: verdict(.refused, "egress refused", concernsTarget: true)
        case .resolve: verdict(later, "name not resolved", concernsTarget: true)
        case .connect: verdict(later, "no connection", concernsTarget: true)
        case .tls(let reason): verdict(later, "TLS \(reason.rawValue)", concernsTarget: true)
        case .timeout: verdict(later, "timeout", concernsTarget: true)
        case .closedEarly: verdict(later, "closed early", concernsTarget: true)
        case .reset: verdict(later, "connection broken", concernsTarget: true)
        case .garbage: verdict(later, "not HTTP", concernsTarget: true)
        case .headersTooLarge: verdict(later, "headers too large", concernsTarget: false)
        case .exhausted: verdict(later, "out of resources here", concernsTarget: false)
        case .cancelled: verdict(later, "stopped", concernsTarget: false)
        case .other: verdict(later, "failed", concernsTarget: false)
        }
    }
}

/// Words of a receiver made fit for a log and a terminal: one line, no control characters, of bounded length.
enum OneLine {
    static func of(_ text: String) -> String {
        let limit = 500
        let clean = text.unicodeScalars.prefix(limit).map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
        }
        let kept = String(String.UnicodeScalarView(clean))
        return clean.count < limit ? kept : kept + "…"
    }
}
