package import CallbackCore
package import CallbackStore
package import Logging

extension StateFile {
    /// Decides what becomes of the attempts that the last life began and whose ends nobody knows.
    package func recover(
        _ targets: [TargetSettings], _ registry: Registry, now: Timestamp
    ) throws -> IntentRecovery {
        let byName = Dictionary(targets.map { ($0.name, $0) }) { first, _ in first }
        return try recoverIntents(now: now) { number, attempt in
            guard let name = registry.targetNames[number], let target = byName[name], target.onDoubt == .ask else {
                return nil
            }
            return Verification.wait(afterAttempt: attempt, retry: target.retry, random: Double.random(in: 0..<1))
        }
    }
}

extension IntentRecovery {
    /// Tells the operator what was found.
    package func log(to logger: Logger) {
        func tell(_ words: String, _ deliveries: [DeliveryID], level: Logger.Level) {
            guard !deliveries.isEmpty else { return }
            let named = deliveries.prefix(10).map(\.description).joined(separator: " ")
            let more = deliveries.count > 10 ? " and \(deliveries.count - 10) more" : ""
            logger.log(level: level, "\(words): \(named)\(more)", metadata: ["count": "\(deliveries.count)"])
        }
        tell("under way at the end of the last run, sent again", sentAgain, level: .notice)
        tell("under way at the end of the last run, verified before anything is sent", uncertain, level: .notice)
        tell("under way at the end of the last run and perhaps processed, dead letters", dead, level: .warning)
        tell(
            "under way at \(Self.patience) ends in a row, held; look at them, then callbackd deliveries release",
            held, level: .error)
    }
}
