import CallbackCore
import CallbackRules
import CallbackStore

/// Goes through the recorded events of a span, page by page, and lets a plan compare each of them.
struct PlanReplay {
    let queries: StateQueries
    let span: JournalSpan
    /// The rule book in force: the URLs of "before" are its own.
    let current: RuleBook

    /// A rule book that is not there any more: how many events it judged, and why it cannot be had.
    struct MissingBook {
        var events: Int
        let reason: String
    }

    struct Result {
        var plan: RulePlan
        let reach: JournalReach
        var missingBooks: [Int64: MissingBook] = [:]
        /// Events whose text is not what it must be.
        var unreadable = 0
        /// Events whose text retention has removed.
        var pastRetention = 0
    }

    /// - Throws: `StateError` where the state file cannot be read.
    func run(_ plan: RulePlan) throws -> Result {
        var result = Result(plan: plan, reach: try queries.reach(of: span))
        guard let last = result.reach.latest?.sequence else { return result }
        var books = KeptBooks(queries)
        var editions: [Int64: RuleEdition] = [:]
        var position: Int64 = 0
        while true {
            let page = try queries.recorded(in: span, after: position, upTo: last)
            guard let end = page.last?.event.sequence else { return result }
            position = end
            for recorded in page {
                guard !recorded.event.body.isEmpty else {
                    result.pastRetention += 1
                    continue
                }
                if editions[recorded.book] == nil {
                    switch try books.book(recorded.book) {
                    case .missing(let reason):
                        result.missingBooks[recorded.book, default: MissingBook(events: 0, reason: reason)].events += 1
                        continue
                    case .found(let book):
                        // One at a time: versions follow each other.
                        editions = [recorded.book: RuleEdition(kept: book, current: current)]
                    }
                }
                guard let before = editions[recorded.book] else { continue }
                do throws(RenderingError) {
                    try result.plan.compare(recorded.event, from: recorded.source, before: before)
                } catch {
                    result.unreadable += 1
                }
            }
        }
    }
}
