import Testing

@testable import HTTPTransport

@Suite("Egress policy")
struct EgressPolicyTests {
    @Test(
        "a public address is allowed",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.0", "168.63.129.15", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
            "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
            "198.51.99.255", "203.0.114.0", "223.255.255.255", "2606:4700:4700::1111", "2001:4860:4860::8888",
            "2001:200::1", "2003::1", "3ffe::1", "2a00:1450::1",
        ])
    func publicAddress(text: String) throws {
        #expect(EgressPolicy().verdict(for: try #require(IPAddress(text))) == .allowed)
    }

    @Test(
        "an address that is not public is refused by default",
        arguments: [
            ("0.0.0.0", "this network"), ("0.255.255.255", "this network"),
            ("10.0.0.0", "private"), ("10.255.255.255", "private"),
            ("100.64.0.0", "carrier-grade NAT"), ("100.100.100.200", "carrier-grade NAT"),
            ("100.127.255.255", "carrier-grade NAT"),
            ("127.0.0.1", "loopback"), ("127.255.255.255", "loopback"),
            ("168.63.129.16", "cloud metadata"), ("169.254.169.254", "link-local and cloud metadata"),
            ("172.16.0.0", "private"), ("172.31.255.255", "private"),
            ("192.0.0.192", "protocol assignments"), ("192.0.2.1", "documentation"), ("192.88.99.1", "6to4 relay"),
            ("192.168.0.0", "private"), ("192.168.255.255", "private"),
            ("198.18.0.0", "benchmarking"), ("198.19.255.255", "benchmarking"),
            ("198.51.100.7", "documentation"), ("203.0.113.7", "documentation"),
            ("224.0.0.1", "multicast"), ("239.255.255.255", "multicast"),
            ("240.0.0.1", "reserved"), ("255.255.255.255", "broadcast"),
            ("::", "unspecified"), ("::1", "loopback"),
            ("64:ff9b::a00:1", "IPv4 behind NAT64"), ("64:ff9b::808:808", "IPv4 behind NAT64"),
            ("64:ff9b:1::7f00:1", "IPv4 behind NAT64"), ("2002:7f00:1::1", "IPv4 behind 6to4"),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "IPv4 behind Teredo"),
            ("::7f00:1", "IPv4 inside IPv6"), ("::ffff:0:7f00:1", "IPv4 translated into IPv6"),
            ("100::1", "discard"), ("2001:2::1", "benchmarking"), ("2001:20::1", "protocol assignments"),
            ("2001:db8::1", "documentation"), ("3fff::1", "documentation"),
            ("fc00::1", "unique-local"), ("fd00:ec2::254", "unique-local"), ("fe80::1", "link-local"),
            ("fec0::1", "site-local"), ("ff02::1", "multicast"),
            ("200::1", "reserved"), ("4000::1", "reserved"), ("8000::1", "reserved"), ("5f00::1", "reserved"),
        ])
    func specialAddress(text: String, purpose: String) throws {
        let address = try #require(IPAddress(text))
        let refusal = EgressRefusal(address: address, purpose: purpose)
        #expect(EgressPolicy().verdict(for: address) == .refused(refusal))
    }

    @Test(
        "an IPv4 address in IPv6 clothes is named as what it is",
        arguments: [("::ffff:127.0.0.1", "127.0.0.1", "loopback"), ("::ffff:10.1.2.3", "10.1.2.3", "private")])
    func mapped(text: String, named: String, purpose: String) throws {
        let refusal = EgressRefusal(address: try #require(IPAddress(named)), purpose: purpose)
        #expect(EgressPolicy().verdict(for: try #require(IPAddress(text))) == .refused(refusal))
    }

    @Test("a mapped address is refused also where the IPv4 address behind it is public")
    func mappedPublic() throws {
        let verdict = EgressPolicy().verdict(for: try #require(IPAddress("::ffff:8.8.8.8")))
        let address = try #require(IPAddress("8.8.8.8"))
        #expect(verdict == .refused(EgressRefusal(address: address, purpose: "IPv4 mapped into IPv6")))
    }

    @Test("an allowed network is allowed, and nothing beside it")
    func allowed() throws {
        let policy = EgressPolicy(allow: [try CIDR("10.1.2.0/24"), try CIDR("fd12::/16")])
        for text in ["10.1.2.0", "10.1.2.255", "fd12::1", "::ffff:10.1.2.9"] {
            #expect(policy.verdict(for: try #require(IPAddress(text))) == .allowed, "\(text)")
        }
        for text in ["10.1.3.0", "10.1.1.255", "fd13::1", "::ffff:10.1.3.1", "127.0.0.1"] {
            #expect(policy.verdict(for: try #require(IPAddress(text))) != .allowed, "\(text)")
        }
    }

    @Test("an allowed network opens no IPv4 address behind a translator")
    func noDetour() throws {
        let policy = EgressPolicy(allow: [try CIDR("10.0.0.0/8")])
        for text in ["64:ff9b::a01:203", "2002:a01:203::1", "::a01:203"] {
            #expect(policy.verdict(for: try #require(IPAddress(text))) != .allowed, "\(text)")
        }
    }

    @Test(
        "a refusal prints a line that allows exactly this address",
        arguments: [
            ("10.1.2.3", "egress: {allow: [10.1.2.3/32]}"), ("fd00::5", "egress: {allow: [\"fd00::5/128\"]}"),
            ("::ffff:10.1.2.3", "egress: {allow: [10.1.2.3/32]}"),
        ])
    func remedy(text: String, line: String) throws {
        let address = try #require(IPAddress(text))
        guard case .refused(let refusal) = EgressPolicy().verdict(for: address) else {
            Issue.record("\(text) was allowed")
            return
        }
        #expect(refusal.allowLine == line)
        #expect(refusal.description.contains(line))
        #expect(EgressPolicy(allow: [refusal.network]).verdict(for: address) == .allowed)
    }
}
