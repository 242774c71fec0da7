import CScan

/// What the beginnings and ends that rules ask for have in common, as a filter: a text that begins like none of them
/// needs not be asked for each of their lengths.
///
/// The stem of a beginning is as much of it as the shortest one of its plan has, and 8 bytes at most; that of an end
/// likewise, from behind.
struct StemTable: Sendable {
    /// The stems of a plan's beginnings, or of its ends.
    struct Part: BitwiseCopyable {
        fileprivate var firstWord: UInt32 = 0
        /// 64 less the bits of a place in the filter.
        fileprivate var shift: UInt8 = 0
        /// Bytes of a stem; 0 where there are none.
        fileprivate var length: UInt8 = 0
    }

    let words: Slab<UInt64>

    /// - Parameter bytes: 8 bytes must be readable behind it.
    @inline(__always)
    func mayBegin(_ bytes: UnsafePointer<UInt8>, _ length: Int, _ part: Part) -> Bool {
        let size = Int(part.length)
        return size > 0 && size <= length && has(ByteHash.head(bytes, size), part)
    }

    @inline(__always)
    func mayEnd(_ bytes: UnsafePointer<UInt8>, _ length: Int, _ part: Part) -> Bool {
        let size = Int(part.length)
        return size > 0 && size <= length && has(ByteHash.head(bytes + (length &- size), size), part)
    }

    @inline(__always)
    func mayBegin(_ text: RowValue.Text, _ part: Part) -> Bool {
        let size = Int(part.length)
        return size > 0 && size <= text.count && has(text.head(size), part)
    }

    @inline(__always)
    func mayEnd(_ text: RowValue.Text, _ part: Part) -> Bool {
        let size = Int(part.length)
        return size > 0 && size <= text.count && has(text.tail(size), part)
    }

    @inline(__always)
    private func has(_ stem: UInt64, _ part: Part) -> Bool {
        let bit = Self.hash(stem) &>> UInt64(part.shift)
        return words.start[Int(part.firstWord) &+ Int(truncatingIfNeeded: bit &>> 6)] & (1 &<< (bit & 63)) != 0
    }

    @inline(__always)
    private static func hash(_ stem: UInt64) -> UInt64 {
        (stem ^ stem &>> 32) &* 0x9E37_79B9_7F4A_7C15
    }

    /// Up to 8 bytes as a number, the first one lowest.
    static func stem(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}

extension StemTable {
    /// Takes in the gates of all plans.
    struct Builder {
        private var gates: [Place: [Gate]] = [:]

        private struct Place: Hashable {
            let partition: UInt32
            let plan: Int
            let kind: Gate.Kind
        }

        /// - Parameter plan: its number among those of the partition.
        mutating func add(_ gate: Gate, _ partition: UInt32, _ plan: Int) {
            guard gate.kind == .prefix || gate.kind == .suffix else { return }
            gates[Place(partition: partition, plan: plan, kind: gate.kind), default: []].append(gate)
        }

        /// - Returns: the filters of all plans.
        func build(_ plans: inout [[PathPlan]]) -> [UInt64] {
            var words: [UInt64] = []
            for (place, gates) in gates {
                var part = Part()
                part.length = UInt8(min(gates.map(\.length).min() ?? 0, 8))
                part.firstWord = UInt32(words.count)
                // 16 bits for each, so that one in 16 others passes.
                var bits = 64
                while bits < gates.count * 16 { bits *= 2 }
                part.shift = UInt8(64 - bits.trailingZeroBitCount)
                words += [UInt64](repeating: 0, count: bits / 64)
                for gate in gates {
                    let bit = StemTable.hash(Self.cut(gate, Int(part.length))) >> UInt64(part.shift)
                    words[Int(part.firstWord) + Int(bit >> 6)] |= 1 << (bit & 63)
                }
                if place.kind == .prefix {
                    plans[Int(place.partition)][place.plan].prefixStems = part
                } else {
                    plans[Int(place.partition)][place.plan].suffixStems = part
                }
            }
            return words
        }

        private static func cut(_ gate: Gate, _ length: Int) -> UInt64 {
            let known = min(Int(gate.length), 8)
            let mask = length == 8 ? UInt64.max : 1 << UInt64(length * 8) - 1
            return gate.kind == .prefix ? gate.stem & mask : gate.stem >> UInt64((known - length) * 8)
        }
    }
}
