import CCurl
import Dispatch
import Glibc
import Synchronization

/// Outgoing HTTP/1.1 over libcurl, on a thread of its own.
package final class HTTPTransport: Sendable {
    private let inbox: Inbox
    private let thread: Mutex<pthread_t?>

    /// Starts the transport's thread.
    /// - Parameters:
    ///   - maximumTransfers: how many transfers may run at once over all endpoints, and so how many descriptors the
    ///     transport may hold; further requests wait.
    ///   - deliver: called on the transport's thread, once a turn, with all that ended. It must not block: every
    ///     transfer waits for it.
    /// - Throws: when libcurl or the system has no resources left.
    package init(
        maximumTransfers: Int = 256, deliver: @escaping @Sendable ([HTTPCompletion]) -> Void = { _ in }
    ) throws(HTTPFailure) {
        guard HTTPTransport.isLibraryReady, let multi = curl_multi_init() else {
            throw HTTPFailure(kind: .exhausted, message: "libcurl cannot be started: out of memory")
        }
        let limit = max(1, maximumTransfers)
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limit)
        let inbox = Inbox(multi: multi, maximumTransfers: limit)
        let start = ThreadStart { TransferLoop(inbox: inbox, deliver: deliver).run() }
        guard let thread = start.launch() else {
            throw HTTPFailure(
                kind: .exhausted, message: "no thread for outgoing HTTP: \(String(cString: strerror(errno)))")
        }
        self.inbox = inbox
        self.thread = Mutex(thread)
    }

    deinit {
        shutdown()
    }

    /// Lets another number of transfers run at once from now on; those that run go on.
    package func use(maximumTransfers: Int) {
        let limit = max(1, maximumTransfers)
        // After a shutdown there is nothing left that could run.
        _ = inbox.put { [inbox] in
            inbox.maximumTransfers.store(limit, ordering: .relaxed)
            // As many kept connections as transfers, or each one would close another's.
            ccurl_multi_set_long(inbox.multi, CURLMOPT_MAXCONNECTS, limit)
        }
    }

    /// Hands over requests; their completions go to `deliver`.
    /// - Returns: false when the transport was shut down; nothing was taken then, and nothing will be delivered.
    @discardableResult
    package func submit(_ requests: [HTTPRequest]) -> Bool {
        requests.isEmpty || inbox.put(requests)
    }

    /// Sends one request and waits for its end, for callers that have nothing else to do.
    package func perform(_ request: HTTPRequest) async -> HTTPCompletion {
        await withCheckedContinuation { continuation in
            guard !inbox.put(request, reply: { continuation.resume(returning: $0) }) else { return }
            continuation.resume(returning: HTTPTransport.refusal(of: request))
        }
    }

    private static func refusal(of request: HTTPRequest) -> HTTPCompletion {
        let failure = HTTPFailure(kind: .cancelled, message: "the transport was shut down")
        return HTTPCompletion(
            id: request.id, result: .failure(failure), startedAtNanoseconds: 0, durationNanoseconds: 0, sendings: 0)
    }

    /// Sends one request and blocks until its end, for callers on a thread of their own.
    package func performBlocking(_ request: HTTPRequest) -> HTTPCompletion {
        let ended = DispatchSemaphore(value: 0)
        let completion = Mutex<HTTPCompletion?>(nil)
        let taken = inbox.put(request) { result in
            completion.withLock { $0 = result }
            ended.signal()
        }
        if taken { ended.wait() }
        return completion.withLock { $0 } ?? HTTPTransport.refusal(of: request)
    }

    /// Runs `errand` on the transport's thread, after the requests that were taken before it.
    /// - Returns: false when the transport was shut down; the errand is not run then.
    @discardableResult
    package func run(_ errand: @escaping @Sendable () -> Void) -> Bool {
        inbox.put(errand)
    }

    /// What libcurl keeps for all transfers; for errands only.
    var multi: UnsafeMutableRawPointer { inbox.multi }

    /// Takes nothing more and cancels what is not finished, without waiting for it.
    package func cancel() { inbox.end(by: MonotonicClock.now()) }

    /// Cancels what is not finished and waits, blocking, for the thread; every request taken has been completed then.
    package func shutdown() {
        endAndJoin(.zero)
    }

    private func endAndJoin(_ grace: Duration) {
        let (seconds, attoseconds) = max(grace, .zero).components
        // A century stands for ever, and does not overflow.
        let nanoseconds = UInt64(min(seconds, 3_155_760_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        inbox.end(by: MonotonicClock.now() + nanoseconds)
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let thread else { return }
        // The last reference may be dropped by `deliver`, on the very thread that ends now.
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }

    /// Takes nothing more, lets what was taken come to its end for at most `grace`, cancels the rest and ends.
    package func shutdown(grace: Duration) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            // Joining a thread blocks, which a thread of the cooperative pool must not do.
            let wait = ThreadStart { [self] in
                endAndJoin(grace)
                continuation.resume()
            }
            if let thread = wait.launch() {
                pthread_detach(thread)
                return
            }
            endAndJoin(grace)
            continuation.resume()
        }
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
