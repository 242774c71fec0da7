import Testing

@testable import PanelKit

@Suite("Licences by the API")
struct LicenseServiceTests {
    private let panel: TestPanel
    private let clock = MovableClock()
    private let service: LicenseService
    private let live: LicenseService.Environment

    init() throws {
        panel = try TestPanel(sample: false)
        let clock = clock
        let reader = PanelReader(database: try PanelDatabase.open(at: panel.path))
        service = LicenseService(accounts: reader, now: { clock.now })
        live = LicenseService.Environment(reader: reader, commits: GroupCommit(database: panel.database))
    }

    private func key(_ login: String = "L") throws -> String {
        try LicenseCredentials(database: panel.database).add(login: login)
    }

    private func token(_ secret: String, _ login: String = "L") async throws -> String {
        try await service.token(login: login, secret: secret, from: "10.0.0.1")
    }

    private func order(_ title: String = "T") throws -> LicenseOrder {
        try LicenseOrder(
            kind: .virtuozzo, product: "VIRTUOZZO-10", parameters: ["title": title, "period": "1", "os": "LINUX"])
    }

    private func once(_ key: String, _ title: String = "T", login: String = "L") throws -> IdempotentRequest {
        try IdempotentRequest(login: login, key: key, kind: .virtuozzo, parameters: ["title": title])
    }

    @Test("a token is good for an hour and not a second longer")
    func expiry() async throws {
        let token = try await token(try key())
        #expect(try await service.login(of: token) == "L")
        clock.advance(.seconds(3_599))
        #expect(try await service.login(of: token) == "L")
        clock.advance(.seconds(1))
        await #expect(throws: LicenseRefusal.self) { try await service.login(of: token) }
    }

    @Test("a token ends with the key that it was given for")
    func replaced() async throws {
        let token = try await token(try key())
        _ = try key()
        await #expect(throws: LicenseRefusal.self) { try await service.login(of: token) }
    }

    @Test("of one login so many tokens are kept, and the oldest end early")
    func bounded() async throws {
        let secret = try key()
        var issued: [String] = []
        for _ in 0...AccessTokens.perLogin {
            issued.append(try await token(secret))
            clock.advance(.milliseconds(1))
        }
        let first = issued[0]
        await #expect(throws: LicenseRefusal.self) { try await service.login(of: first) }
        #expect(try await service.login(of: issued[1]) == "L")
        #expect(try await service.login(of: issued[AccessTokens.perLogin]) == "L")
    }

    @Test("after some wrong secrets a login has to wait")
    func locked() async throws {
        let secret = try key()
        for _ in 0..<FailedLogins.freeForLogin {
            await #expect(throws: LicenseRefusal.unauthorized("login or secret is wrong")) { try await token("wrong") }
        }
        await #expect(throws: LicenseRefusal.locked(seconds: 2)) { try await token(secret) }
        clock.advance(.seconds(2))
        _ = try await token(secret)
    }

    @Test("neither key nor token stands anywhere in the database")
    func hashed() async throws {
        let secret = try key()
        let token = try await token(secret)
        let everything = try panel.everything().joined()
        #expect(!everything.contains(secret))
        #expect(!everything.contains(token))
    }

    @Test("an order that is sent at once many times under one key is placed once")
    func idempotentTogether() async throws {
        let numbers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask { try await service.place(order(), once: once("k"), in: live) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(numbers.count == 1)
        #expect(try panel.number("SELECT count(*) FROM licenses") == 1)
        #expect(try panel.number("SELECT count(*) FROM operations") == 1)
    }

    @Test("an idempotency key is one login's, belongs to one order, and is forgotten after 30 days")
    func idempotentScope() async throws {
        let first = try await service.place(order(), once: once("k"), in: live)
        #expect(try await service.place(order(), once: once("k", login: "M"), in: live) != first)
        await #expect(throws: LicenseRefusal.self) {
            try await service.place(order("other"), once: once("k", "other"), in: live)
        }
        try panel.write("UPDATE license_requests SET created_at = '2020-01-01T00:00:00.000Z'")
        _ = try await service.place(order(), once: once("another"), in: live)
        #expect(try panel.texts("SELECT request_key FROM license_requests") == ["another"])
    }

    @Test("an idempotency key that is empty or endless is refused by name")
    func idempotentLimits() {
        for key in ["", String(repeating: "k", count: 256)] {
            #expect {
                try once(key)
            } throws: {
                ($0 as? LicenseOrderError)?.parameter == "Idempotency-Key"
            }
        }
    }

    @Test("an edit raises the revision, one that changes nothing does not, and any revision finds the licence")
    func revisions() async throws {
        let number = try await service.place(order(), once: nil, in: live)
        let edit = try LicenseEdit(parameters: ["title": "New", "comment": "c"])
        try await service.edit(.virtuozzo, number, edit, in: live)
        try await service.edit(.virtuozzo, number, edit, in: live)
        let stable = String(number.dropLast(5))
        for name in [number, stable, stable + ".0001", stable + ".9999"] {
            #expect(try await service.record(of: .virtuozzo, name, in: live).keyNumber == stable + ".0001")
        }
        try panel.write("UPDATE licenses SET key_number = '\(stable).9999'")
        try await service.edit(
            .virtuozzo, number, try LicenseEdit(parameters: ["title": "A", "comment": ""]), in: live)
        #expect(try await service.keys(of: .virtuozzo, in: live) == [stable + ".0001"])
    }

    @Test("a terminated licence is kept for the record, and found by nobody")
    func terminated() async throws {
        let number = try await service.place(order(), once: nil, in: live)
        try await service.terminate(.virtuozzo, number, in: live)
        #expect(try panel.texts("SELECT status FROM licenses") == ["terminated"])
        let unknown = LicenseRefusal.unknown(UnknownLicense(kind: .virtuozzo, number: number))
        await #expect(throws: unknown) { try await service.record(of: .virtuozzo, number, in: live) }
        await #expect(throws: unknown) { try await service.terminate(.virtuozzo, number, in: live) }
        #expect(try await service.keys(of: .virtuozzo, in: live) == [])
    }

    @Test("a licence is of its kind, and key numbers of other shapes name none")
    func kinds() async throws {
        let number = try await service.place(order(), once: nil, in: live)
        for (kind, name) in [
            (LicenseKind.plesk, number), (.virtuozzo, "VZ"), (.virtuozzo, "VZ.1.0000"), (.virtuozzo, number + ".0000"),
            (.virtuozzo, "%"), (.virtuozzo, ""),
        ] {
            await #expect(throws: LicenseRefusal.self) { try await service.record(of: kind, name, in: live) }
        }
    }

    @Test("every option of the other version is accepted as 0 or left out, and refused otherwise, by programs too")
    func omission() throws {
        func check(_ product: String, _ parameters: [String: String]) throws(LicenseOrderError) {
            let usual = [
                "title": "T", "comment": "", "period": "1", "WPBSites": "0", "applications": "0", "languagePack": "0",
                "antivirus": "0",
            ]
            _ = try LicenseOrder(
                kind: .plesk, product: product, parameters: usual.merging(parameters) { $1 }, omission: .isRefused)
        }
        try check("PLESK-12-VPS", ["WPBOptions": "0"])
        try check("PLESK-12-VPS", ["WPBOptions": "0", "CBMClients": "0", "os": "0"])
        try check("PLESK-12-VPS", ["WPBOptions": "MLS_SUPPORT", "os": "WINDOWS"])
        try check("PLESK-10-VPS", ["CBMClients": "0", "os": "LINUX"])
        try check("PLESK-10-VPS", ["CBMClients": "UNLIMITED", "os": "LINUX", "WPBOptions": "0"])
        for (product, parameters, wrong) in [
            ("PLESK-12-VPS", [:], "WPBOptions"),
            ("PLESK-12-VPS", ["WPBOptions": "0", "CBMClients": "UNLIMITED"], "CBMClients"),
            ("PLESK-10-VPS", ["CBMClients": "0"], "os"), ("PLESK-10-VPS", ["CBMClients": "0", "os": "0"], "os"),
            ("PLESK-10-VPS", ["CBMClients": "0", "os": "LINUX", "WPBOptions": "MLS_SUPPORT"], "WPBOptions"),
            (
                "PLESK-10-VPS", ["CBMClients": "0", "os": "LINUX", "antivirus": "PREMIUM_ANTIVIRUS_FOR_WIN"],
                "antivirus"
            ),
        ] {
            #expect {
                try check(product, parameters)
            } throws: {
                ($0 as? LicenseOrderError)?.parameter == wrong
            }
        }
    }
}
