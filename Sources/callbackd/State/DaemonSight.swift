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
                guard let until = target.coolingUntil else { continue }
                let failure = target.lastFailure.map { ", after: \($0)" } ?? ""
                stops[TargetName(target.name)] = "the target seems to be down; tried again at \(until)\(failure)"
            }
            note = status.stateProblem.map { "the state file cannot be written: \($0)" }
        case .notRunning: note = "no daemon runs: nothing is sent until `callbackd run`"
        case .noPermission: note = "may not ask the daemon which targets it leaves alone at present"
        case .timedOut, .failed: note = "the daemon does not say which targets it leaves alone at present"
        }
    }
}
