import Dispatch
import GRDB
import Synchronization

/// Decides who may send packets from afar.
///
/// A wrong password, an unknown login and an account without a password take equally long and are answered alike.
/// Passwords are verified on one thread, one after the other: guessing in parallel gains nothing, and the rest of the
/// panel keeps its processors.
package final class RemoteAccess: Sendable {
    /// How many may wait for the verification of a password.
    static let longestQueue = 64

    private let database: PanelDatabase
    private let accepted = AcceptedPasswords()
    private let failures: FailedLogins
    private let now: @Sendable () -> ContinuousClock.Instant
    private let thread = DispatchQueue(label: "panel logins")
    private let waiting = Mutex(0)

    /// - Parameters:
    ///   - database: a connection of its own, so that logins do not wait for changes.
    ///   - now: the time, for the waits after failed logins.
    package init(
        database: PanelDatabase, failures: FailedLogins = FailedLogins(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.database = database
        self.failures = failures
        self.now = now
    }

    /// Finds out who a sender is.
    ///
    /// - Parameter address: where it calls from; nil on a socket of this machine.
    /// - Throws: 1001, 1006, 1011, 1012, 11003 and 1023 as `PacketError`.
    package func admit(
        _ credentials: RemoteCredentials, from address: String?
    ) async throws(PacketError) -> RemoteGrant {
        switch credentials {
        case .none:
            throw PacketError(
                .wrongPassword, "Authentication is needed: send HTTP_AUTH_LOGIN and HTTP_AUTH_PASSWD, or KEY")
        case .secretKey(let key):
            return try await onThread { () throws(PacketError) in try self.verify(key: key, from: address) }
        case .password(let login, let password):
            let digest = accepted.digest(login: login, password: password)
            if let account = accepted.account(digest, at: now()) {
                return try grant(account, digest, from: address)
            }
            return try await onThread { () throws(PacketError) in
                try self.verify(login: login, password: password, digest, from: address)
            }
        }
    }

    /// Tells whether a grant is still good, inside the transaction that relies on it.
    package func holds(_ grant: RemoteGrant, in view: PanelView) throws -> Bool {
        guard let account = grant.account, let digest = grant.digest else { return true }
        if try Account.find(login: account.login, in: view.db) == account { return true }
        accepted.forget(digest)
        return false
    }

    private func onThread(
        _ work: @escaping @Sendable () throws(PacketError) -> RemoteGrant
    ) async throws(PacketError) -> RemoteGrant {
        let isAdmitted = waiting.withLock { count in
            guard count < Self.longestQueue else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw PacketError(.operationFailed, "Too many logins at once; try again in a moment") }
        let result = await withCheckedContinuation { continuation in
            thread.async {
                let result = Result { () throws(PacketError) in try work() }
                self.waiting.withLock { $0 -= 1 }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    private func verify(
        login: String, password: String, _ digest: AcceptedPasswords.Digest, from address: String?
    ) throws(PacketError) -> RemoteGrant {
        // Whoever waited behind the same password finds it verified.
        if let account = accepted.account(digest, at: now()) { return try grant(account, digest, from: address) }
        let place = address ?? "socket"
        try refuseWhileLocked(login, at: place)
        let account = try find(login)
        let hash = account.flatMap { PasswordHash(stored: $0.password) }
        let isRight = (hash ?? .ofNobody).matches(password)
        guard isRight, hash != nil, let account else {
            failures.failed(login, from: place, at: now())
            throw PacketError(.wrongPassword, "Authentication failed: wrong login or password")
        }
        failures.succeeded(login, from: place)
        let grant = try grant(account, digest, from: address)
        accepted.remember(digest, account, at: now())
        return grant
    }

    private func verify(key: String, from address: String?) throws(PacketError) -> RemoteGrant {
        throw PacketError(.invalidKey, "Authentication failed: no such secret key for this address")
    }

    private func refuseWhileLocked(_ login: String, at place: String) throws(PacketError) {
        guard let wait = failures.wait(for: login, from: place, at: now()) else { return }
        let seconds = wait.components.seconds + 1
        throw PacketError(.loginLocked, "Too many failed logins; try again in \(seconds) s")
    }

    private func find(_ login: String) throws(PacketError) -> Account? {
        do {
            return try database.read { db in try Account.find(login: login, in: db) }
        } catch {
            throw PacketError(.operationFailed, "The panel cannot look up logins now: \(database.explained(error))")
        }
    }

    private func grant(
        _ account: Account, _ digest: AcceptedPasswords.Digest, from address: String?
    ) throws(PacketError) -> RemoteGrant {
        guard account.isActive else { throw PacketError(.accountDisabled, "The account is disabled") }
        let caller: Caller
        switch account.kind {
        case .administrator: caller = .administrator(login: account.login, address: address)
        case .reseller: caller = .reseller(id: account.id, login: account.login, address: address)
        case .customer: throw PacketError(.permissionDenied, "Customers may not use the XML API")
        }
        return RemoteGrant(caller: caller, account: account, digest: digest)
    }
}
