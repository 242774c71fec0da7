import CallbackCore
import CallbackRules
import CallbackStore

/// One replay that goes on, as the replayer remembers it: a little of what it has read, and when it goes on.
struct ReplayProgress {
    private let summary: ReplaySummary
    private let judge: ReplayJudge
    private let book: Int64?
    /// How many deliveries enter the queue together.
    private let batch: Int
    /// Read and not yet written.
    private var verdicts: [ReplayJudge.Verdict] = []
    /// The journal was read up to here.
    private var read: Int64
    private var isAtEnd = false
    /// The step that could not be written because enough of it waits.
    private var refused: ReplayStep?
    /// Monotonic nanoseconds.
    private(set) var next: Int64

    /// - Parameter version: the number of the book that judges.
    init(_ summary: ReplaySummary, book: RuleBook, version: Int64, now: Int64) {
        self.summary = summary
        judge = ReplayJudge(summary.request, book: book)
        self.book = summary.request.sameID ? nil : version
        batch = Int(max(1, min(1000, (summary.request.rate / 10).rounded(.up))))
        read = summary.position
        next = now
    }

    var number: Int64 { summary.number }
    var target: TargetName { summary.target }

    /// The next step, at most one batch; some pages of the journal may be looked at for it.
    mutating func step(_ queries: StateQueries, numbers: [RuleName: Int64]) throws -> ReplayStep {
        if let refused { return refused }
        var pages = 0
        while verdicts.lazy.map(\.deliveries.count).reduce(0, +) < batch, !isAtEnd, pages < 4 {
            pages += 1
            let page = try queries.replayable(summary.request, after: read, upTo: summary.last)
            guard let end = page.last?.event.sequence else {
                isAtEnd = true
                break
            }
            read = end
            verdicts += page.map(judge.verdict)
        }
        return take(numbers)
    }

    private mutating func take(_ numbers: [RuleName: Int64]) -> ReplayStep {
        var step = ReplayStep(replay: summary.number, target: summary.targetNumber, book: book)
        var taken = 0
        for verdict in verdicts {
            guard step.deliveries.count < batch else { break }
            taken += 1
            step.looked += 1
            step.position = verdict.event
            if verdict.isBare { step.bare += 1 }
            if verdict.isLeftOut { step.leftOut += 1 }
            for delivery in verdict.deliveries {
                guard let rule = numbers[delivery.rule] else { continue }
                step.deliveries.append(
                    .init(
                        event: verdict.event, rule: rule, lane: delivery.lane,
                        cause: ReplayCause.text(summary.number, repeating: delivery.original)))
            }
        }
        verdicts.removeFirst(taken)
        if verdicts.isEmpty { step.position = isAtEnd ? summary.last : read }
        step.isLast = isAtEnd && verdicts.isEmpty
        return step
    }

    /// The step is on disk.
    /// - Parameter made: how many deliveries it has made.
    mutating func took(_ made: Int, now: Int64) {
        refused = nil
        next = now + Int64(Double(made) / summary.request.rate * 1_000_000_000)
    }

    /// Enough of it waits: the same step is tried again in a moment.
    mutating func wait(with step: ReplayStep, now: Int64) {
        refused = step
        next = now + 250_000_000
    }
}
