/// Why the licence API does not do what it was asked.
package enum LicenseRefusal: Error, Sendable, Equatable {
    /// Who asks is not known, or not any more.
    case unauthorized(String)
    /// Too many failed tries: the next one is looked at after so many seconds.
    case locked(seconds: Int64)
    case unknown(UnknownLicense)
    case wrong(LicenseOrderError)
    /// The idempotency key was used for another order.
    case conflict(String)
    /// The panel could not, and nothing was changed.
    case unavailable(String)
}
