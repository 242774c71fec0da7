import ArgumentParser

/// How many in a time, such as `50/s`, `600/m` or `1000/h`.
struct RateArgument: ExpressibleByArgument, Hashable, Sendable {
    /// Where nobody says otherwise: what no receiver that is up is flooded by.
    static let usual = RateArgument(perSecond: 50)

    let perSecond: Double

    private init(perSecond: Double) { self.perSecond = perSecond }

    init?(argument: String) {
        let units: [(suffix: String, seconds: Double)] = [("/s", 1), ("/m", 60), ("/h", 3600)]
        guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }),
            let count = Int64(argument.dropLast(2)), (1...1_000_000).contains(count)
        else { return nil }
        perSecond = Double(count) / unit.seconds
    }

    /// As the help shows it.
    var defaultValueDescription: String { "\(Int64(perSecond))/s" }
}
