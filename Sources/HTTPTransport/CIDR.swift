/// A network: an address and the number of leading bits that count.
package struct CIDR: Hashable, Sendable {
    package let network: IPAddress
    package let prefix: Int

    /// Reads `10.1.2.0/24` or `fd00::/8`.
    /// - Throws: what is wrong with the text and how it should be written.
    package init(_ text: String) throws(CIDRError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress(String($0)) }), !parts[0].contains("%") else {
            throw CIDRError(text: text, problem: "is not a network", remedy: "write it like 10.1.2.0/24 or fd00::/8")
        }
        let bits = address.family.bits
        guard parts.count == 2 else {
            throw CIDRError(
                text: text, problem: "has no prefix length", remedy: "for this one address write \(text)/\(bits)")
        }
        let digits = parts[1]
        guard let length = Int(digits), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), length <= bits else {
            throw CIDRError(
                text: text, problem: "has a prefix length that does not exist", remedy: "use 0 to \(bits) after the /")
        }
        let whole = CIDR(address, prefix: length)
        guard whole.network == address else {
            throw CIDRError(
                text: text, problem: "has bits set beyond its prefix",
                remedy: "write \(whole) for the network or \(address)/\(bits) for this one address")
        }
        self = whole
    }

    /// The network that `address` is in.
    package init(_ address: IPAddress, prefix: Int) {
        let kept = address.value & CIDR.mask(address.family, prefix)
        network = address.family == .v4 ? IPAddress(v4: UInt32(truncatingIfNeeded: kept)) : IPAddress(v6: kept)
        self.prefix = prefix
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == network.family && address.value & CIDR.mask(address.family, prefix) == network.value
    }

    private static func mask(_ family: IPAddress.Family, _ prefix: Int) -> UInt128 {
        let host = UInt128(family.bits - prefix)
        return host >= 128 ? 0 : UInt128.max << host
    }
}

extension CIDR: CustomStringConvertible {
    package var description: String { "\(network)/\(prefix)" }
}

/// Why a text is not a network, and how it should be written.
package struct CIDRError: Error, Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package let problem: String
    package let remedy: String

    package var description: String { "\"\(text)\" \(problem): \(remedy)" }
}
