/// Where a delivery stands. *Active* is missing: that is known in memory only.
package enum DeliveryState: String, Sendable, CaseIterable {
    case pending, deferred, held, parked, uncertain
    case delivered, dead, discarded, cancelled

    /// Whether nothing is owed any more, so that the lane goes on.
    package var isFinished: Bool {
        switch self {
        case .delivered, .dead, .discarded, .cancelled: true
        case .pending, .deferred, .held, .parked, .uncertain: false
        }
    }
}

/// Why a delivery stands in the dead letters.
package enum DeadReason: String, Sendable, CaseIterable {
    /// The target said that it will never take it.
    case refused
    /// Every attempt of its schedule failed.
    case exhausted
    /// Its time to live ran out.
    case expired
    /// Nobody can know whether the target took it.
    case uncertain

    /// The reason as a sentence says it.
    package var words: String {
        switch self {
        case .refused: "the target will never take it"
        case .exhausted: "every attempt of its schedule failed"
        case .expired: "its time to live ran out"
        case .uncertain: "nobody can know whether the target took it"
        }
    }
}
