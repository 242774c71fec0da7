/// A range of addresses that is not the public internet, after the IANA special-purpose registries.
struct SpecialNetwork {
    let network: CIDR
    let purpose: String

    /// The special range that `address` is in; `nil` for a public address.
    static func of(_ address: IPAddress) -> SpecialNetwork? {
        let table = address.family == .v4 ? v4 : v6
        return table.first { $0.network.contains(address) }
    }

    /// The IPv4 address behind an IPv4-mapped one (`::ffff:0:0/96`).
    static func mappedIPv4(_ address: IPAddress) -> IPAddress? {
        guard address.family == .v6, address.value >> 32 == 0xFFFF else { return nil }
        return IPAddress(v4: UInt32(truncatingIfNeeded: address.value))
    }

    private static func v4(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ prefix: Int, _ purpose: String
    ) -> SpecialNetwork {
        let address = IPAddress(v4: a << 24 | b << 16 | c << 8 | d)
        return SpecialNetwork(network: CIDR(address, prefix: prefix), purpose: purpose)
    }

    /// The leading 64 bits of an IPv6 network.
    private static func v6(_ leading: UInt64, _ prefix: Int, _ purpose: String) -> SpecialNetwork {
        v6(leading, 0, prefix, purpose)
    }

    private static func v6(_ leading: UInt64, _ trailing: UInt64, _ prefix: Int, _ purpose: String) -> SpecialNetwork {
        let address = IPAddress(v6: UInt128(leading) << 64 | UInt128(trailing))
        return SpecialNetwork(network: CIDR(address, prefix: prefix), purpose: purpose)
    }

    private static let v4: [SpecialNetwork] = [
        v4(0, 0, 0, 0, 8, "this network"),
        v4(10, 0, 0, 0, 8, "private"),
        v4(100, 64, 0, 0, 10, "carrier-grade NAT"),
        v4(127, 0, 0, 0, 8, "loopback"),
        v4(168, 63, 129, 16, 32, "cloud metadata"),
        v4(169, 254, 0, 0, 16, "link-local and cloud metadata"),
        v4(172, 16, 0, 0, 12, "private"),
        v4(192, 0, 0, 0, 24, "protocol assignments"),
        v4(192, 0, 2, 0, 24, "documentation"),
        v4(192, 88, 99, 0, 24, "6to4 relay"),
        v4(192, 168, 0, 0, 16, "private"),
        v4(198, 18, 0, 0, 15, "benchmarking"),
        v4(198, 51, 100, 0, 24, "documentation"),
        v4(203, 0, 113, 0, 24, "documentation"),
        v4(224, 0, 0, 0, 4, "multicast"),
        v4(255, 255, 255, 255, 32, "broadcast"),
        v4(240, 0, 0, 0, 4, "reserved"),
    ]

    // The order counts: the last entries take what no earlier one names, so that whatever is not global unicast today
    // is refused until it is.
    private static let v6: [SpecialNetwork] = [
        v6(0, 0, 128, "unspecified"),
        v6(0, 1, 128, "loopback"),
        v6(0, 0x0000_FFFF_0000_0000, 96, "IPv4 mapped into IPv6"),
        v6(0, 0xFFFF_0000_0000_0000, 96, "IPv4 translated into IPv6"),
        v6(0, 0, 96, "IPv4 inside IPv6"),
        v6(0x0064_FF9B_0000_0000, 96, "IPv4 behind NAT64"),
        v6(0x0064_FF9B_0001_0000, 48, "IPv4 behind NAT64"),
        v6(0x0100_0000_0000_0000, 64, "discard"),
        v6(0x2001_0000_0000_0000, 32, "IPv4 behind Teredo"),
        v6(0x2001_0002_0000_0000, 48, "benchmarking"),
        v6(0x2001_0000_0000_0000, 23, "protocol assignments"),
        v6(0x2001_0DB8_0000_0000, 32, "documentation"),
        v6(0x2002_0000_0000_0000, 16, "IPv4 behind 6to4"),
        v6(0x3FFF_0000_0000_0000, 20, "documentation"),
        v6(0xFC00_0000_0000_0000, 7, "unique-local"),
        v6(0xFE80_0000_0000_0000, 10, "link-local"),
        v6(0xFEC0_0000_0000_0000, 10, "site-local"),
        v6(0xFF00_0000_0000_0000, 8, "multicast"),
        v6(0x0000_0000_0000_0000, 3, "reserved"),
        v6(0x4000_0000_0000_0000, 2, "reserved"),
        v6(0x8000_0000_0000_0000, 1, "reserved"),
    ]
}
