import CallbackCore
import HookProtocol

/// What the end of a verifying program means: 0 the delivery was processed, 1 it was not, all else no answer.
struct CommandAnswerMeaning {
    var answer: VerifyAnswer
    var code: Int?
    var reason: String
    var concernsTarget = false

    init(_ end: HookReport.End, timeout: Duration) {
        if case .exited(let number) = end {
            code = Int(number)
            answer = number == 0 ? .processed : number == 1 ? .notProcessed : .unknown
            reason = "asked: exit code \(number)"
            return
        }
        let meaning = CommandOutcome(end, timeout: timeout)
        (answer, reason, concernsTarget) = (.unknown, "asked: \(meaning.reason)", meaning.concernsTarget)
    }
}
