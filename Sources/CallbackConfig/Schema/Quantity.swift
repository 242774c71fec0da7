import CallbackCore

/// Reads the quantities of the configuration: a whole number followed by its unit.
enum Quantity {
    enum Failure: Error, Hashable {
        case unreadable, missingUnit, tooLarge
    }

    /// Ten years: longer waits are slips.
    static let longest = Duration.seconds(3650 * 86_400)

    static func duration(_ text: String) -> Result<Duration, Failure> {
        parts(text).flatMap { number, unit in
            let milliseconds: Int64
            switch unit {
            case "ms": milliseconds = 1
            case "s": milliseconds = 1000
            case "m": milliseconds = 60_000
            case "h": milliseconds = 3_600_000
            case "d": milliseconds = 86_400_000
            case "": return .failure(.missingUnit)
            default: return .failure(.unreadable)
            }
            let (product, overflow) = number.multipliedReportingOverflow(by: milliseconds)
            guard !overflow, .milliseconds(product) <= longest else { return .failure(.tooLarge) }
            return .success(.milliseconds(product))
        }
    }

    static func size(_ text: String) -> Result<Int64, Failure> {
        parts(text).flatMap { number, unit in
            let shift: Int64
            switch unit {
            case "B": shift = 0
            case "KiB": shift = 10
            case "MiB": shift = 20
            case "GiB": shift = 30
            case "TiB": shift = 40
            case "": return .failure(.missingUnit)
            default: return .failure(.unreadable)
            }
            let (product, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
            return overflow ? .failure(.tooLarge) : .success(product)
        }
    }

    /// As a share, 0…1.
    static func percent(_ text: String) -> Result<Double, Failure> {
        parts(text).flatMap { number, unit in
            guard unit == "%" else { return .failure(unit.isEmpty ? .missingUnit : .unreadable) }
            return number <= 100 ? .success(Double(number) / 100) : .failure(.tooLarge)
        }
    }

    static func rate(_ text: String) -> Result<Rate, Failure> {
        parts(text).flatMap { number, unit in
            guard !unit.isEmpty else { return .failure(.missingUnit) }
            guard unit.first == "/", let unit = Rate.Unit(rawValue: String(unit.dropFirst())), number > 0 else {
                return .failure(.unreadable)
            }
            return number <= Rate.most ? .success(Rate(number, per: unit)) : .failure(.tooLarge)
        }
    }

    private static func parts(_ text: String) -> Result<(Int64, Substring), Failure> {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return .failure(.unreadable) }
        guard let number = Int64(digits) else { return .failure(.tooLarge) }
        return .success((number, text.dropFirst(digits.count)))
    }
}
