/// How many programs could be found by each key of a gate. The keys are hashes already: a dictionary that hashed them
/// again took a tenth of the compilation of many rules.
struct ShareCounter {
    private var keys: [UInt64]
    /// 0 where the slot is empty.
    private var counts: [Int32]
    private var used = 0

    init(expecting count: Int) {
        var size = 16
        while size < count * 2 { size *= 2 }
        keys = [UInt64](repeating: 0, count: size)
        counts = [Int32](repeating: 0, count: size)
    }

    subscript(key: UInt64) -> Int32 { counts[slot(of: key)] }

    mutating func add(_ key: UInt64) {
        var slot = slot(of: key)
        if counts[slot] == 0 {
            used += 1
            if used * 2 > keys.count {
                grow()
                slot = self.slot(of: key)
            }
            keys[slot] = key
        }
        counts[slot] += 1
    }

    private func slot(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while counts[slot] > 0, keys[slot] != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let (oldKeys, oldCounts) = (keys, counts)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        counts = [Int32](repeating: 0, count: oldKeys.count * 2)
        for (key, count) in zip(oldKeys, oldCounts) where count > 0 {
            let slot = slot(of: key)
            keys[slot] = key
            counts[slot] = count
        }
    }
}
