import Glibc

/// An address with the number of its leading bits that count, such as `10.1.2.0/24`; a single address without.
enum AddressRange {
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bits = width(of: String(parts[0])) else { return false }
        guard parts.count == 2 else { return true }
        guard parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(parts[1]) else { return false }
        return length <= bits
    }

    private static func width(of address: String) -> Int? {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return 32 }
        if inet_pton(AF_INET6, address, &six) == 1 { return 128 }
        return nil
    }
}
