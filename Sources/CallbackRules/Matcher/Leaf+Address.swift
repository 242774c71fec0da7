/// A text that has been read as an address keeps it where a number would have its value: each network that holds it is
/// compared with it, and to read it again took ten times as long as to compare.
extension Leaf {
    /// In the upper half, where texts that nobody has read have 0.
    private static let mark: UInt64 = 1 << 32

    /// Only IPv4: an address of IPv6 has no room.
    mutating func remember(_ address: IPAddress) {
        guard kind == .string, address.isVersion4 else { return }
        number = Double(bitPattern: Self.mark | address.low)
    }

    /// Nil where it is not known whether the text is an address.
    @inline(__always)
    var knownAddress: IPAddress? {
        let bits = number.bitPattern
        guard bits &>> 32 == 1 else { return nil }
        return IPAddress(version4: UInt32(truncatingIfNeeded: bits))
    }
}
