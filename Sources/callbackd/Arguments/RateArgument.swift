import ArgumentParser
import CallbackCore

/// How many in a time, such as `50/s`, `600/m` or `1000/h`.
struct RateArgument: ExpressibleByArgument, Hashable, Sendable {
    /// Where nobody says otherwise: what no receiver that is up is flooded by.
    static let usual = RateArgument(rate: Rate(50, per: .second))

    let rate: Rate

    var perSecond: Double { Double(rate.count) / Double(rate.unit.duration.components.seconds) }

    private init(rate: Rate) { self.rate = rate }

    init?(argument: String) {
        guard let unit = Rate.Unit.allCases.first(where: { argument.hasSuffix("/\($0.rawValue)") }),
            let count = Int64(argument.dropLast(2)), (1...Rate.most).contains(count)
        else { return nil }
        rate = Rate(count, per: unit)
    }

    /// As the help shows it.
    var defaultValueDescription: String { rate.description }
}
