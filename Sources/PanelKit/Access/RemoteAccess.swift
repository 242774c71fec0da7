import GRDB

/// Decides who may send packets from afar.
///
/// A wrong password, an unknown login and an account without a password take equally long and are answered alike.
/// Passwords are verified on one thread, one after the other: guessing in parallel gains nothing, and the rest of the
/// panel keeps its processors.
package final class RemoteAccess: Sendable {
    /// How many may wait for the verification of a password.
    static let longestQueue = 64
    /// How many may wait for the look-up of a key, which is quick.
    static let longestKeyQueue = 1_024

    private let database: PanelDatabase
    private let accepted = AcceptedPasswords()
    private let failures: FailedLogins
    private let now: @Sendable () -> ContinuousClock.Instant
    private let passwords = VerificationLane("passwords", limit: RemoteAccess.longestQueue)
    private let keys = VerificationLane("keys", limit: RemoteAccess.longestKeyQueue)

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
            return try await keys.run { () throws(PacketError) in try self.verify(key: key, from: address) }
        case .password(let login, let password):
            let digest = accepted.digest(login: login, password: password)
            if let account = accepted.account(digest, at: now()) {
                return try grant(account, digest, from: address)
            }
            return try await passwords.run { () throws(PacketError) in
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

    /// Wrong keys are not counted: nobody guesses 128 bits, and a forgotten program with an old key would lock out people
    /// behind the same address.
    private func verify(key: String, from address: String?) throws(PacketError) -> RemoteGrant {
        let caller: Caller?
        do throws(PanelDatabaseError) {
            caller = try SecretKeys(database: database).caller(for: key, from: address)
        } catch {
            throw PacketError(.operationFailed, "The panel cannot look up keys now: \(error)")
        }
        guard let caller else {
            throw PacketError(.invalidKey, "Authentication failed: no such secret key for this address")
        }
        return RemoteGrant(caller: caller, account: nil, digest: nil)
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
