import Testing

@testable import PanelKit

@Suite("Remote senders")
struct RemoteAccessTests {
    private let panel: TestPanel
    private let clock = MovableClock()
    private let access: RemoteAccess

    init() throws {
        panel = try TestPanel()
        let clock = clock
        access = RemoteAccess(database: try PanelDatabase.open(at: panel.path), now: { clock.now })
        let accounts = Accounts(database: panel.database)
        try accounts.setAdministratorPassword(try PasswordHash(of: "setup"))
        #expect(try accounts.setPassword(try PasswordHash(of: "reseller"), of: "JDoe"))
        #expect(try accounts.setPassword(try PasswordHash(of: "customer"), of: "customer"))
        #expect(try !accounts.setPassword(try PasswordHash(of: "nobody"), of: "nobody"))
    }

    private func code(_ login: String, _ password: String) async -> Int? {
        await code(.password(login: login, password: password))
    }

    private func code(_ credentials: RemoteCredentials) async -> Int? {
        do throws(PacketError) {
            _ = try await access.admit(credentials, from: "10.0.0.1")
            return nil
        } catch {
            return error.code.rawValue
        }
    }

    @Test("administrator and reseller come in as themselves, with their address")
    func admitted() async throws {
        let admin = try await access.admit(.password(login: "admin", password: "setup"), from: "10.0.0.1")
        #expect(admin.caller == .administrator(login: "admin", address: "10.0.0.1"))
        let reseller = try await access.admit(.password(login: "JDoe", password: "reseller"), from: nil)
        #expect(reseller.caller == .reseller(id: 2, login: "JDoe", address: nil))
    }

    @Test("wrong password, unknown login and no credentials are 1001, a customer is 1006, a wrong key 11003")
    func refused() async throws {
        #expect(await code("admin", "wrong") == 1001)
        #expect(await code("nobody", "nobody") == 1001)
        #expect(await code("admin", "") == 1001)
        #expect(await code(.none) == 1001)
        #expect(await code("customer", "customer") == 1006)
        #expect(await code(.secretKey("bad-key")) == 11003)
    }

    @Test("an account without a password has none that fits, also not the empty one")
    func noPassword() async throws {
        try panel.write("UPDATE clients SET passwd = '' WHERE login = 'JDoe'")
        #expect(await code("JDoe", "") == 1001)
        #expect(await code("JDoe", "reseller") == 1001)
    }

    @Test("a disabled account is 1011 with its password, and 1001 without")
    func disabled() async throws {
        try panel.write("UPDATE clients SET status = 16 WHERE login = 'JDoe'")
        #expect(await code("JDoe", "reseller") == 1011)
        #expect(await code("JDoe", "guess") == 1001)
    }

    @Test("after some failures a login has to wait, also with the right password, and then comes in")
    func locked() async throws {
        for _ in 0..<FailedLogins.freeForLogin { #expect(await code("admin", "wrong") == 1001) }
        #expect(await code("admin", "setup") == 1012)
        clock.advance(.seconds(2))
        #expect(await code("admin", "setup") == nil)
    }

    @Test("a password that was found right is not verified again, while others guess")
    func remembered() async throws {
        #expect(await code("admin", "setup") == nil)
        for _ in 0..<FailedLogins.freeForLogin { #expect(await code("admin", "wrong") == 1001) }
        #expect(await code("admin", "setup") == nil)
        clock.advance(AcceptedPasswords.memory + .seconds(1))
        let begin = ContinuousClock.now
        #expect(await code("admin", "setup") == nil)
        #expect(ContinuousClock.now - begin > .milliseconds(20), "it was verified by the slow hash again")
    }

    @Test("a grant ends with the password, the account or its permission, at the next packet")
    func revoked() async throws {
        let grant = try await access.admit(.password(login: "JDoe", password: "reseller"), from: nil)
        #expect(try panel.database.series { try access.holds(grant, in: $0.view) })
        _ = try Accounts(database: panel.database).setPassword(try PasswordHash(of: "other"), of: "JDoe")
        #expect(try panel.database.series { try !access.holds(grant, in: $0.view) })
        #expect(await code("JDoe", "reseller") == 1001)
        #expect(await code("JDoe", "other") == nil)
    }

    @Test("a login that is not there takes as long as one that is")
    func timing() async throws {
        let clock = ContinuousClock()
        let known = await clock.measure { _ = await code("admin", "wrong") }
        let unknown = await clock.measure { _ = await code("nobody", "wrong") }
        let ratio = unknown / known
        #expect((0.4...2.5).contains(ratio), "known \(known), unknown \(unknown)")
    }

    @Test("many logins at once are all answered, one after the other")
    func together() async throws {
        let codes = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<40 { group.addTask { await code("admin", "setup") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.allSatisfy { $0 == nil })
    }
}
