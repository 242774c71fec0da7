/// IP addresses as patterns read them.
enum OracleAddress {
    /// The 4 or 16 bytes of an address; nil where the text is none. An IPv6 address that maps an IPv4 one is that one.
    ///
    /// Decimal parts may have leading zeros, which do not make them octal. IPv6 with a dotted tail, zones and brackets
    /// are not addresses here.
    static func parse(_ text: [UInt8]) -> [UInt8]? {
        if text.contains(UInt8(ascii: ".")) { return version4(text) }
        guard text.contains(UInt8(ascii: ":")), let bytes = version6(text) else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return Array(bytes.prefix(12)) == mapped ? Array(bytes.suffix(4)) : bytes
    }

    private static func version4(_ text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4, text.count <= 15 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard !part.isEmpty, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            guard let byte = UInt8(String(decoding: part, as: UTF8.self)) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: [UInt8]) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        let gap = text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
        guard let gap else {
            guard let groups = groups(text[...]), groups.count == 16 else { return nil }
            return groups
        }
        guard let left = groups(text[..<gap]), let right = groups(text[(gap + 2)...]) else { return nil }
        let missing = 16 - left.count - right.count
        guard missing >= 2 else { return nil }
        return left + Array(repeating: 0, count: missing) + right
    }

    /// Two bytes for each group.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        for group in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            let digits = String(decoding: group, as: UTF8.self)
            guard !group.isEmpty, digits.allSatisfy(\.isHexDigit), let value = UInt16(digits, radix: 16) else {
                return nil
            }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return bytes
    }

    /// A network: the addresses that share the first bits.
    struct Network: Equatable {
        private let address: [UInt8]
        private let bits: Int

        init?(_ text: [UInt8]) {
            let parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard parts.count == 2, let address = OracleAddress.parse(Array(parts[0])) else { return nil }
            guard parts[1].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            guard let bits = Int(String(decoding: parts[1], as: UTF8.self)), bits <= address.count * 8 else {
                return nil
            }
            self.address = address
            self.bits = bits
        }

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == address.count else { return false }
            for bit in 0..<bits {
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                guard other[bit / 8] & mask == address[bit / 8] & mask else { return false }
            }
            return true
        }
    }
}
