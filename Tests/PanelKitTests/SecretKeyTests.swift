import Testing

@testable import PanelKit

@Suite("Secret keys")
struct SecretKeyTests {
    private func create(_ inside: String, in panel: TestPanel, as caller: Caller = .local) throws -> String {
        let answer = try panel.send("<packet><secret_key><create>\(inside)</create></secret_key></packet>", as: caller)
        return try #require(answer.results.first?.string("key"), "\(answer.xml)")
    }

    @Test("a key lets its owner in from its addresses, and from nowhere else")
    func addresses() throws {
        let panel = try TestPanel()
        let keys = SecretKeys(database: panel.database)
        let key = try create("<ip_address>192.0.2.1, 2001:DB8:0::1</ip_address>", in: panel)
        #expect(try keys.caller(for: key, from: "192.0.2.1") == .administrator(address: "192.0.2.1"))
        #expect(try keys.caller(for: key, from: "::ffff:192.0.2.1")?.role == .administrator)
        #expect(try keys.caller(for: key, from: "2001:db8::1")?.role == .administrator)
        #expect(try keys.caller(for: key, from: "192.0.2.2") == nil)
        #expect(try keys.caller(for: key, from: nil) == nil)
        #expect(try keys.caller(for: key + "0", from: "192.0.2.1") == nil)
        #expect(try keys.caller(for: "", from: "192.0.2.1") == nil)
    }

    @Test("without an address a key is bound to the one that its maker called from, on this machine to loopback")
    func ownAddress() throws {
        let panel = try TestPanel()
        let keys = SecretKeys(database: panel.database)
        let remote = try create("", in: panel, as: .administrator(address: "198.51.100.4"))
        #expect(try keys.caller(for: remote, from: "198.51.100.4") != nil)
        #expect(try keys.caller(for: remote, from: "127.0.0.1") == nil)
        let local = try create("", in: panel)
        #expect(try keys.caller(for: local, from: nil) != nil)
        #expect(try keys.caller(for: local, from: "::1") != nil)
        #expect(try keys.caller(for: local, from: "198.51.100.4") == nil)
    }

    @Test("no key and nothing that leads back to one stands in the database")
    func hashed() throws {
        let panel = try TestPanel()
        let key = try create("<description>billing</description>", in: panel)
        #expect(key.count == 36)
        #expect(try panel.everything().allSatisfy { !$0.contains(key) })
        #expect(try panel.texts("SELECT DISTINCT length(key_id) FROM secret_keys") == ["64"])
        #expect(SecretKey(text: "abc").digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("two keys are never alike, and each has 128 random bits")
    func random() {
        let keys = (0..<1_000).map { _ in SecretKey.random().text }
        #expect(Set(keys).count == 1_000)
        // Every one of the 32 digits takes each of its 16 values; by chance one would be missing once in 10^25 runs.
        for place in 0..<36 where ![8, 13, 18, 23].contains(place) {
            #expect(Set(keys.map { Array($0)[place] }).count == 16)
        }
    }

    @Test("a key of a reseller acts for that reseller, until it is suspended or the key is removed")
    func reseller() throws {
        let panel = try TestPanel()
        let keys = SecretKeys(database: panel.database)
        let key = try create("<ip_address>192.0.2.1</ip_address><login>JDoe</login>", in: panel)
        let caller = Caller.reseller(id: 2, login: "JDoe", address: "192.0.2.1")
        #expect(try keys.caller(for: key, from: "192.0.2.1") == caller)
        try panel.write("UPDATE clients SET status = 16 WHERE login = 'JDoe'")
        #expect(try keys.caller(for: key, from: "192.0.2.1") == nil)
        try panel.write("UPDATE clients SET status = 0 WHERE login = 'JDoe'")
        let own = try create("", in: panel, as: caller)
        #expect(try keys.caller(for: own, from: "192.0.2.1") == caller)
        let removal = "<packet><secret_key><delete><filter/></delete></secret_key></packet>"
        let admin = try create("<ip_address>192.0.2.1</ip_address>", in: panel)
        #expect(try panel.send(removal, as: caller).statuses == ["ok", "ok"])
        #expect(try keys.caller(for: key, from: "192.0.2.1") == nil)
        #expect(try keys.caller(for: admin, from: "192.0.2.1") != nil)
    }

    @Test("a lost key can be removed by what lists name it by")
    func lostKey() throws {
        let panel = try TestPanel()
        let key = try create("<ip_address>192.0.2.1</ip_address>", in: panel)
        let list = try panel.send("<packet><secret_key><get_info><filter/></get_info></secret_key></packet>")
        let name = try #require(list.results.first?.child("key_info")?.string("key"))
        #expect(name.hasPrefix("sha256:") && !key.contains(name.dropFirst(7)))
        let removal = "<packet><secret_key><delete><filter><key>\(name)</key></filter></delete></secret_key></packet>"
        #expect(try panel.send(removal).statuses == ["ok"])
        #expect(try SecretKeys(database: panel.database).caller(for: key, from: "192.0.2.1") == nil)
    }

    @Test("digests are compared to their end, wherever they differ")
    func comparison() {
        #expect(SecretKey.areEqual("abcd", "abcd"))
        for other in ["xbcd", "abcx", "abc", "abcde", ""] { #expect(!SecretKey.areEqual("abcd", other)) }
    }
}
