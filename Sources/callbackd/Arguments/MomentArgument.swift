import ArgumentParser
import CallbackCore
import FoundationEssentials

/// A moment: RFC 3339, or a duration that counts back from now.
enum MomentArgument: ExpressibleByArgument, Hashable, Sendable {
    case at(Timestamp)
    case ago(Duration)

    init?(argument: String) {
        if let back = DurationArgument(argument: argument) {
            self = .ago(back.duration)
            return
        }
        let styles = [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()]
        for style in styles {
            do {
                let date = try style.parse(argument)
                self = .at(Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())))
                return
            } catch {
                continue
            }
        }
        return nil
    }

    func timestamp(now: Timestamp) -> Timestamp {
        switch self {
        case .at(let moment): moment
        case .ago(let duration): now + .milliseconds(-duration.milliseconds)
        }
    }
}
