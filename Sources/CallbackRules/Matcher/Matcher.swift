package import CallbackCore
import Synchronization

/// Says which rules an event concerns. All rules go in, an event goes in, their numbers come out: what an event costs
/// depends on its fields and on what matches, not on how many rules there are.
///
/// It never changes, and any number of threads may ask it.
package final class Matcher: Sendable {
    /// A rule as the matcher sees it; no pattern means every event of these types.
    package struct Rule: Sendable {
        package let types: [EventType]
        package let pattern: Pattern?

        package init(types: [EventType], pattern: Pattern?) {
            self.types = types
            self.pattern = pattern
        }
    }

    private let tables: MatcherTables
    /// Sessions that nobody is using: there are as many as threads have asked at once.
    private let idle = Mutex<[Idle]>([])

    /// A session may pass from thread to thread as long as one has it at a time.
    private struct Idle: @unchecked Sendable {
        let session: MatchSession
    }

    init(_ tables: MatcherTables) { self.tables = tables }

    package convenience init(_ rules: [Rule]) {
        var builder = MatcherBuilder()
        for rule in rules { builder.add(types: rule.types, pattern: rule.pattern) }
        self.init(builder.compiled())
    }

    /// For one thread that matches many events.
    package func session() -> MatchSession { MatchSession(tables) }

    /// The numbers of the rules that match, from 0, in their order.
    package func matches(_ event: EventView) -> [Int] {
        withUnsafePointer(to: event) { matches($0) }
    }

    /// The same for an event that stays where it is meanwhile: nothing of it is copied.
    package func matches(_ event: UnsafePointer<EventView>) -> [Int] {
        let session = idle.withLock { $0.popLast() } ?? Idle(session: session())
        let count = session.session.match(event)
        let rules = count > 0 ? session.session.rules : []
        idle.withLock { $0.append(session) }
        return rules
    }
}
