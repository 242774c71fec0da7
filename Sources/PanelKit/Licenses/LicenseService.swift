import FoundationEssentials
import GRDB

/// The licence API without its HTTP: tokens, and licences in two environments that know nothing of each other.
package struct LicenseService: Sendable {
    /// Licences with a database of their own.
    package struct Environment: Sendable {
        let reader: PanelReader
        package let commits: GroupCommit

        package init(reader: PanelReader, commits: GroupCommit) {
            self.reader = reader
            self.commits = commits
        }
    }

    /// The API keys of both environments stand in the database of this one.
    private let accounts: PanelReader
    private let tokens = AccessTokens()
    private let failures: FailedLogins
    private let now: @Sendable () -> ContinuousClock.Instant

    package init(
        accounts: PanelReader, failures: FailedLogins = FailedLogins(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.accounts = accounts
        self.failures = failures
        self.now = now
    }

    // MARK: Tokens

    /// How long a token is good, in seconds.
    package static let tokenLife = AccessTokens.life.components.seconds

    /// Makes a token for whoever has the key of a login.
    package func token(
        login: String, secret: String, from address: String?
    ) async throws(LicenseRefusal) -> String {
        let place = address ?? "socket"
        if let wait = failures.wait(for: login, from: place, at: now()) {
            throw .locked(seconds: wait.components.seconds + 1)
        }
        let holder = try await reading(accounts) { db -> AccessTokens.Holder? in
            guard try LicenseCredentials.matches(secret, of: login, in: db),
                let hash = try LicenseCredentials.hash(of: login, in: db)
            else { return nil }
            return AccessTokens.Holder(login: login, keyHash: hash)
        }
        guard let holder else {
            failures.failed(login, from: place, at: now())
            throw .unauthorized("login or secret is wrong")
        }
        failures.succeeded(login, from: place)
        return tokens.issue(to: holder, at: now())
    }

    /// Whose token this is.
    package func login(of token: String) async throws(LicenseRefusal) -> String {
        let refusal = LicenseRefusal.unauthorized("the access token is wrong or has expired; get a new one")
        guard let holder = tokens.holder(of: token, at: now()) else { throw refusal }
        // A key that was taken away or replaced takes its tokens with it.
        let hash = try await reading(accounts) { db in try LicenseCredentials.hash(of: holder.login, in: db) }
        guard hash == holder.keyHash else { throw refusal }
        return holder.login
    }

    // MARK: Licences

    package func keys(
        of kind: LicenseKind, in environment: Environment
    ) async throws(LicenseRefusal) -> [String] {
        try await reading(environment.reader) { db in try LicenseRegister.keys(of: kind, in: db) }
    }

    package func record(
        of kind: LicenseKind, _ number: String, in environment: Environment
    ) async throws(LicenseRefusal) -> LicenseRecord {
        try await reading(environment.reader) { db in try LicenseRegister.record(of: kind, number, in: db) }
    }

    package func edit(
        _ kind: LicenseKind, _ number: String, _ edit: LicenseEdit, in environment: Environment
    ) async throws(LicenseRefusal) {
        try await changing(environment) { series in
            try series.run { operation in
                try LicenseRegister.edit(kind, number, edit, in: operation)
            }
        }
    }

    package func terminate(
        _ kind: LicenseKind, _ number: String, in environment: Environment
    ) async throws(LicenseRefusal) {
        try await changing(environment) { series in
            try series.run { operation in try LicenseRegister.terminate(kind, number, in: operation) }
        }
    }

    /// Places an order, once for each idempotency key.
    package func place(
        _ order: LicenseOrder, once request: IdempotentRequest?, in environment: Environment
    ) async throws(LicenseRefusal) -> String {
        try await changing(environment) { series in
            if let number = try request?.earlierAnswer(in: series.db) { return number }
            return try series.run { operation in
                let number = try LicenseOrdering.place(order, in: operation).description
                try request?.keep(number, in: operation)
                return number
            }
        }
    }

    // MARK: Errors

    private func reading<Value: Sendable>(
        _ reader: PanelReader, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LicenseRefusal) -> Value {
        do {
            return try await reader.read(body)
        } catch {
            throw Self.refusal(error)
        }
    }

    private func changing<Value: Sendable>(
        _ environment: Environment, _ body: @escaping @Sendable (OperationSeries) throws -> Value
    ) async throws(LicenseRefusal) -> Value {
        do {
            return try await environment.commits.perform(body)
        } catch {
            throw Self.refusal(error)
        }
    }

    private static func refusal(_ error: any Error) -> LicenseRefusal {
        switch error {
        case let refusal as LicenseRefusal: refusal
        case let unknown as UnknownLicense: .unknown(unknown)
        case is GroupCommit.Busy: .unavailable("the panel is busy; try again in a moment")
        default: .unavailable("\(error)")
        }
    }
}
