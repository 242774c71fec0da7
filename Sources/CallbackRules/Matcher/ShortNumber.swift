import CScan

/// Numbers of up to 15 digits without an exponent, which nearly all are: read 8 digits at a time.
enum ShortNumber {
    /// The number; nil where it must be read by `DecimalText`.
    /// - Parameter bytes: a JSON number, behind which 16 bytes can be read.
    static func value(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Double? {
        let isNegative = bytes[0] == UInt8(ascii: "-")
        let start = isNegative ? bytes + 1 : bytes
        let length = isNegative ? count &- 1 : count
        let whole = Int(cscan_digit_count(start))
        guard length <= 16, whole <= length else { return nil }
        var digits = number(start, whole)
        var value: Double
        if whole == length {
            guard whole <= 15 else { return nil }
            value = Double(digits)
        } else {
            let fraction = length &- whole &- 1
            guard start[whole] == UInt8(ascii: "."), fraction > 0, fraction == Int(cscan_digit_count(start + whole + 1))
            else { return nil }
            digits = digits &* cscan_power10(UInt32(truncatingIfNeeded: fraction))
            digits = digits &+ number(start + whole + 1, fraction)
            // Both are exact, so that one division gives the nearest double.
            value = Double(digits) / Double(cscan_power10(UInt32(truncatingIfNeeded: fraction)))
        }
        return isNegative && digits > 0 ? -value : value
    }

    @inline(__always)
    private static func number(_ digits: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        guard count > 8 else { return eight(cscan_load64(digits), count) }
        let rest = count &- 8
        return eight(cscan_load64(digits), 8) &* cscan_power10(UInt32(truncatingIfNeeded: rest))
            &+ eight(cscan_load64(digits + 8), rest)
    }

    /// Up to 8 digits, the first one in the lowest byte: neighbours are put together, then pairs, then fours.
    @inline(__always)
    private static func eight(_ word: UInt64, _ count: Int) -> UInt64 {
        guard count > 0 else { return 0 }
        let digits = (word &- 0x3030_3030_3030_3030) &<< UInt64(truncatingIfNeeded: (8 &- count) &* 8)
        let pairs = digits &* 10 &+ digits &>> 8
        let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = (pairs &>> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (low &+ high) &>> 32
    }
}
