/// Which rules a key leads to: one table for all gates.
struct GateTable: Sendable {
    /// A span of `programs`.
    struct Run: BitwiseCopyable {
        var start: UInt32
        var count: UInt32
    }

    private struct Slot: BitwiseCopyable {
        var key: UInt64 = 0
        var run = Run(start: 0, count: 0)
    }

    private let slots: Slab<Slot>
    /// Two of up to 16 bits for each key, both in one word: most keys end here, in memory that stays in the cache.
    private let filter: Slab<UInt64>
    private let filterShift: UInt64
    private let mask: UInt64
    let programs: Slab<UInt32>
    var slotCount: Int { slots.count }

    /// - Parameter entries: keys with what they lead to.
    init(_ entries: inout [(key: UInt64, program: UInt32)], _ store: SlabStore) {
        entries.sort { ($0.key, $0.program) < ($1.key, $1.program) }
        var programs: [UInt32] = []
        programs.reserveCapacity(entries.count)
        var runs: [(key: UInt64, run: Run)] = []
        for entry in entries {
            if let last = runs.last, last.key == entry.key {
                guard programs.last != entry.program else { continue }
                runs[runs.count - 1].run.count += 1
            } else {
                runs.append((entry.key, Run(start: UInt32(programs.count), count: 1)))
            }
            programs.append(entry.program)
        }
        var size = 4
        while size < runs.count * 2 { size *= 2 }
        mask = UInt64(size - 1)
        // Words of 64 bits: one for 4 to 8 keys.
        let words = max(size / 8, 2)
        filterShift = UInt64(64 - words.trailingZeroBitCount)
        var filter = [UInt64](repeating: 0, count: words)
        var slots = [Slot](repeating: Slot(), count: size)
        for (key, run) in runs {
            filter[Int(key >> filterShift)] |= Self.bits(of: key)
            var index = Int(key & mask)
            while slots[index].run.count > 0 { index = (index + 1) & (size - 1) }
            slots[index] = Slot(key: key, run: run)
        }
        self.slots = store.keep(slots)
        self.filter = store.keep(filter)
        self.programs = store.keep(programs)
    }

    /// Whether the filter lets a key pass.
    @inline(__always)
    func mayHave(_ key: UInt64) -> Bool {
        let bits = Self.bits(of: key)
        return filter.start[Int(truncatingIfNeeded: key &>> filterShift)] & bits == bits
    }

    /// The bits of a key in its word. A table of keys looks at the lowest bits and the filter at the highest ones.
    @inline(__always)
    private static func bits(of key: UInt64) -> UInt64 {
        1 &<< (key &>> 26 & 63) | 1 &<< (key &>> 32 & 63)
    }

    /// The slot of a key; -1 where nothing is there.
    @inline(__always)
    func find(_ key: UInt64) -> Int {
        var index = Int(truncatingIfNeeded: key & mask)
        while true {
            let slot = slots.start + index
            if slot.pointee.run.count == 0 { return -1 }
            if slot.pointee.key == key { return index }
            index = (index &+ 1) & Int(truncatingIfNeeded: mask)
        }
    }

    @inline(__always)
    func run(at slot: Int) -> Run { slots.start[slot].run }
}
