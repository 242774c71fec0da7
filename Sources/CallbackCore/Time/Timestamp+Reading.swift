extension Timestamp {
    /// Reads a time as RFC 3339 writes it: `2026-11-22T10:00:00.123Z`, with any offset; a time without an offset and a
    /// date alone, as databases keep them, are taken as UTC.
    ///
    /// What is finer than a millisecond is cut off. A leap second is the first one of the next minute.
    package init?(rfc3339 text: String) {
        var reader = TimeReader(text)
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
            let day = reader.digits(2), let days = CivilDate.daysSince1970(year: year, month: month, day: day)
        else { return nil }
        guard !reader.isAtEnd else {
            self.init(milliseconds: days * 86_400_000)
            return
        }
        guard reader.take("T") || reader.take("t") || reader.take(" "), let hour = reader.digits(2), hour < 24,
            reader.take(":"), let minute = reader.digits(2), minute < 60, reader.take(":"),
            let second = reader.digits(2), second <= 60, let fraction = reader.fraction(),
            let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let seconds = days * 86_400 + (hour * 60 + minute - offset) * 60 + second
        // An offset can lead out of the years that four digits can write.
        guard let whole = Timestamp(secondsSince1970: seconds) else { return nil }
        self.init(milliseconds: whole.milliseconds + fraction)
    }

    /// The time of a number of seconds since 1970; nil where its year would not have four digits.
    package init?(secondsSince1970 seconds: Int64) {
        guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return nil }
        self.init(milliseconds: seconds * 1000)
    }
}

private struct TimeReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digits(_ count: Int) -> Int64? {
        guard position + count <= bytes.count else { return nil }
        var number: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            number = number * 10 + Int64(byte - 0x30)
        }
        position += count
        return number
    }

    /// Milliseconds; zero where there is no fraction, nil where there is a point without digits.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var milliseconds: Int64 = 0
        var count = 0
        while let digit = digits(1) {
            if count < 3 { milliseconds = milliseconds * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 3)..<3 { milliseconds *= 10 }
        return milliseconds
    }

    /// Minutes east of UTC; zero where nothing follows.
    mutating func offset() -> Int64? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let isWest = take("-")
        guard isWest || take("+"), let hours = digits(2), hours < 24, take(":"), let minutes = digits(2), minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }
}

extension CivilDate {
    /// The days from 1970-01-01 to a date; nil where there is no such date.
    static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...12).contains(month), (1...length(ofMonth: month, year: year)).contains(day) else { return nil }
        // As in the other direction, years begin on 1 March here.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
