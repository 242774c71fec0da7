import CallbackCore
import CallbackStore

/// Notices a subject that gives more events in a minute than anybody can mean: a hook that writes back into the panel
/// and so causes its own next event. Its deliveries are held from then on, until an operator releases them.
///
/// Minutes are those of the clock, so that a subject may reach the limit at the end of one and again at the beginning
/// of the next before it is noticed.
struct LoopGuard {
    enum Verdict: Hashable {
        case goesOn
        /// The subject is held since before.
        case held
        /// This is the event by which it was noticed.
        case noticed
    }

    /// So many subjects are remembered at most; others are held for the rest of their minute.
    static let memory = 10_000

    /// Events of one subject in a minute; 0 for no limit.
    private(set) var limit: Int
    private(set) var held: Set<HeldSubject>
    private var counts: SubjectCounts?
    private var minute: Int64 = .min

    init(limit: Int, held: Set<HeldSubject>) {
        self.limit = limit
        self.held = held
        counts = limit > 0 ? SubjectCounts() : nil
    }

    /// Counts with another limit from now on.
    mutating func use(limit: Int) {
        guard limit != self.limit else { return }
        self.limit = limit
        counts = limit > 0 ? counts ?? SubjectCounts() : nil
    }

    /// Counts an event and says whether its deliveries may go.
    mutating func judge(_ subject: String, of source: SourceName, at now: Timestamp) -> Verdict {
        guard counts != nil else { return .goesOn }
        if now.minute != minute {
            minute = now.minute
            counts?.clear()
        }
        if !held.isEmpty, held.contains(HeldSubject(source: source, subject: subject)) { return .held }
        guard let count = counts?.add(subject, of: source.rawValue), count > limit else { return .goesOn }
        if held.count < Self.memory { held.insert(HeldSubject(source: source, subject: subject)) }
        return count == limit + 1 ? .noticed : .held
    }

    /// Lets a subject begin anew, whichever source it comes from.
    mutating func release(_ subject: String) {
        held = held.filter { $0.subject != subject }
        // Its count of this minute stands in slots that others share.
        counts?.clear()
    }
}

extension Timestamp {
    fileprivate var minute: Int64 { milliseconds / 60_000 }
}
