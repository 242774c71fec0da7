import Testing

@testable import HTTPTransport

@Suite("Addresses and networks")
struct AddressTests {
    @Test(
        "an address is printed as it is usually written",
        arguments: [
            ("10.1.2.3", "10.1.2.3"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("2001:DB8:0:0::1", "2001:db8::1"), ("::", "::"), ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
            ("fe80::1%eth0", "fe80::1"),
        ])
    func addressText(text: String, printed: String) throws {
        #expect(try #require(IPAddress(text)).description == printed)
    }

    @Test(
        "what is not an address is not read as one",
        arguments: ["", "10.1.2", "10.1.2.256", "0x7f000001", "2130706433", "localhost", "1:2:3", "::1::", "%eth0"])
    func notAnAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("a network contains its first and its last address and not their neighbours")
    func networkBounds() throws {
        let network = try CIDR("10.1.2.0/23")
        #expect(network.contains(try #require(IPAddress("10.1.2.0"))))
        #expect(network.contains(try #require(IPAddress("10.1.3.255"))))
        #expect(!network.contains(try #require(IPAddress("10.1.1.255"))))
        #expect(!network.contains(try #require(IPAddress("10.1.4.0"))))
        #expect(!network.contains(try #require(IPAddress("::a01:200"))))
        #expect(try CIDR("0.0.0.0/0").contains(try #require(IPAddress("203.0.113.9"))))
        #expect(try CIDR("::/0").contains(try #require(IPAddress("ff02::1"))))
        #expect(try !CIDR("::/0").contains(try #require(IPAddress("10.0.0.1"))))
        #expect(try CIDR("fd00::/8").contains(try #require(IPAddress("fdff::1"))))
        #expect(try CIDR("::1/128").contains(try #require(IPAddress("::1"))))
        #expect(try !CIDR("::1/128").contains(try #require(IPAddress("::2"))))
    }

    @Test("a network is printed as it is written", arguments: ["10.1.2.0/24", "0.0.0.0/0", "fd00::/8", "::1/128"])
    func networkText(text: String) throws {
        #expect(try CIDR(text).description == text)
    }

    @Test(
        "a network that is written wrongly is refused with the right way to write it",
        arguments: [
            ("10.1.2.0", "for this one address write 10.1.2.0/32"),
            ("fd00::1", "for this one address write fd00::1/128"),
            ("10.1.2.5/24", "write 10.1.2.0/24 for the network or 10.1.2.5/32 for this one address"),
            ("10.1.2.0/33", "use 0 to 32"), ("::/129", "use 0 to 128"), ("10.1.2.0/-1", "use 0 to 32"),
            ("10.1.2.0/+8", "use 0 to 32"), ("10.1.2.0/", "use 0 to 32"), ("example.com/8", "write it like"),
            ("", "write it like"), ("/8", "write it like"), ("fe80::1%eth0/64", "write it like"),
        ])
    func wrongNetwork(text: String, remedy: String) {
        let error = #expect(throws: CIDRError.self) { try CIDR(text) }
        #expect(error?.description.contains(remedy) == true)
        #expect(error?.description.contains("\"\(text)\"") == true)
    }
}
