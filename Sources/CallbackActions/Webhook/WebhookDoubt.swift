package import HTTPTransport

/// Whether the receiver may have processed a request although it was not heard to say so, as a function of values.
package enum WebhookDoubt {
    /// Statuses by which a gateway says that it passed the request on and got no usable answer. 520 and 524 are those of
    /// a widespread content network.
    static let gateways: Set<Int> = [502, 504, 520, 524]

    package static func isLeft(by completion: HTTPCompletion) -> Bool {
        switch completion.result {
        case .response(let response): return gateways.contains(response.status)
        case .failure(let failure): return completion.requestMayHaveBeenSent && failure.kind.isSilence
        }
    }
}

extension HTTPFailureKind {
    /// Whether a request that went out may have been read: the connection was there, and then nothing was heard.
    fileprivate var isSilence: Bool {
        switch self {
        case .timeout, .closedEarly, .reset, .garbage, .headersTooLarge, .exhausted, .cancelled, .other: true
        // With TLS 1.3 a missing client certificate shows only after the request; it was then not read.
        case .resolve, .connect, .egressRefused, .tls: false
        }
    }
}
