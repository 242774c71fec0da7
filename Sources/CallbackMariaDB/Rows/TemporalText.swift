/// Dates and times as the server prints them.
struct TemporalText {
    private var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var count = 0

    private init() {}

    /// `YYYY-MM-DD` of a DATE: five bits of the day, four of the month, the rest of the year.
    static func date(_ packed: UInt64) -> String {
        var text = TemporalText()
        text.putDate(year: Int(packed >> 9), month: Int(packed >> 5 & 15), day: Int(packed & 31))
        return text.string
    }

    /// A DATETIME of five bytes: year and month as one number of base 13, then day, hour, minute and second.
    static func datetime(_ packed: UInt64, microseconds: Int, digits: Int) throws(EventDamage) -> String {
        guard packed >= 0x80_0000_0000 else { throw EventDamage("a DATETIME value is negative") }
        let packed = packed - 0x80_0000_0000
        let months = Int(packed >> 22)
        var text = TemporalText()
        text.putDate(year: months / 13, month: months % 13, day: Int(packed >> 17 & 31))
        text.put(UInt8(ascii: " "))
        text.putTime(hour: Int(packed >> 12 & 31), minute: Int(packed >> 6 & 63), second: Int(packed & 63))
        text.putFraction(microseconds, digits: digits)
        return text.string
    }

    /// A DATETIME as the decimal number YYYYMMDDhhmmss.
    static func datetime(decimal: UInt64) throws(EventDamage) -> String {
        guard decimal <= 99_991_231_235_959 else { throw EventDamage("a DATETIME value is none") }
        let date = Int(decimal / 1_000_000)
        let time = Int(decimal % 1_000_000)
        var text = TemporalText()
        text.putDate(year: date / 10_000, month: date / 100 % 100, day: date % 100)
        text.put(UInt8(ascii: " "))
        text.putTime(hour: time / 10_000, minute: time / 100 % 100, second: time % 100)
        return text.string
    }

    /// A TIMESTAMP in UTC. Zero is the server's "zero date", which is no time at all.
    static func timestamp(seconds: UInt64, microseconds: Int, digits: Int) -> String {
        var text = TemporalText()
        if seconds == 0 && microseconds == 0 {
            text.putDate(year: 0, month: 0, day: 0)
            text.put(UInt8(ascii: " "))
            text.putTime(hour: 0, minute: 0, second: 0)
        } else {
            let date = civil(days: Int(seconds / 86_400))
            let second = Int(seconds % 86_400)
            text.putDate(year: date.year, month: date.month, day: date.day)
            text.put(UInt8(ascii: " "))
            text.putTime(hour: second / 3600, minute: second / 60 % 60, second: second % 60)
        }
        text.putFraction(microseconds, digits: digits)
        return text.string
    }

    /// A TIME as a number of 48 bits, its last 24 the microseconds; hours in ten bits, minutes and seconds in six.
    static func time(_ packed: Int64, digits: Int) -> String {
        let magnitude = Int(packed.magnitude)
        let whole = magnitude >> 24
        return time(
            isNegative: packed < 0, hour: whole >> 12 & 1023, minute: whole >> 6 & 63, second: whole & 63,
            microseconds: magnitude & 0xFF_FFFF, digits: digits)
    }

    /// A TIME as the decimal number hhmmss.
    static func time(decimal: Int64) -> String {
        let magnitude = Int(decimal.magnitude)
        return time(
            isNegative: decimal < 0, hour: magnitude / 10_000, minute: magnitude / 100 % 100, second: magnitude % 100,
            microseconds: 0, digits: 0)
    }

    private static func time(
        isNegative: Bool, hour: Int, minute: Int, second: Int, microseconds: Int, digits: Int
    ) -> String {
        var text = TemporalText()
        if isNegative { text.put(UInt8(ascii: "-")) }
        text.putTime(hour: hour, minute: minute, second: second)
        text.putFraction(microseconds, digits: digits)
        return text.string
    }

    private mutating func putDate(year: Int, month: Int, day: Int) {
        put(year / 100)
        put(year % 100)
        put(UInt8(ascii: "-"))
        put(month)
        put(UInt8(ascii: "-"))
        put(day)
    }

    private mutating func putTime(hour: Int, minute: Int, second: Int) {
        if hour > 99 { put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: hour / 100 % 10)) }
        put(hour % 100)
        put(UInt8(ascii: ":"))
        put(minute)
        put(UInt8(ascii: ":"))
        put(second)
    }

    private mutating func putFraction(_ microseconds: Int, digits: Int) {
        guard digits > 0 else { return }
        put(UInt8(ascii: "."))
        var divisor = 100_000
        for _ in 0..<min(digits, 6) {
            put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: microseconds / divisor % 10))
            divisor /= 10
        }
    }

    /// Two digits.
    private mutating func put(_ number: Int) {
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10 % 10))
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    private mutating func put(_ byte: UInt8) {
        withUnsafeMutableBytes(of: &bytes) { bytes in
            guard count < bytes.count else { return }
            bytes[count] = byte
        }
        count += 1
    }

    private var string: String {
        withUnsafeBytes(of: bytes) { String(decoding: $0.prefix(count), as: UTF8.self) }
    }

    /// The date of a day since 1970, by Howard Hinnant's `civil_from_days`.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
