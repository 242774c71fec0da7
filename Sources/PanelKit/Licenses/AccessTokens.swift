import Crypto
import FoundationEssentials
import Synchronization

/// The access tokens of the licence API: random, good for an hour, and gone with the process.
///
/// Only their hashes are kept, so that no dump of memory gives one away.
final class AccessTokens: Sendable {
    /// How long a token is good.
    static let life = Duration.seconds(3600)
    /// How many there may be for one login; the oldest end early.
    static let perLogin = 100
    /// How many there may be in all.
    static let capacity = 10_000

    /// Who was given a token.
    struct Holder: Sendable, Equatable {
        let login: String
        /// The hash of the API key at that time: with another key the token ends.
        let keyHash: Data
    }

    private struct Entry {
        let holder: Holder
        let until: ContinuousClock.Instant
    }

    private let entries = Mutex<[Data: Entry]>([:])

    /// Makes a token: 40 hexadecimal digits.
    func issue(to holder: Holder, at now: ContinuousClock.Instant) -> String {
        let token = RandomSecret.hexadecimal()
        entries.withLock { entries in
            if entries.count >= Self.perLogin {
                entries = entries.filter { $0.value.until > now }
                Self.keep(Self.perLogin - 1, of: { $0.holder.login == holder.login }, in: &entries)
                Self.keep(Self.capacity - 1, of: { _ in true }, in: &entries)
            }
            entries[Self.hash(token)] = Entry(holder: holder, until: now + Self.life)
        }
        return token
    }

    /// Whose token this is; nil where it is none, or none any more.
    func holder(of token: String, at now: ContinuousClock.Instant) -> Holder? {
        entries.withLock { entries in
            guard let entry = entries[Self.hash(token)], entry.until > now else { return nil }
            return entry.holder
        }
    }

    private static func keep(_ count: Int, of isMeant: (Entry) -> Bool, in entries: inout [Data: Entry]) {
        let meant = entries.filter { isMeant($0.value) }
        guard meant.count > count else { return }
        for entry in meant.sorted(by: { $0.value.until < $1.value.until }).prefix(meant.count - count) {
            entries[entry.key] = nil
        }
    }

    private static func hash(_ token: String) -> Data {
        Data(SHA256.hash(data: Data(token.utf8)))
    }
}
