import CallbackCore
import HookProtocol

/// What the end of a hook means for its delivery. Source of the codes: sysexits.h.
struct CommandOutcome {
    var outcome: Outcome
    var code: Int?
    var reason: String
    /// Whether no hook of this target would have fared better.
    var concernsTarget = false
    /// Whether the target wants nothing more.
    var disablesTarget = false

    /// - Parameter statuses: what the target's exit codes mean where they mean something else than usual.
    init(_ end: HookReport.End, timeout: Duration, statuses: StatusTable = StatusTable()) {
        switch end {
        case .exited(let number):
            let number = Int(number)
            let meaning = statuses[number] ?? Self.meaning(of: number)
            code = number
            reason = meaning == .delivered ? "" : Self.words(for: number, isOwn: statuses[number] != nil)
            disablesTarget = meaning == .disable
            outcome =
                switch meaning {
                case .delivered: .delivered
                case .dead: .refused
                case .retry, .disable: .unavailable(retryAfter: nil)
                }
        case .signaled(let signal):
            (outcome, reason) = (.unavailable(retryAfter: nil), "the hook was ended by signal \(Self.name(signal))")
        case .deadline:
            let limit = Double(timeout.milliseconds) / 1000
            reason = "the hook ran longer than its timeout of \(limit) s and was ended with all its children"
            outcome = .unavailable(retryAfter: nil)
        case .cannotStart(let words):
            // A missing file may come back, so this is no reason to give the delivery up.
            (outcome, reason, concernsTarget) = (.unavailable(retryAfter: nil), words, true)
        case .impossible(let words):
            (outcome, reason) = (.refused, words)
        case .runnerLost(let words):
            (outcome, reason, concernsTarget) = (.unavailable(retryAfter: nil), words, true)
        }
    }

    /// What an exit code means unless the target says otherwise.
    static func meaning(of code: Int) -> StatusTable.Meaning {
        switch code {
        case 0: .delivered
        case 65, 78: .dead
        default: .retry
        }
    }

    private static func words(for code: Int, isOwn: Bool) -> String {
        switch code {
        case 65: "the hook says that the event is wrong (exit code 65)"
        case 78: "the hook says that its configuration is wrong (exit code 78)"
        case 75: "the hook asks to be run again later (exit code 75)"
        default:
            isOwn
                ? "the hook ended with exit code \(code), which \"statuses\" of the target makes a failure"
                : "the hook failed with exit code \(code)"
        }
    }

    private static func name(_ signal: Int32) -> String {
        let names: [Int32: String] = [
            1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE",
            14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ", 31: "SYS",
        ]
        return names[signal].map { "\(signal) (\($0))" } ?? "\(signal)"
    }
}
