/// Which addresses may be connected to: public ones, and what an operator allows by name.
///
/// The policy judges addresses after resolution, never names: a name can point anywhere, and somewhere else tomorrow.
package struct EgressPolicy: Hashable, Sendable {
    /// The networks that are allowed although they are not public.
    package let allow: [CIDR]

    package init(allow: [CIDR] = []) {
        self.allow = allow
    }

    package func verdict(for address: IPAddress) -> EgressVerdict {
        guard let network = SpecialNetwork.of(address) else { return .allowed }
        if allow.contains(where: { $0.contains(address) }) { return .allowed }
        // ::ffff:10.1.2.3 is only another spelling of 10.1.2.3 to the kernel, so the same rule must speak for both.
        if let mapped = SpecialNetwork.mappedIPv4(address) {
            if allow.contains(where: { $0.contains(mapped) }) { return .allowed }
            let inner = SpecialNetwork.of(mapped)?.purpose ?? network.purpose
            return .refused(EgressRefusal(address: mapped, purpose: inner))
        }
        return .refused(EgressRefusal(address: address, purpose: network.purpose))
    }
}

package enum EgressVerdict: Hashable, Sendable {
    case allowed
    case refused(EgressRefusal)
}

/// A connection that the egress policy did not permit.
package struct EgressRefusal: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    /// What the address is for, such as "loopback".
    package let purpose: String

    /// The network that, once allowed, permits exactly this address.
    package var network: CIDR { CIDR(address, prefix: address.family.bits) }

    /// The configuration line that would allow it.
    package var allowLine: String { "egress: {allow: [\(yaml)]}" }

    package var description: String {
        "\(address) is not a public address (\(purpose)): to allow it, add \(allowLine)"
    }

    // Colons inside a YAML flow sequence need quotes.
    private var yaml: String { address.family == .v4 ? "\(network)" : "\"\(network)\"" }
}
