import CCurl
import Glibc
import Synchronization

/// The work of the transport's thread: starts what waits, moves what runs, hands over what ended.
final class TransferLoop {
    private struct Waiting {
        var request: HTTPRequest
        var reply: Inbox.Reply?
    }

    /// The requests to one endpoint that wait for one of its connections.
    private final class Lane {
        var waiting = Fifo<Waiting>()
        var running = 0
        var isListed = false
    }

    private let inbox: Inbox
    private let multi: UnsafeMutableRawPointer
    private let deliver: @Sendable ([HTTPCompletion]) -> Void

    // Every transfer ever made: libcurl knows them only by address.
    private var transfers: [Transfer] = []
    private var idle: [Transfer] = []
    private var lanes: [ObjectIdentifier: Lane] = [:]
    // The lanes that have something to start, in turn.
    private var ready = Fifo<Lane>()
    private var running = 0
    private var finished: [HTTPCompletion] = []
    private var work = Inbox.Work()

    init(inbox: Inbox, deliver: @escaping @Sendable ([HTTPCompletion]) -> Void) {
        self.inbox = inbox
        multi = inbox.multi
        self.deliver = deliver
    }

    /// Runs until the inbox tells it to end; then every request has been completed.
    func run() {
        while true {
            inbox.take(into: &work)
            enqueueWork()
            if let deadline = work.deadline, lanes.isEmpty || MonotonicClock.now() >= deadline { break }
            startWaiting()
            var stillRunning: Int32 = 0
            curl_multi_perform(multi, &stillRunning)
            collectEnded()
            handOver()
            let mayStart = !ready.isEmpty && running < inbox.maximumTransfers.load(ordering: .relaxed)
            let mayEnd = work.deadline != nil && lanes.isEmpty
            if !mayStart, !mayEnd, inbox.fallAsleep() { sleep() }
        }
        cancelAll()
        handOver()
    }

    private func sleep() {
        var limit: UInt64 = 60_000
        if let deadline = work.deadline {
            let now = MonotonicClock.now()
            limit = min(limit, deadline > now ? (deadline - now) / 1_000_000 + 1 : 0)
        }
        // libcurl shortens the wait to its next timer; a put ends it.
        guard curl_multi_poll(multi, nil, 0, Int32(limit), nil) != CURLM_OK else { return }
        // Out of memory or descriptors: without a pause the loop would spin.
        poll(nil, 0, 10)
    }

    // MARK: Starting

    private func enqueueWork() {
        for batch in work.batches {
            for request in batch { enqueue(Waiting(request: request, reply: nil)) }
        }
        for (request, reply) in work.asked { enqueue(Waiting(request: request, reply: reply)) }
        for errand in work.errands { errand() }
    }

    private func enqueue(_ item: Waiting) {
        let key = ObjectIdentifier(item.request.endpoint)
        let lane = lanes[key] ?? Lane()
        if lane.running == 0, lane.waiting.isEmpty { lanes[key] = lane }
        lane.waiting.append(item)
        list(lane, limit: item.request.endpoint.connections)
    }

    private func list(_ lane: Lane, limit: Int) {
        guard !lane.isListed, lane.running < limit, !lane.waiting.isEmpty else { return }
        lane.isListed = true
        ready.append(lane)
    }

    private func startWaiting() {
        guard !ready.isEmpty else { return }
        let now = MonotonicClock.now()
        let limit = inbox.maximumTransfers.load(ordering: .relaxed)
        while running < limit, let lane = ready.popFirst() {
            lane.isListed = false
            guard let item = lane.waiting.popFirst() else { continue }
            start(item, in: lane, now: now)
            list(lane, limit: item.request.endpoint.connections)
        }
    }

    private func start(_ item: Waiting, in lane: Lane, now: UInt64) {
        running += 1
        lane.running += 1
        guard let transfer = idle.popLast() ?? makeTransfer() else {
            let failure = HTTPFailure(kind: .exhausted, message: "libcurl cannot make another transfer: out of memory")
            end(item, failure, now: now)
            return
        }
        var failure = transfer.load(item.request, reply: item.reply, now: now)
        if failure == nil, curl_multi_add_handle(multi, transfer.easy) != CURLM_OK {
            failure = HTTPFailure(kind: .exhausted, message: "libcurl cannot take another transfer: out of memory")
        }
        if let failure {
            transfer.unload()
            idle.append(transfer)
            end(item, failure, now: now)
        }
    }

    private func makeTransfer() -> Transfer? {
        guard let transfer = Transfer() else { return nil }
        transfers.append(transfer)
        return transfer
    }

    // MARK: Ending

    private func collectEnded() {
        var left: Int32 = 0
        var now: UInt64 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message is gone once its handle is removed.
            let code = message.pointee.data.result
            var context: UnsafeMutableRawPointer?
            guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { continue }
            if now == 0 { now = MonotonicClock.now() }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            close(transfer, transfer.completion(code, now: now))
        }
    }

    private func close(_ transfer: Transfer, _ completion: HTTPCompletion) {
        curl_multi_remove_handle(multi, transfer.easy)
        tell(completion, transfer.reply)
        if let endpoint = transfer.endpoint { leave(endpoint) }
        transfer.unload()
        idle.append(transfer)
    }

    /// For a request that was never handed to libcurl.
    private func end(_ item: Waiting, _ failure: HTTPFailure, now: UInt64) {
        let completion = HTTPCompletion(
            id: item.request.id, result: .failure(failure), startedAtNanoseconds: now, durationNanoseconds: 0,
            sendings: 0)
        tell(completion, item.reply)
        leave(item.request.endpoint)
    }

    private func leave(_ endpoint: HTTPEndpoint) {
        running -= 1
        let key = ObjectIdentifier(endpoint)
        guard let lane = lanes[key] else { return }
        lane.running -= 1
        if lane.running == 0, lane.waiting.isEmpty {
            lanes[key] = nil
        } else {
            list(lane, limit: endpoint.connections)
        }
    }

    private func tell(_ completion: HTTPCompletion, _ reply: Inbox.Reply?) {
        if let reply {
            reply(completion)
        } else {
            finished.append(completion)
        }
    }

    private func handOver() {
        guard !finished.isEmpty else { return }
        let batch = finished
        finished.removeAll(keepingCapacity: false)
        finished.reserveCapacity(batch.count)
        deliver(batch)
    }

    private func cancelAll() {
        let now = MonotonicClock.now()
        let failure = HTTPFailure(kind: .cancelled, message: "the transport was shut down before the answer came")
        let resting = Set(idle.map { ObjectIdentifier($0) })
        for transfer in transfers where !resting.contains(ObjectIdentifier(transfer)) {
            close(transfer, transfer.completion(.failure(failure), now: now))
        }
        for lane in lanes.values {
            while let item = lane.waiting.popFirst() {
                running += 1
                lane.running += 1
                end(item, failure, now: now)
            }
        }
        // The handles go before the multi handle that they were in.
        idle.removeAll()
        transfers.removeAll()
    }
}
