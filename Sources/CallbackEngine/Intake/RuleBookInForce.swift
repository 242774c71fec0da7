import CallbackCore
package import CallbackRules
package import CallbackStore
import Synchronization

/// The rule book that new events are matched with, with the numbers under which its names stand in the tables.
package final class RuleBookInForce: Sendable {
    package struct Current: Sendable {
        package let book: RuleBook
        package let version: Int64
        package let registry: Registry
        /// The first part of the CloudEvents `source`, such as `/st_…`.
        package let sourcePrefix: String

        package init(book: RuleBook, version: Int64, registry: Registry, sourcePrefix: String) {
            self.book = book
            self.version = version
            self.registry = registry
            self.sourcePrefix = sourcePrefix
        }
    }

    private let value: Mutex<Current>

    package init(_ current: Current) { value = Mutex(current) }

    package var current: Current { value.withLock { $0 } }

    /// Hands over what was matched with `book`, unless another one has come into force since.
    /// - Returns: whether it was handed over; else it must be matched again.
    func whileInForce(_ book: RuleBook, handOver: () -> Void) -> Bool {
        value.withLock { value in
            guard value.book === book else { return false }
            handOver()
            return true
        }
    }

    /// Puts another book in force, at the moment at which `announce` tells the writer of it: what was matched with the
    /// book before stands in front of that in the writer's queue, everything later behind it.
    func replace(with next: Current, announce: () -> Void) {
        value.withLock { value in
            announce()
            value = next
        }
    }
}

extension RuleBookInForce.Current {
    /// Names an event, matches it, and writes its text.
    func entry(for event: CapturedEvent, source: SourceName, incarnation: String) -> IntakeEntry.EventEntry {
        let uri = "\(sourcePrefix)/\(source)"
        let id =
            event.origin == .none
            ? EventID.random() : EventID(incarnation: incarnation, origin: event.origin)
        var deliveries: [IntakeEntry.DeliveryEntry] = []
        for match in book.matches(event, source: uri) {
            guard let rule = registry.rules[match.rule] else { continue }
            for target in match.targets {
                guard let number = registry.targets[target] else { continue }
                deliveries.append(.init(rule: rule, target: number, lane: match.lane))
            }
        }
        return IntakeEntry.EventEntry(
            id: id, type: event.type, subject: event.subject, time: event.time,
            draft: CloudEvent.draft(
                id: id, source: uri, type: event.type, subject: event.subject, time: event.time, data: event.data),
            deliveries: deliveries)
    }
}
