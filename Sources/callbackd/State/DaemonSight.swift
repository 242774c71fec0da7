import CallbackControl
import CallbackCore

/// What only a running daemon knows of why something waits.
struct DaemonSight {
    /// Targets that it leaves alone at present, with the words why.
    var stops: [TargetName: String] = [:]
    /// What else keeps everything waiting; nil where nothing does.
    var note: String?

    init(_ configuration: Configuration) {
        switch ControlClient(socketPath: configuration.control.socketPath).status() {
        case .answered(let status):
            for target in status.targets {
                let failure = target.lastFailure.map { ", after: \($0)" } ?? ""
                if let until = target.openUntil {
                    stops[TargetName(target.name)] = "the breaker is open; probed at \(until)\(failure)"
                } else if let until = target.throttledUntil {
                    stops[TargetName(target.name)] = "the target asked to be left alone until \(until)\(failure)"
                }
            }
            note = status.stateProblem.map { "the state file cannot be written: \($0)" }
        case .notRunning: note = "no daemon runs: nothing is sent until `callbackd run`"
        case .noPermission: note = "may not ask the daemon which targets it leaves alone at present"
        case .timedOut, .failed: note = "the daemon does not say which targets it leaves alone at present"
        }
    }
}
