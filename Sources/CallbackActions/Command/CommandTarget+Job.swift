import CallbackCore
import HookProtocol

extension CommandTarget {
    /// What the hook runner is given for one attempt.
    func job(_ attempt: Attempt, id: UInt64) -> HookJob {
        HookJob(
            id: id,
            arguments: attempt.rendering?.arguments ?? arguments,
            environment: CommandEnvironment(attempt: attempt, target: self).variables,
            stdin: attempt.event.body,
            deadline: timeout,
            grace: grace,
            outputLimit: outputLimit,
            surroundings: surroundings
        )
    }
}
