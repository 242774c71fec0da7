import CallbackCore
import CallbackStore

/// How states look: what needs a person is red, what waits is yellow.
extension DeliveryState {
    var style: Palette.Style? {
        switch self {
        case .delivered: .green
        case .dead, .uncertain: .red
        case .deferred, .held, .parked: .yellow
        case .pending, .discarded, .cancelled: nil
        }
    }
}

extension DeliverySummary {
    /// The state with what it waits for.
    var words: String {
        if let reason { return "\(state.rawValue) (\(reason.rawValue))" }
        if let due { return "\(state.rawValue) until \(due)" }
        return state.rawValue
    }
}

extension Table {
    /// Deliveries as every list shows them.
    init(_ deliveries: [DeliverySummary]) {
        self.init("DELIVERY", "TYPE", "SUBJECT", "RULE", "TARGET", "ATTEMPTS", "STATE")
        for delivery in deliveries {
            add(
                Cell(delivery.id.description, .bold), Cell(delivery.type.rawValue), Cell(delivery.subject),
                Cell(delivery.rule.rawValue), Cell(delivery.target.rawValue), Cell("\(delivery.attempts)"),
                Cell(delivery.words, delivery.state.style))
        }
    }

    /// What waits for more than its turn, with the reason.
    init(stuck deliveries: [StuckDelivery], now: Timestamp) {
        self.init("DELIVERY", "TYPE", "SUBJECT", "RULE", "TARGET", "AGE", "STATE", "WHY")
        for delivery in deliveries {
            let summary = delivery.summary
            add(
                Cell(summary.id.description, .bold), Cell(summary.type.rawValue), Cell(summary.subject),
                Cell(summary.rule.rawValue), Cell(summary.target.rawValue),
                Cell(delivery.since.map { Self.age($0, now) } ?? "-"),
                Cell(summary.state.rawValue, summary.state.style), Cell(delivery.reason.words))
        }
    }

    /// An age in its largest unit.
    private static func age(_ since: Timestamp, _ now: Timestamp) -> String {
        let seconds = max(0, now.milliseconds - since.milliseconds) / 1000
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }
}
