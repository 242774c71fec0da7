import CallbackTestKit
import Glibc
import Synchronization

/// What a billing system keeps: which deliveries it has processed, and how often. It answers the question after them.
final class ProcessingReceiver: Sendable {
    /// What it does with a delivery.
    enum Conduct: Sendable {
        /// Processes it and answers so.
        case answers
        /// Processes it and cuts the connection.
        case processesAndCuts
        /// Cuts the connection unread.
        case cuts
        /// Processes it and answers with this status, as a gateway does that has lost its patience.
        case processesAndAnswers(Int)
    }

    private struct Content {
        var processed: [String: Int] = [:]
        /// Each request by its `webhook-id`, questions left out.
        var seen: [String: Int] = [:]
        /// Requests so far, questions left out.
        var count = 0
        var questions: [LoopbackRequest] = []
        /// The process that is killed once a delivery was processed.
        var victim: Int32?
    }

    private let content = Mutex(Content())
    /// From the number of the request, from 1, and the request itself.
    private let conduct: @Sendable (Int, LoopbackRequest) -> Conduct
    /// What is answered to the n-th question instead of the truth.
    private let answer: @Sendable (Int) -> LoopbackAnswer?

    init(
        answer: @escaping @Sendable (Int) -> LoopbackAnswer? = { _ in nil },
        conduct: @escaping @Sendable (Int, LoopbackRequest) -> Conduct
    ) {
        self.conduct = conduct
        self.answer = answer
    }

    /// How often each delivery was processed.
    var processed: [String: Int] { content.withLock { $0.processed } }
    /// How often each delivery came.
    var seen: [String: Int] { content.withLock { $0.seen } }
    var questions: [LoopbackRequest] { content.withLock { $0.questions } }

    /// Once a delivery was processed, this process dies before it can hear of it.
    func kills(_ process: Int32?) { content.withLock { $0.victim = process } }

    var script: LoopbackReceiver.Script {
        { [self] request in
            let id = request.header("webhook-id") ?? ""
            return content.withLock { content in
                if request.method == "GET" {
                    content.questions.append(request)
                    return answer(content.questions.count) ?? .status(content.processed[id] == nil ? 404 : 200)
                }
                content.seen[id, default: 0] += 1
                content.count += 1
                let conduct = conduct(content.count, request)
                if case .cuts = conduct { return .reset }
                content.processed[id, default: 0] += 1
                if let victim = content.victim {
                    content.victim = nil
                    kill(victim, SIGKILL)
                    return .close
                }
                switch conduct {
                case .answers, .cuts: return .status(204)
                case .processesAndCuts: return .close
                case .processesAndAnswers(let status): return .status(status)
                }
            }
        }
    }
}

extension Scenario {
    static let doubtRules = """
        rules:
          - {name: bill, events: [domain.created, domain.updated], deliver: [billing]}
        """

    /// A scenario with one target, which says what becomes of a delivery in doubt.
    convenience init(
        _ receiver: ProcessingReceiver, doubt: String, retry: String = "[200ms, 200ms, 200ms, 200ms]"
    ) throws {
        try self.init(receiver: receiver.script)
        try configure(
            targets: """
                targets:
                  billing:
                    webhook:
                      url: "http://127.0.0.1:${port}/hooks"
                      sign: {scheme: standard-webhooks, secret: billing}
                      headers: {X-Account: "7"}
                    retry: {schedule: \(retry), jitter: 0%}
                    \(doubt)
                """,
            rules: Self.doubtRules)
    }

    /// The outcomes and reasons of all attempts of a delivery, as `deliveries show` gives them.
    func attempts(_ delivery: String) throws -> [(outcome: String, reason: String)] {
        try json("deliveries", "show", delivery)["attempts"].elements.map {
            ($0["outcome"].text ?? "", $0["reason"].text ?? "")
        }
    }
}
