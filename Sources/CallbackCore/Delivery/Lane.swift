/// The order in which deliveries of one target go: those with equal keys one after the other.
///
/// The key is a 64-bit FNV-1a hash of the ordering key's text. Two keys that collide share a lane, which costs
/// waiting and never order. Source: the FNV hash, draft-eastlake-fnv.
package struct LaneKey: Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package init(orderingKey: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in orderingKey.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        rawValue = Int64(bitPattern: hash)
    }
}
