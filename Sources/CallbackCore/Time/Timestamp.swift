/// A moment of wall-clock time in whole milliseconds since 1970-01-01 UTC.
package struct Timestamp: Hashable, Sendable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// Saturates at the ends of time instead of jumping to the other one.
    package static func + (left: Self, right: Duration) -> Self {
        let (sum, isPast) = left.milliseconds.addingReportingOverflow(right.milliseconds)
        return Self(milliseconds: isPast ? (right < .zero ? .min : .max) : sum)
    }

    package static func - (left: Self, right: Self) -> Duration {
        let (difference, isTooLong) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return .milliseconds(isTooLong ? (left < right ? .min : .max) : difference)
    }

    /// Whole seconds since 1970, rounded down, as Standard Webhooks wants them.
    package var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds + 1) / 1000 - 1 }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, such as `2026-11-22T10:00:00.123Z`.
    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the RFC 3339 text. Years outside 0…9999 are clamped: the format cannot hold them.
    package func appendRFC3339(to bytes: inout [UInt8]) {
        let earliest: Int64 = -62_167_219_200_000
        let latest: Int64 = 253_402_300_799_999
        let clamped = min(max(milliseconds, earliest), latest)
        var days = clamped / 86_400_000
        var rest = clamped % 86_400_000
        if rest < 0 {
            rest += 86_400_000
            days -= 1
        }
        let date = CivilDate(daysSince1970: days)
        bytes.appendDigits(date.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(date.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(date.day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendDigits(rest / 3_600_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(rest / 60_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(rest / 1000 % 60, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.appendDigits(rest % 1000, width: 3)
        bytes.append(UInt8(ascii: "Z"))
    }
}

/// A date of the proleptic Gregorian calendar, without time zone.
struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    /// The algorithm counts years from 1 March, so that a leap day is the last day of its year.
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension Array where Element == UInt8 {
    /// Appends a non-negative number in decimal, padded with zeros to `width`.
    package mutating func appendDigits(_ value: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<Swift.max(width, 1) { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
