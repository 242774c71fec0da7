import CallbackCore

/// Why the licence API gave no usable answer, in words for the operator. It never tells of a licence.
struct LicenseProblem: Error, Hashable, CustomStringConvertible {
    enum Cause: Hashable {
        /// The API is out of order or out of reach: the same question may be answered later.
        case trouble
        /// The API understood the question and does not answer it.
        case refused
        /// This source was told to stop.
        case stopped
    }

    let description: String
    let cause: Cause
    /// How long the API asks to be left alone.
    let retryAfter: Duration?

    init(_ words: String, _ cause: Cause = .trouble, retryAfter: Duration? = nil) {
        description = words
        self.cause = cause
        self.retryAfter = retryAfter
    }
}
