package import CallbackCore

/// The `Retry-After` header: seconds, or a date in one of HTTP's three formats (RFC 9110, 5.6.7 and 10.2.3).
package enum RetryAfter {
    /// No receiver stops a delivery for longer than this.
    package static let longest = Duration.hours(24)
    /// Beyond this the value is taken for a mistake.
    private static let credible: Int64 = 366 * 86_400

    /// How long to wait from `now`, at most 24 hours; `nil` for a value that is past, beyond a year, or no such value.
    package static func wait(_ text: String, now: Timestamp) -> Duration? {
        guard let seconds = seconds(text) ?? date(text).map({ $0 - now.seconds }) else { return nil }
        guard seconds >= 0, seconds <= credible else { return nil }
        return min(.seconds(seconds), longest)
    }

    private static func seconds(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// Seconds since 1970.
    private static func date(_ text: String) -> Int64? {
        let words = text.split { $0 == " " || $0 == "-" || $0 == "," }.map(String.init)
        switch words.count {
        // Sun, 06 Nov 1994 08:49:37 GMT and Sunday, 06-Nov-94 08:49:37 GMT
        case 6 where words[5] == "GMT":
            return moment(year: words[3], month: words[2], day: words[1], time: words[4])
        // Sun Nov  6 08:49:37 1994
        case 5:
            return moment(year: words[4], month: words[1], day: words[2], time: words[3])
        default:
            return nil
        }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func moment(year: String, month: String, day: String, time: String) -> Int64? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0)) }
        guard let index = months.firstIndex(of: month), let day = number(day), var year = number(year),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        guard (1970...9999).contains(year) else { return nil }
        return days(year, Int64(index) + 1, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func number(_ text: String) -> Int64? {
        guard (1...4).contains(text.utf8.count) else { return nil }
        return seconds(text)
    }

    /// Days since 1970 of a date of the Gregorian calendar. Years begin in March here, so that a leap day is the last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
