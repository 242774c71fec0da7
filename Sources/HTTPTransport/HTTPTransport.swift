import CCurl
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
        // As many kept connections as transfers, or each one would close another's.
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limit)
        let inbox = Inbox(multi: multi)
        let start = ThreadStart { TransferLoop(inbox: inbox, maximumTransfers: limit, deliver: deliver).run() }
        guard let thread = start.launch() else {
            throw HTTPFailure(kind: .exhausted, message: "no thread for outgoing HTTP: \(String(cString: strerror(errno)))")
        }
        self.inbox = inbox
        self.thread = Mutex(thread)
    }

    deinit {
        shutdown()
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
            let failure = HTTPFailure(kind: .cancelled, message: "the transport was shut down")
            continuation.resume(
                returning: HTTPCompletion(
                    id: request.id, result: .failure(failure), startedAtNanoseconds: 0, durationNanoseconds: 0,
                    sendings: 0))
        }
    }

    /// Ends the transport and waits for its thread; every request taken has been completed then.
    /// - Parameter finishing: whether what was taken is carried to its end, each within its timeout, or cancelled.
    package func shutdown(finishing: Bool = false) {
        inbox.end(finishing ? .finishing : .cancelling)
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

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
