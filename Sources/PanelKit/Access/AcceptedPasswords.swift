import Crypto
import FoundationEssentials
import Synchronization

/// Remembers for a while which passwords were found right, so that the slow hash is computed once and not for every
/// packet.
///
/// What is kept is a digest under a key that only this process has and that ends with it: nobody can read a password
/// from it, nor try one elsewhere. Whether the account still has the password is asked anew each time.
final class AcceptedPasswords: Sendable {
    static let memory = Duration.seconds(600)
    static let capacity = 1_000

    /// A login with a password, as nobody else can compute it.
    struct Digest: Hashable, Sendable {
        fileprivate let bytes: Data
    }

    private struct Entry {
        let account: Account
        let until: ContinuousClock.Instant
    }

    private let key = SymmetricKey(size: .bits256)
    private let entries = Mutex<[Digest: Entry]>([:])

    func digest(login: String, password: String) -> Digest {
        var hash = HMAC<SHA256>(key: key)
        // The length keeps "ab" + "c" from being "a" + "bc".
        hash.update(data: Data("\(login.utf8.count):\(login)".utf8))
        hash.update(data: Data(password.utf8))
        return Digest(bytes: Data(hash.finalize()))
    }

    func account(_ digest: Digest, at now: ContinuousClock.Instant) -> Account? {
        entries.withLock { entries in
            guard let entry = entries[digest] else { return nil }
            guard entry.until > now else {
                entries[digest] = nil
                return nil
            }
            return entry.account
        }
    }

    func remember(_ digest: Digest, _ account: Account, at now: ContinuousClock.Instant) {
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries = entries.filter { $0.value.until > now } }
            if entries.count >= Self.capacity { entries.removeAll() }
            entries[digest] = Entry(account: account, until: now + Self.memory)
        }
    }

    func forget(_ digest: Digest) {
        entries.withLock { entries in entries[digest] = nil }
    }
}
