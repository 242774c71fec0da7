/// The places in a transaction to which it may go back.
struct Savepoints {
    enum Effect: Equatable {
        case nothing
        /// What was written from this event with rows on is taken back.
        case rolledBack(from: Int)
    }

    /// Names as the binlog quotes them, with the number of events with rows before each.
    private var places: [(name: [UInt8], events: Int)] = []

    mutating func removeAll() { places.removeAll(keepingCapacity: true) }

    /// - Parameter events: events with rows so far.
    mutating func take(_ query: QueryEvent, at events: Int) -> Effect {
        if let name = query.text(after: "SAVEPOINT ") {
            places.removeAll { $0.name == name }
            places.append((name, events))
        } else if let name = query.text(after: "ROLLBACK TO ") {
            // Of a name that is not known, whatever was written may be gone.
            guard let index = places.lastIndex(where: { $0.name == name }) else { return .rolledBack(from: 0) }
            places.removeSubrange((index + 1)...)
            return .rolledBack(from: places[index].events)
        }
        return .nothing
    }
}

extension QueryEvent {
    /// What follows these letters, in small letters as far as they are ASCII; nil where it begins otherwise.
    fileprivate func text(after words: StaticString) -> [UInt8]? {
        guard begins(with: words) else { return nil }
        return statement.dropFirst(words.utf8CodeUnitCount).map { ASCIIText.lowercased($0) }
    }
}
