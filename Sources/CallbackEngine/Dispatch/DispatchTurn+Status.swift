import CallbackCore

/// What `callbackd status` says of a target.
extension DispatchTurn {
    func statusLine(_ line: Line) -> DaemonStatus.TargetLine {
        let now = clock.now()
        func later(_ time: Timestamp?) -> String? { time.flatMap { $0 > now ? $0.description : nil } }
        var status = DaemonStatus.TargetLine(
            name: line.name.rawValue, kind: line.target.settings.kind, paused: line.isPaused, inFlight: line.inFlight,
            delivered: line.delivered, failedAttempts: line.failedAttempts, dead: line.dead,
            openUntil: line.health.openUntil?.description, throttledUntil: later(line.health.throttledUntil),
            disabled: line.health.disabled.map {
                .init(reason: $0.reason.rawValue, words: $0.words, since: "\($0.since)")
            },
            lastFailure: line.lastFailure, remarks: line.target.remarks)
        status.healed = line.healed
        return status
    }
}
