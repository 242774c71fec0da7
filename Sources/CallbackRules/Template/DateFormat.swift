package import CallbackCore

/// How the filter `date` writes a time: a format of letters, or the name of a standard. Always UTC.
package enum DateFormat: Hashable, Sendable {
    /// `2026-11-22T10:00:00.123Z`.
    case rfc3339
    /// Whole seconds since 1970, as a number.
    case unix
    /// `Sun, 22 Nov 2026 10:00:00 GMT`, as HTTP headers have it.
    case http
    case pattern([Piece])

    package enum Piece: Hashable, Sendable {
        case field(Field)
        case text(String)
    }

    /// The letters that stand for parts of a time.
    package enum Field: String, CaseIterable, Sendable {
        case year = "yyyy"
        case shortYear = "yy"
        case monthName = "MMM"
        case month = "MM"
        case shortMonth = "M"
        case day = "dd"
        case shortDay = "d"
        case weekdayName = "EEE"
        case hour = "HH"
        case minute = "mm"
        case second = "ss"
        case millisecond = "SSS"
    }

    /// Why a format cannot be understood.
    package struct Problem: Error, Hashable {
        package let message: String
        package let label: String?
    }

    package static let help =
        "yyyy yy MMM MM M dd d EEE HH mm ss SSS, other letters between single quotes; or rfc3339, unix, http"

    package init(_ text: String) throws(Problem) {
        switch text {
        case "rfc3339": self = .rfc3339
        case "unix": self = .unix
        case "http": self = .http
        default: self = .pattern(try Self.pieces(text))
        }
    }

    /// The time as a text; as a number where the format is `unix`.
    package func value(of time: Timestamp) -> JSONValue {
        switch self {
        case .rfc3339: return .string(time.description)
        case .unix: return .integer(time.seconds)
        case .http: return .string(Self.written(Self.httpPieces, TimeParts(time)))
        case .pattern(let pieces): return .string(Self.written(pieces, TimeParts(time)))
        }
    }

    private static let httpPieces: [Piece] = [
        .field(.weekdayName), .text(", "), .field(.day), .text(" "), .field(.monthName), .text(" "), .field(.year),
        .text(" "), .field(.hour), .text(":"), .field(.minute), .text(":"), .field(.second), .text(" GMT"),
    ]

    private static func written(_ pieces: [Piece], _ time: TimeParts) -> String {
        pieces.reduce(into: "") { result, piece in
            switch piece {
            case .text(let text): result += text
            case .field(let field): result += field.text(of: time)
            }
        }
    }
}

// MARK: Reading

extension DateFormat {
    private static func pieces(_ text: String) throws(Problem) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "'" {
                guard let (literal, length) = quoted(rest) else {
                    throw Problem(message: "a single quote is not closed in the date format \"\(text)\"", label: nil)
                }
                pieces.append(.text(literal))
                rest = rest.dropFirst(length)
            } else if first.isASCII, first.isLetter {
                let letters = String(rest.prefix { $0 == first })
                guard let field = Field(rawValue: letters) else { throw unknown(letters, in: text) }
                pieces.append(.field(field))
                rest = rest.dropFirst(letters.count)
            } else {
                pieces.append(.text(String(first)))
                rest = rest.dropFirst()
            }
        }
        guard pieces.contains(where: { if case .field = $0 { true } else { false } }) else {
            throw Problem(message: "the date format \"\(text)\" writes nothing of a time", label: nil)
        }
        guard !pieces.contains(.field(.minute)) || pieces.contains(.field(.hour)) else {
            throw Problem(
                message: "the date format \"\(text)\" has minutes (mm) without hours", label: "MM is the month")
        }
        return pieces
    }

    /// The text between single quotes, and how many characters it takes with them; two quotes in a row are one.
    private static func quoted(_ rest: Substring) -> (text: String, length: Int)? {
        guard rest.hasPrefix("''") == false else { return ("'", 2) }
        var text = ""
        var body = rest.dropFirst()
        while let character = body.first {
            if body.hasPrefix("''") {
                body = body.dropFirst()
            } else if character == "'" {
                return (text, rest.count - body.count + 1)
            }
            text.append(character)
            body = body.dropFirst()
        }
        return nil
    }

    private static let slips = [
        "YYYY": "yyyy", "YY": "yy", "Y": "yyyy", "y": "yyyy", "DD": "dd", "D": "d", "hh": "HH", "h": "HH", "H": "HH",
        "m": "mm", "s": "ss", "S": "SSS", "SS": "SSS", "MMMM": "MMM", "EEEE": "EEE", "E": "EEE", "Z": "'Z'", "T": "'T'",
    ]

    private static func unknown(_ letters: String, in text: String) -> Problem {
        Problem(
            message: "the date format \"\(text)\" has \"\(letters)\", which stands for nothing",
            label: slips[letters].map { "did you mean \($0)?" })
    }
}

// MARK: Writing

extension DateFormat.Field {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    fileprivate func text(of time: TimeParts) -> String {
        switch self {
        case .year: digits(time.year, 4)
        case .shortYear: digits(time.year % 100, 2)
        case .monthName: Self.months[Int(time.month) - 1]
        case .month: digits(time.month, 2)
        case .shortMonth: digits(time.month, 1)
        case .day: digits(time.day, 2)
        case .shortDay: digits(time.day, 1)
        case .weekdayName: Self.weekdays[Int(time.weekday)]
        case .hour: digits(time.hour, 2)
        case .minute: digits(time.minute, 2)
        case .second: digits(time.second, 2)
        case .millisecond: digits(time.millisecond, 3)
        }
    }

    private func digits(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
