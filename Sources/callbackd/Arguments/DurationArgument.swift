import ArgumentParser
import CallbackCore

/// A duration as the configuration writes it: `500ms`, `60s`, `5m`, `2h`, `3d`.
struct DurationArgument: ExpressibleByArgument, Hashable, Sendable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        let units: [(suffix: String, milliseconds: Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        guard let unit = units.first(where: { argument.hasSuffix($0.suffix) }),
            let count = Int64(argument.dropLast(unit.suffix.count)), (0...1_000_000).contains(count)
        else { return nil }
        duration = .milliseconds(count * unit.milliseconds)
    }

    /// Shown as the default of an option.
    var defaultValueDescription: String {
        let seconds = duration.milliseconds / 1000
        return seconds % 86_400 == 0 ? "\(seconds / 86_400)d" : "\(seconds)s"
    }
}
