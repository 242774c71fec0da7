package import CallbackCore
package import CallbackRules
package import CallbackStore

/// What a replay would send, counted without sending it.
package struct ReplayForecast: Sendable {
    /// Deliveries by rule; what no rule sends there stands under `RuleName.unruled`.
    package private(set) var deliveries: [RuleName: Int64] = [:]
    /// Events of the time and kind that are asked for.
    package private(set) var events: Int64 = 0
    /// Events whose text is gone.
    package private(set) var bare: Int64 = 0
    /// Events of which nothing is made.
    package private(set) var leftOut: Int64 = 0

    package var total: Int64 { deliveries.values.reduce(0, +) }

    /// Looks at the journal page by page.
    package init(_ request: ReplayRequest, book: RuleBook, queries: StateQueries) throws {
        let judge = ReplayJudge(request, book: book)
        let last = try queries.lastSequence()
        var position: Int64 = 0
        while true {
            let page = try queries.replayable(request, after: position, upTo: last)
            guard let end = page.last?.event.sequence else { return }
            position = end
            for found in page {
                let verdict = judge.verdict(on: found)
                events += 1
                if verdict.isBare { bare += 1 }
                if verdict.isLeftOut { leftOut += 1 }
                for delivery in verdict.deliveries { deliveries[delivery.rule, default: 0] += 1 }
            }
        }
    }
}
