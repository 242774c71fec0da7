package import HTTPTransport

/// Whether the receiver may have processed a request although it was not heard to say so, as a function of values.
package enum WebhookDoubt {
    /// Statuses by which a gateway says that it passed the request on and got no usable answer. 520 and 524 are those of
    /// a widespread content network.
    static let gateways: Set<Int> = [502, 504, 520, 524]

    package static func isLeft(by completion: HTTPCompletion) -> Bool {
        switch completion.result {
        case .response(let response): return gateways.contains(response.status)
        case .failure(let failure):
            // With TLS 1.3 a missing client certificate shows only after the request; it was then not read. Any other
            // failure is a doubt once the request has gone out, also one to connect: then it went out on a kept
            // connection that broke, and the failure is that of the connection which was to take its place.
            return completion.requestMayHaveBeenSent && failure.kind != .tls(.clientCertificateWanted)
        }
    }
}
