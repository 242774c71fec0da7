/// The latest `webhook-id`s, so that a repetition can be told: a bounded memory.
struct ReceivedIDs: Sendable {
    private let capacity: Int
    private var known: Set<String> = []
    private var order: [String] = []
    private var next = 0

    init(capacity: Int = 100_000) { self.capacity = capacity }

    /// Notes an id.
    /// - Returns: whether it was new.
    mutating func insert(_ id: String) -> Bool {
        guard known.insert(id).inserted else { return false }
        if order.count < capacity {
            order.append(id)
        } else {
            known.remove(order[next])
            order[next] = id
            next = (next + 1) % capacity
        }
        return true
    }
}
