/// How a request ended.
package struct HTTPCompletion: Sendable {
    package var id: UInt64
    package var result: HTTPResult
    /// When the transfer started, in nanoseconds of the monotonic clock (`CLOCK_MONOTONIC`).
    package var startedAtNanoseconds: UInt64
    package var durationNanoseconds: UInt64
    /// How often the request went out: 0 when no byte of it can have been sent, 2 or more when a kept connection turned
    /// out to be dead and libcurl sent the request again on another one.
    package var sendings: Int

    package var requestMayHaveBeenSent: Bool { sendings > 0 }
}

package enum HTTPResult: Sendable {
    case response(HTTPResponse)
    case failure(HTTPFailure)
}

/// What the receiver answered.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    /// The `Retry-After` header as it came.
    package var retryAfter: String?
    /// The `Location` header as it came; redirects are never followed.
    package var location: String?
    /// At most the request's `answerLimit`.
    package var body: [UInt8]
    /// Whether the receiver sent more body than was kept; the transfer was cut there.
    package var truncated: Bool

    package init(
        status: Int, retryAfter: String? = nil, location: String? = nil, body: [UInt8] = [], truncated: Bool = false
    ) {
        self.status = status
        self.retryAfter = retryAfter
        self.location = location
        self.body = body
        self.truncated = truncated
    }
}

/// Why there is no answer.
package struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package var kind: HTTPFailureKind
    package var message: String

    package init(kind: HTTPFailureKind, message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}

package enum HTTPFailureKind: Hashable, Sendable {
    /// The name has no address, or the resolver did not say.
    case resolve
    /// No connection could be made.
    case connect
    /// The egress policy does not permit the address.
    case egressRefused(EgressRefusal)
    /// The connection is not trusted, or TLS failed otherwise.
    case tls(TLSFailure)
    /// Not finished in time.
    case timeout
    /// The receiver closed the connection before its answer was complete.
    case closedEarly
    /// The connection broke.
    case reset
    /// What came back is not HTTP.
    case garbage
    /// The receiver's headers exceed 64 KiB.
    case headersTooLarge
    /// This machine lacks descriptors or memory; the receiver has no part in it.
    case exhausted
    /// The transport was shut down first.
    case cancelled
    /// None of these: see the message.
    case other
}

/// What TLS failed on; the raw value is fit for a metric's label.
package enum TLSFailure: String, Hashable, Sendable, CaseIterable {
    case expired
    case notYetValid = "not-yet-valid"
    case untrusted
    case selfSigned = "self-signed"
    case wrongHost = "wrong-host"
    case clientCertificateWanted = "client-certificate-wanted"
    /// Our own CA or certificate file cannot be used.
    case ownFiles = "own-files"
    case handshake
}
