package import CallbackCore

/// The numbers under which states, reasons and outcomes stand in the tables. They never change: files outlive versions.
extension DeliveryState {
    /// `parked` has none: it is what a pending delivery is called whose rule or target is gone.
    var code: Int64 {
        switch self {
        case .pending, .parked: 0
        case .deferred: 1
        case .held: 2
        case .uncertain: 4
        case .delivered: 5
        case .dead: 6
        case .discarded: 7
        case .cancelled: 8
        }
    }

    init(code: Int64) {
        self =
            switch code {
            case 1: .deferred
            case 2: .held
            case 4: .uncertain
            case 5: .delivered
            case 6: .dead
            case 7: .discarded
            case 8: .cancelled
            default: .pending
            }
    }
}

extension DeadReason {
    var code: Int64 {
        switch self {
        case .refused: 1
        case .exhausted: 2
        case .expired: 3
        case .uncertain: 4
        }
    }

    init?(code: Int64) {
        switch code {
        case 1: self = .refused
        case 2: self = .exhausted
        case 3: self = .expired
        case 4: self = .uncertain
        default: return nil
        }
    }
}

/// What an attempt came to, as the attempts table keeps it.
package enum RecordedOutcome: Int64, Sendable {
    case delivered = 0
    case refused = 1
    case unavailable = 2
    case uncertain = 3
    /// Begun, without an outcome so far.
    case sending = 10
    /// Asked, and the delivery was processed.
    case processed = 11
    /// Asked, and it was not.
    case notProcessed = 12
    /// Asked in vain.
    case unanswered = 13

    init(_ outcome: Outcome) {
        self =
            switch outcome {
            case .delivered: .delivered
            case .refused: .refused
            case .unavailable: .unavailable
            case .uncertain: .uncertain
            }
    }

    package var word: String {
        switch self {
        case .delivered: "delivered"
        case .refused: "refused"
        case .unavailable: "unavailable"
        case .uncertain: "uncertain"
        case .sending: "sending"
        case .processed: "processed"
        case .notProcessed: "not processed"
        case .unanswered: "unanswered"
        }
    }

    /// What the attempt did.
    package var kind: AttemptKind {
        switch self {
        case .delivered, .refused, .unavailable, .uncertain, .sending: .send
        case .processed, .notProcessed, .unanswered: .verify
        }
    }
}

extension RecordedOutcome {
    /// What an answer is recorded as.
    package init(_ answer: VerifyAnswer) {
        self =
            switch answer {
            case .processed: .processed
            case .notProcessed: .notProcessed
            case .unknown: .unanswered
            }
    }
}
