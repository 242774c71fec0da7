import CallbackCore
import CallbackStore
import DequeModule

/// What waits for one target: a bounded window onto the queue, by lane.
///
/// Each waiting delivery of the target is in exactly one of these places:
/// - after `cursor`: not read yet;
/// - in memory: ready, in flight, or behind the head of its lane;
/// - deferred or held in the file, which stops its lane: found again when its time comes or an operator releases it;
/// - in the file behind a lane's head, when memory had no room for it: found when the head is finished.
///
/// So a million deliveries behind a stopped lane, or after the cursor, cost nothing.
struct TargetLine {
    /// At most this many deliveries of a target are in memory.
    static let windowLimit = 2048
    /// Larger events are read again when their turn comes: the window is bounded in bytes, too.
    private static let bodyLimit = 16_384
    /// At most this many wait in memory behind one head.
    private static let followerLimit = 64
    private static let pageSize = 512

    struct Lane {
        var followers: Deque<QueuedDelivery> = []
        /// More may stand in the file behind the head.
        var hasMore: Bool
        /// The head, while it is in flight.
        var active: DeliveryID?
    }

    let number: Int64
    private let rules: LaneRules

    private(set) var ready: Deque<QueuedDelivery> = []
    private var lanes: [LaneKey: Lane] = [:]
    /// Deferred deliveries that are in memory: the file still lists them as due.
    private var wokenIDs: Set<DeliveryID> = []
    private var cursor = DeliveryID(event: 0, ordinal: 0)
    /// New deliveries come by hand, none waits unread after the cursor.
    private var isCaughtUp = false
    /// Some delivery may be stopped, so a new one must be checked against the file before it starts.
    private var hasStopped: Bool
    /// The last deferred delivery in memory has left: worth asking the file whether any lane is stopped still.
    private var mayBeClear = false
    private var sawParked = false
    /// When the next deferred delivery is due; nil where none is known.
    private(set) var nextDue: Timestamp?
    /// Deliveries in memory, those in flight included.
    private var count = 0
    /// In flight since before this line was made, so the file lists them after the cursor.
    private var begun: Set<DeliveryID> = []
    /// In flight without a lane.
    private var loose: Set<DeliveryID> = []

    /// - Parameter active: what is in flight at the target already; a line that is made anew goes on with it.
    init(
        number: Int64,
        hasStopped: Bool,
        nextDue: Timestamp?,
        active: [QueuedDelivery],
        rules: LaneRules
    ) {
        self.number = number
        self.hasStopped = hasStopped
        self.nextDue = nextDue
        self.rules = rules
        count = active.count
        begun = Set(active.map(\.id))
        wokenIDs = Set(active.lazy.filter { $0.state == .deferred }.map(\.id))
        // What stands behind an active head in the file is found when the head ends.
        for delivery in active {
            if let key = delivery.lane { lanes[key] = Lane(hasMore: true, active: delivery.id) }
        }
    }

    // MARK: Coming in

    /// Takes a delivery that was just committed.
    mutating func arrive(_ delivery: QueuedDelivery, _ queue: QueueReader) throws(StateError) {
        guard isCaughtUp, delivery.id > cursor else { return }
        guard count < Self.windowLimit else {
            isCaughtUp = false
            return
        }
        var delivery = delivery
        if let event = delivery.event, event.body.count > Self.bodyLimit { delivery.event = nil }
        try admit(delivery, queue)
    }

    /// Reads on in the file while memory has room: what is due first, then what comes after the cursor.
    mutating func refill(now: Timestamp, _ queue: QueueReader) throws(StateError) {
        if let due = nextDue, due <= now { try wake(now: now, queue) }
        if hasStopped, nextDue == nil, wokenIDs.isEmpty, mayBeClear {
            mayBeClear = false
            hasStopped = sawParked
            if !hasStopped { hasStopped = try queue.hasStopped(target: number) }
        }
        // A few pages at a time: the other targets must not wait while a stopped lane's backlog is passed over.
        var pages = 0
        while wantsMore, pages < 4 {
            pages += 1
            let page = try queue.page(target: number, after: cursor, limit: Self.pageSize)
            for delivery in page { try admit(delivery, queue) }
            if page.count < Self.pageSize { isCaughtUp = true }
        }
    }

    /// Memory has room, and something may stand unread after the cursor.
    var wantsMore: Bool {
        !isCaughtUp && ready.count < Self.pageSize && count + Self.pageSize <= Self.windowLimit
    }

    /// Everything that could start is in flight: nothing is ready, nothing is left to read, and there is room.
    func hasNothingToDo(at now: Timestamp) -> Bool {
        isCaughtUp && ready.isEmpty && count + Self.pageSize <= Self.windowLimit && nextDue.map { $0 > now } ?? true
    }

    private mutating func admit(_ delivery: QueuedDelivery, _ queue: QueueReader) throws(StateError) {
        cursor = delivery.id
        guard begun.isEmpty || !begun.contains(delivery.id) else { return }
        guard delivery.state == .pending, !rules.park(delivery.rule) else {
            stop(at: delivery)
            guard !letsPass(delivery) else { return }
            // What comes after it in its lane must not follow the head that is in memory.
            if let key = delivery.lane { lanes[key]?.hasMore = true }
            return
        }
        guard let key = delivery.lane else { return makeReady(delivery) }
        if lanes[key] != nil { return follow(delivery, in: key) }
        if hasStopped, try queue.hasEarlier(in: key, target: number, than: delivery.id) { return }
        lanes[key] = Lane(hasMore: false)
        makeReady(delivery)
    }

    private mutating func makeReady(_ delivery: QueuedDelivery) {
        ready.append(delivery)
        count += 1
    }

    private mutating func follow(_ delivery: QueuedDelivery, in key: LaneKey) {
        guard let lane = lanes[key] else { return }
        guard !lane.hasMore, lane.followers.count < Self.followerLimit else {
            lanes[key]?.hasMore = true
            return
        }
        lanes[key]?.followers.append(delivery)
        count += 1
    }

    /// A lane ends here until this delivery's time comes, or somebody does something about it.
    private mutating func stop(at delivery: QueuedDelivery) {
        hasStopped = true
        if rules.park(delivery.rule) { sawParked = true }
        if delivery.state == .deferred { note(due: delivery.due) }
    }

    /// Whether later deliveries of its lane go on while this one waits to be tried again.
    private func letsPass(_ delivery: QueuedDelivery) -> Bool {
        delivery.state == .deferred && rules.letOthersPass(delivery.rule)
    }

    private mutating func note(due: Timestamp?) {
        guard let due else { return }
        nextDue = nextDue.map { min($0, due) } ?? due
    }

    /// Brings deferred deliveries whose time has come into memory.
    private mutating func wake(now: Timestamp, _ queue: QueueReader) throws(StateError) {
        let room = max(0, Self.windowLimit - count)
        // The file lists what is in memory, too: it is worth reading only when there is room for a page. Until then
        // something in memory must end, which brings the dispatcher back here.
        guard room >= Self.pageSize || (wokenIDs.isEmpty && room > 0) else { return }
        let limit = min(room, Self.pageSize) + wokenIDs.count
        let due = try queue.due(target: number, at: now, limit: limit)
        // One that is in flight may be deferred on disk already; its end is told in a moment.
        for delivery in due
        where !wokenIDs.contains(delivery.id) && !isInFlight(delivery) && !rules.park(delivery.rule) {
            wokenIDs.insert(delivery.id)
            if let key = delivery.lane {
                if lanes[key] != nil {
                    insert(delivery, in: key)
                    continue
                }
                lanes[key] = Lane(hasMore: true)
            }
            makeReady(delivery)
        }
        // A full page may have left more behind; else the next one is in the future.
        nextDue = due.count == limit ? now : try queue.nextDue(target: number, after: now)
    }

    private func isInFlight(_ delivery: QueuedDelivery) -> Bool {
        if begun.contains(delivery.id) { return true }
        guard let key = delivery.lane else { return loose.contains(delivery.id) }
        return lanes[key]?.active == delivery.id
    }

    /// A redriven dead letter, or one that let others pass, whose lane has gone on: it is next, among others of its kind in commit order.
    private mutating func insert(_ delivery: QueuedDelivery, in key: LaneKey) {
        guard let followers = lanes[key]?.followers else { return }
        let place = followers.firstIndex { $0.id > delivery.id } ?? followers.endIndex
        lanes[key]?.followers.insert(delivery, at: place)
        count += 1
    }

    // MARK: Going out

    /// The next delivery to start; it is in flight from now on.
    mutating func start() -> QueuedDelivery? {
        guard let delivery = ready.popFirst() else { return nil }
        if let key = delivery.lane {
            lanes[key]?.active = delivery.id
        } else {
            loose.insert(delivery.id)
        }
        return delivery
    }

    /// A delivery that was in flight is finished, on disk: its lane goes on.
    mutating func finished(_ delivery: QueuedDelivery, _ queue: QueueReader) throws(StateError) {
        leave(delivery)
        try goOn(after: delivery, queue)
    }

    /// The next of a lane follows one that has left memory.
    private mutating func goOn(after delivery: QueuedDelivery, _ queue: QueueReader) throws(StateError) {
        guard let key = delivery.lane, let lane = lanes[key] else { return }
        if let next = lane.followers.first {
            lanes[key]?.followers.removeFirst()
            lanes[key]?.active = nil
            ready.append(next)
            return
        }
        lanes[key] = nil
        if lane.hasMore { try reopen(key, after: delivery.id, queue) }
    }

    /// A delivery that was in flight waits again, on disk: its lane stops, or goes on without it.
    mutating func deferred(
        _ delivery: QueuedDelivery,
        until: Timestamp,
        _ queue: QueueReader
    ) throws(StateError) {
        leave(delivery)
        hasStopped = true
        note(due: until)
        if rules.letOthersPass(delivery.rule) { return try goOn(after: delivery, queue) }
        if let key = delivery.lane { close(key) }
    }

    /// A delivery that was in flight waits as before, on disk: it is the next of its lane again.
    mutating func returned(_ delivery: QueuedDelivery, _ queue: QueueReader) throws(StateError) {
        leave(delivery)
        guard let key = delivery.lane else { return try look(for: delivery.id, queue) }
        close(key)
        try reopen(key, after: DeliveryID(event: 0, ordinal: 0), queue)
    }

    /// An operator has changed a delivery, or tried to: forget what waits of its lane in memory and look again.
    mutating func changed(_ delivery: QueuedDelivery, now: Timestamp, _ queue: QueueReader) throws(StateError) {
        hasStopped = true
        nextDue = now
        forget { $0.id == delivery.id }
        guard let key = delivery.lane else { return try look(for: delivery.id, queue) }
        if let lane = lanes[key] {
            close(key)
            if let active = lane.active {
                // The head's end will read on in the file.
                lanes[key] = Lane(hasMore: true, active: active)
                return
            }
            forget { $0.lane == key }
        }
        try reopen(key, after: DeliveryID(event: 0, ordinal: 0), queue)
    }

    /// Takes ready deliveries out of memory.
    private mutating func forget(where isConcerned: (QueuedDelivery) -> Bool) {
        let before = ready.count
        var forgotten: [DeliveryID] = []
        ready.removeAll { delivery in
            guard isConcerned(delivery) else { return false }
            forgotten.append(delivery.id)
            return true
        }
        wokenIDs.subtract(forgotten)
        count -= before - ready.count
    }

    /// Reads one delivery without a lane again. What is deferred comes when it is due.
    private mutating func look(for id: DeliveryID, _ queue: QueueReader) throws(StateError) {
        guard id <= cursor, let row = try queue.delivery(id, target: number) else { return }
        guard row.state == .pending, !rules.park(row.rule) else { return stop(at: row) }
        makeReady(row)
    }

    private mutating func leave(_ delivery: QueuedDelivery) {
        count -= 1
        if !begun.isEmpty { begun.remove(delivery.id) }
        if delivery.lane == nil { loose.remove(delivery.id) }
        if wokenIDs.remove(delivery.id) != nil, wokenIDs.isEmpty { mayBeClear = true }
    }

    /// Forgets a lane: the file knows it.
    private mutating func close(_ key: LaneKey) {
        guard let lane = lanes.removeValue(forKey: key) else { return }
        for follower in lane.followers { wokenIDs.remove(follower.id) }
        count -= lane.followers.count
    }

    /// Reads on in a lane whose head is finished.
    private mutating func reopen(
        _ key: LaneKey,
        after id: DeliveryID,
        _ queue: QueueReader
    ) throws(StateError) {
        let rows = try queue.lane(
            key, target: number, after: id, upTo: cursor, limit: Self.followerLimit)
        guard let head = rows.first else { return }
        guard head.state == .pending, !rules.park(head.rule) else {
            stop(at: head)
            return
        }
        var lane = Lane(hasMore: rows.count == Self.followerLimit)
        for row in rows.dropFirst() {
            guard row.state == .pending, !rules.park(row.rule) else {
                lane.hasMore = true
                break
            }
            lane.followers.append(row)
        }
        count += lane.followers.count
        lanes[key] = lane
        makeReady(head)
    }
}
