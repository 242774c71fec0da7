import Glibc

/// An IPv4 or IPv6 address as a number.
package struct IPAddress: Hashable, Sendable {
    package enum Family: Hashable, Sendable {
        case v4
        case v6

        /// The length of an address in bits.
        package var bits: Int { self == .v4 ? 32 : 128 }
    }

    package let family: Family
    /// The address right-aligned: an IPv4 address is below 2^32.
    package let value: UInt128

    package init(v4 value: UInt32) {
        family = .v4
        self.value = UInt128(value)
    }

    package init(v6 value: UInt128) {
        family = .v6
        self.value = value
    }

    /// Reads an address as people write it; a zone (`%eth0`) is left out of account. `nil` for anything else, names
    /// included.
    package init?(_ text: String) {
        guard let address = text.withCString({ IPAddress(cString: $0) }) else { return nil }
        self = address
    }

    init?(cString text: UnsafePointer<CChar>) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4: UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(v6)
            return
        }
        let parts = String(cString: text).split(separator: "%", maxSplits: 1)
        guard parts.count == 2, inet_pton(AF_INET6, String(parts[0]), &v6) == 1 else { return nil }
        self.init(v6)
    }

    /// Reads the address of a socket; `nil` where it is neither IPv4 nor IPv6.
    init?(_ address: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET: self.init(v4: UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6: self.init(raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: return nil
        }
    }

    private init(_ address: in6_addr) {
        self.init(v6: withUnsafeBytes(of: address) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) })
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        var text = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        text.withUnsafeMutableBytes { buffer in
            let out = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            switch family {
            case .v4:
                var address = UInt32(truncatingIfNeeded: value).bigEndian
                _ = inet_ntop(AF_INET, &address, out, socklen_t(buffer.count))
            case .v6:
                var address = value.bigEndian
                _ = inet_ntop(AF_INET6, &address, out, socklen_t(buffer.count))
            }
        }
        return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
}
