import CallbackCore
import CallbackRules
import CallbackStore

extension PlanReport {
    /// Something that the answer does not reach.
    struct Limit {
        let kind: String
        let message: String
    }

    /// Where the question goes beyond what is kept or known.
    var limits: [Limit] {
        result.reach.limits(of: span) + missingBooks + unknownTypes + unknownSources + unreadable + pastRetention
    }

    private var missingBooks: [Limit] {
        result.missingBooks.sorted { $0.key < $1.key }.map { version, book in
            Limit(
                kind: "rule-book",
                message: "\(Self.events(book.events)) left out: judged by rule book \(version), and \(book.reason)")
        }
    }

    private var unknownTypes: [Limit] {
        result.plan.unknownTypes.sorted { $0.key < $1.key }.map { type, count in
            Limit(
                kind: "type",
                message: "\(Self.events(count)) of type \(type): no source of \(path) gives it, so no rule can name it")
        }
    }

    private var unknownSources: [Limit] {
        result.plan.unknownSources.sorted { $0.key < $1.key }.map { source, count in
            Limit(
                kind: "source",
                message: "\(Self.events(count)) of source \"\(source)\", which \(path) does not have: judged as if it "
                    + "had, but such events would come no more")
        }
    }

    private var unreadable: [Limit] {
        guard result.unreadable > 0 else { return [] }
        return [Limit(kind: "event", message: "\(Self.events(result.unreadable)) left out: their text cannot be read")]
    }

    private var pastRetention: [Limit] {
        guard result.pastRetention > 0 else { return [] }
        return [
            Limit(
                kind: "retention",
                message: "\(Self.events(result.pastRetention)) left out: their text is past its retention "
                    + "(retention: payloads)")
        ]
    }

    private static func events(_ count: Int) -> String { count == 1 ? "1 event" : "\(count) events" }
}

extension JournalReach {
    /// What of a span the journal does not hold.
    func limits(of span: JournalSpan) -> [PlanReport.Limit] {
        guard let oldest else {
            return [.init(kind: "journal", message: "the journal is empty: nothing has been recorded yet")]
        }
        var limits: [PlanReport.Limit] = []
        var inside = removed
        if oldest.time > span.since {
            // The numbers before the oldest event are told here, and not once more below.
            inside = max(0, removed - (oldest.sequence - 1))
            let gone = oldest.sequence == 2 ? "event 1 was" : "events 1 to \(oldest.sequence - 1) were"
            let message =
                oldest.sequence == 1
                ? "the journal begins at \(oldest.time): nothing was recorded before"
                : "the journal reaches back to \(oldest.time) only: \(gone) removed by retention"
            limits.append(.init(kind: "journal", message: message))
        }
        if inside > 0 {
            let words = inside == 1 ? "1 finished event was" : "\(inside) finished events were"
            limits.append(
                .init(
                    kind: "retention",
                    message: "\(words) removed by retention, which may have been of this time: the answer is without "
                        + "them"))
        }
        if count == 0 { limits.append(.init(kind: "span", message: "the journal holds no event of this time")) }
        return limits
    }
}
