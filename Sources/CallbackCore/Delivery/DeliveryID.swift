/// One event owed to one target by one rule, written `42-1`: the event's number and the delivery's number of it.
package struct DeliveryID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let event: Int64
    package let ordinal: Int

    package init(event: Int64, ordinal: Int) {
        self.event = event
        self.ordinal = ordinal
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let event = Int64(parts[0]), let ordinal = Int(parts[1]), event > 0, ordinal > 0
        else { return nil }
        self.init(event: event, ordinal: ordinal)
    }

    package var description: String { "\(event)-\(ordinal)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.event, left.ordinal) < (right.event, right.ordinal)
    }
}
