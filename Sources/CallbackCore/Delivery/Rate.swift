/// How many attempts may begin in a time, such as `50/s`.
package struct Rate: Hashable, Sendable, CustomStringConvertible {
    package enum Unit: String, CaseIterable, Sendable {
        case second = "s"
        case minute = "m"
        case hour = "h"

        package var duration: Duration {
            switch self {
            case .second: .seconds(1)
            case .minute: .minutes(1)
            case .hour: .hours(1)
            }
        }
    }

    /// More than this in a second is no limit that anybody could feel.
    package static let most: Int64 = 1_000_000

    /// At least 1.
    package var count: Int64
    package var unit: Unit

    package init(_ count: Int64, per unit: Unit) {
        self.count = max(1, count)
        self.unit = unit
    }

    /// The time between two attempts at an even pace, in nanoseconds.
    package var interval: Int64 { max(1, unit.duration.nanoseconds / count) }

    package var description: String { "\(count)/\(unit.rawValue)" }
}
