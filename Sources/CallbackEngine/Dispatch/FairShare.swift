import CallbackCore

/// Divides what may be in flight over all targets, so that targets that hang cannot take the slots of the others.
///
/// Each target that has something to do may always have its share of the limit. More than that gets only who has
/// answered lately, and the last eighth of the limit stays free for those that are below their share: so even when many
/// targets stop answering at the same moment, with all that they hold, the others go on.
struct FairShare: Hashable, Sendable {
    /// Who has not answered for so long gets no more than the share.
    static let patience = Duration.seconds(2)

    /// Whether a target has answered lately.
    static func answers(_ last: Timestamp, at now: Timestamp) -> Bool {
        now.milliseconds - last.milliseconds < 2000
    }

    let limit: Int
    /// What each target may always have.
    let share: Int
    /// Up to here a target may have more than its share.
    let generous: Int

    /// - Parameter targets: how many have something in flight or ready.
    init(limit: Int, targets: Int) {
        self.limit = limit
        share = max(1, limit / max(1, targets))
        generous = limit - max(1, limit / 8)
    }

    /// - Parameters:
    ///   - inFlight: what the target has in flight.
    ///   - total: what all targets have.
    ///   - answers: whether the target has answered lately.
    func admits(inFlight: Int, total: Int, answers: Bool) -> Bool {
        guard total < limit else { return false }
        return inFlight < share || (answers && total < generous)
    }
}
