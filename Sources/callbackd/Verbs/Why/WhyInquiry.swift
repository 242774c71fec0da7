import CallbackCore
import CallbackRules
import CallbackStore

/// Asks the state file and the rule books of then and now about events.
struct WhyInquiry {
    private let queries: StateQueries
    private let current: CurrentNames
    private let configured: RuleBook
    private let since: [Int64: Timestamp]
    /// The version in force: the latest one that the daemon has kept.
    private let versionNow: Int64?
    private var books: KeptBooks

    /// - Parameter configured: the rules as the configuration file has them.
    init(_ state: OpenedState, configured: RuleBook) throws {
        queries = state.queries
        current = state.current
        self.configured = configured
        let kept = try queries.books()
        since = Dictionary(kept.map { ($0.version, $0.since) }, uniquingKeysWith: { first, _ in first })
        versionNow = kept.last?.version
        books = KeptBooks(queries)
    }

    mutating func answer(about event: EventDetail) throws -> WhyAnswer {
        let then = try books.book(event.book)
        var answer = WhyAnswer(
            event: event, change: EventChange(event), bookSince: since[event.book], versionNow: versionNow,
            deliveries: try queries.deliveries(ofEvent: event.summary.sequence, current: current))
        let summary = event.summary
        guard !event.isPastRetention else {
            answer.problem = RetentionWords.payload + ": the rules cannot be asked again"
            return answer
        }
        let recorded = Event(
            sequence: summary.sequence, id: summary.id, type: summary.type, subject: summary.subject,
            time: summary.time, body: event.body)
        let view: EventView
        do throws(RenderingError) {
            view = try EventView(recorded)
        } catch {
            answer.problem = error.message
            return answer
        }
        switch then {
        case .missing(let reason): answer.problem = "rule book \(event.book) cannot be asked: \(reason)"
        case .found(let book): answer.verdicts = book.verdicts(on: view)
        }
        try compare(&answer, view)
        return answer
    }

    /// The rules of then and of now.
    mutating func ruleNames(concerning event: EventDetail) throws -> Set<RuleName> {
        var names = Set(configured.source.rules.map(\.name))
        for version in [event.book, versionNow] {
            guard let version, case .found(let book) = try books.book(version) else { continue }
            names.formUnion(book.source.rules.map(\.name))
        }
        return names
    }

    private mutating func compare(_ answer: inout WhyAnswer, _ view: EventView) throws {
        guard let versionNow, case .found(let now) = try books.book(versionNow) else { return }
        answer.isConfigurationNewer = now.source.archive != configured.source.archive
        guard versionNow != answer.event.book else { return }
        // The same rules may have come back under a later number.
        if case .found(let then) = try books.book(answer.event.book), then.source.archive == now.source.archive {
            answer.hasSameRulesNow = true
            return
        }
        let verdicts = now.verdicts(on: view)
        guard answer.problem == nil else { return }
        answer.shifts = VerdictShift.all(then: answer.verdicts, now: verdicts)
    }
}

/// Everything that is to be said about one event.
struct WhyAnswer {
    let event: EventDetail
    let change: EventChange
    /// When the rule book that judged it came into force.
    let bookSince: Timestamp?
    /// The version of the rule book in force now.
    let versionNow: Int64?
    let deliveries: [DeliveryDetail]
    /// By the rule book of then.
    var verdicts: [RuleVerdict] = []
    /// Rules that would decide otherwise today.
    var shifts: [VerdictShift] = []
    /// The rule book has another number now, and says the same.
    var hasSameRulesNow = false
    /// The configuration file says something else than the rule book in force.
    var isConfigurationNewer = false
    /// Why there are no verdicts.
    var problem: String?

    /// Whether other rules are in force now than then.
    var hasOtherRulesNow: Bool { versionNow != nil && versionNow != event.book && !hasSameRulesNow }

    func json(only rule: RuleName?, all: Bool) -> JSONValue {
        guard case .object(var object) = event.json else { return event.json }
        let shown = verdicts.filter { rule == nil ? all || !$0.isForAnotherType : $0.rule == rule }
        object["deliveries"] = .array(deliveries.map(\.json))
        object.append("change", change.json)
        object.append("book_since", bookSince.map { .string($0.description) } ?? .null)
        object.append("book_now", versionNow.map { .integer($0) } ?? .null)
        object.append("rules", .array(shown.map(\.json)))
        object.append("rules_for_other_types", .integer(Int64(verdicts.count { $0.isForAnotherType })))
        object.append("differs_now", .bool(hasOtherRulesNow))
        object.append("today", .array(shifts.filter { rule == nil || $0.rule == rule }.map(\.json)))
        object.append("configuration_not_in_force", .bool(isConfigurationNewer))
        object.append("problem", problem.map { .string($0) } ?? .null)
        return .object(object)
    }
}
