package import CallbackCore
package import CallbackRules
package import CallbackStore

/// Decides what an event of the journal comes to in a replay.
package struct ReplayJudge: Sendable {
    /// One delivery that a replay makes.
    package struct Delivery: Hashable, Sendable {
        package var rule: RuleName
        package var lane: LaneKey?
        /// The cause of the delivery that is repeated; nil for a new one.
        package var original: String?
    }

    /// What one event comes to.
    package struct Verdict: Hashable, Sendable {
        package var event: Int64
        package var deliveries: [Delivery] = []
        /// Its text is gone, or cannot be read.
        package var isBare = false
        /// Nothing is made of it, because it is not asked for.
        package var isLeftOut: Bool { deliveries.isEmpty && !isBare }
    }

    private let request: ReplayRequest
    private let target: TargetName
    private let book: RuleBook

    /// - Parameter book: whose rules decide; deliveries that repeat others do not ask it.
    package init(_ request: ReplayRequest, book: RuleBook) {
        self.request = request
        target = TargetName(request.target)
        self.book = book
    }

    package func verdict(on found: ReplayableEvent) -> Verdict {
        var verdict = Verdict(event: found.event.sequence)
        guard !found.isBare else {
            verdict.isBare = true
            return verdict
        }
        if request.sameID {
            verdict.deliveries = found.originals.filter { isWanted($0.rule) }
                .map { Delivery(rule: $0.rule, lane: $0.lane, original: $0.cause) }
            return verdict
        }
        do throws(RenderingError) {
            let matches = try book.replayed(found.event, to: target)
            verdict.deliveries = matches.filter { isWanted($0.rule) }.map { Delivery(rule: $0.rule, lane: $0.lane) }
            if matches.isEmpty, request.rule == nil, !request.onlyMatched {
                let lane = LaneKey(orderingKey: found.event.subject)
                verdict.deliveries = [Delivery(rule: .unruled, lane: lane)]
            }
        } catch {
            verdict.isBare = true
        }
        return verdict
    }

    private func isWanted(_ rule: RuleName) -> Bool { request.rule.map { RuleName($0) == rule } ?? true }
}
