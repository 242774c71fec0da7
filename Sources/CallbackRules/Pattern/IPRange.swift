/// An IP address as a number. An IPv4 address that is written as an IPv6 one is the IPv4 address.
package struct IPAddress: Hashable, Sendable, BitwiseCopyable {
    let isVersion4: Bool
    let high: UInt64
    let low: UInt64

    /// Nil where the text is no address: names, zones and ports are none.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        // The shortest is "::", the longest 8 groups of 4.
        guard text.count >= 2, text.count <= 39 else { return nil }
        if let value = Self.octets(text) {
            self.init(isVersion4: true, high: 0, low: value)
        } else {
            guard text.contains(UInt8(ascii: ":")) else { return nil }
            self.init(groups: text)
        }
    }

    package init?(_ text: String) {
        var text = text
        guard let address = text.withUTF8({ IPAddress($0) }) else { return nil }
        self = address
    }

    @inline(__always)
    init(version4 bits: UInt32) { self.init(isVersion4: true, high: 0, low: UInt64(bits)) }

    /// The number of an IPv4 address in four parts.
    private static func octets(_ text: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard var place = text.baseAddress, text.count <= 15 else { return nil }
        let end = place + text.count
        var value: UInt64 = 0
        var octet: UInt64 = 0
        var points = 0
        var digits = 0
        while place < end {
            let digit = UInt64(place.pointee) &- UInt64(UInt8(ascii: "0"))
            if digit < 10 {
                octet = octet &* 10 &+ digit
                digits &+= 1
            } else {
                guard place.pointee == UInt8(ascii: "."), digits > 0, octet <= 255 else { return nil }
                value = value &<< 8 | octet
                octet = 0
                digits = 0
                points &+= 1
            }
            place += 1
        }
        return points == 3 && digits > 0 && octet <= 255 ? value &<< 8 | octet : nil
    }

    private init?(groups text: UnsafeBufferPointer<UInt8>) {
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return nil }
            gap = 0
            index = 2
        }
        while index < text.count {
            guard groups.count < 8 else { return nil }
            var group: UInt16 = 0
            let start = index
            while index < text.count, let digit = Self.hexDigit(text[index]) {
                guard index - start < 4 else { return nil }
                group = group << 4 | digit
                index += 1
            }
            guard index > start else { return nil }
            groups.append(group)
            guard index < text.count else { break }
            guard text[index] == UInt8(ascii: ":"), index + 1 < text.count else { return nil }
            index += 1
            if text[index] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        self.init(isVersion4: isMapped, high: high, low: isMapped ? low & 0xFFFF_FFFF : low)
    }

    private init(isVersion4: Bool, high: UInt64, low: UInt64) {
        self.isVersion4 = isVersion4
        self.high = high
        self.low = low
    }

    private static func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The network that the address lies in.
    /// - Parameter bits: how many of the leading bits count: 0 to 32, or 0 to 128.
    func network(bits: Int) -> IPAddress {
        if isVersion4 {
            return IPAddress(isVersion4: true, high: 0, low: low & ~(UInt64(0xFFFF_FFFF) >> UInt64(bits)))
        }
        let kept = { (count: Int) in count <= 0 ? UInt64(0) : count >= 64 ? .max : ~(UInt64.max >> UInt64(count)) }
        return IPAddress(isVersion4: false, high: high & kept(bits), low: low & kept(bits - 64))
    }
}

/// The addresses of one network.
package struct IPRange: Hashable, Sendable, BitwiseCopyable {
    let network: IPAddress
    let bits: Int

    /// One address alone.
    init(_ address: IPAddress) {
        network = address
        bits = address.isVersion4 ? 32 : 128
    }

    /// `10.0.0.0/8` or `2001:db8::/32`; bits beyond the mask do not count. Nil where the text is none of these.
    package init?(cidr text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])) else { return nil }
        guard !parts[1].isEmpty, parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }),
            let bits = Int(parts[1]), bits <= (address.isVersion4 ? 32 : 128)
        else { return nil }
        network = address.network(bits: bits)
        self.bits = bits
    }

    func contains(_ address: IPAddress) -> Bool {
        address.isVersion4 == network.isVersion4 && address.network(bits: bits) == network
    }
}
