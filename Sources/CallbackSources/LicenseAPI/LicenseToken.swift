import CallbackCore
import Synchronization

/// What the licence API gives for login and secret, and wants to see with every question.
struct LicenseToken: Sendable {
    private static let longest = 4096
    /// What the documentation says, for an answer that does not.
    private static let standardLife: Int64 = 3600
    private static let longestLife: Int64 = 30 * 24 * 3600

    /// The value of the header `Authorization`.
    let authorization: String
    /// Renewed from then on, by the monotonic clock in nanoseconds: a tenth of its life before its end.
    let renewal: Int64

    /// Reads an answer of the API. What it says is never part of the problem: it may be a token.
    init(_ answer: JSONValue, now: Int64) throws(LicenseProblem) {
        let type = answer["token_type"]?.string ?? "Bearer"
        guard let text = answer["access_token"]?.string, Self.isWord(text), Self.isWord(type) else {
            throw LicenseProblem("the licence API's answer holds no access token")
        }
        authorization = "\(type) \(text)"
        let said = answer["expires_in"]
        let life = said?.integer ?? said?.string.flatMap { Int64($0) } ?? Self.standardLife
        let seconds = min(max(life, 0), Self.longestLife)
        renewal = now + seconds * 900_000_000
    }
}

extension LicenseToken {
    /// Whether a header can hold it.
    private static func isWord(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }
}

/// The token in use.
final class LicenseTokenCache: Sendable {
    private let token = Mutex<LicenseToken?>(nil)

    func value(at now: Int64) -> LicenseToken? { token.withLock { $0 }.flatMap { now < $0.renewal ? $0 : nil } }

    func keep(_ new: LicenseToken) { token.withLock { $0 = new } }

    func forget() { token.withLock { $0 = nil } }
}
