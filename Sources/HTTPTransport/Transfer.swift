import CCurl
import Glibc

/// One easy handle with buffers of its own, used for one request after another.
///
/// The handle keeps what was set on it, so only what differs from the request before is set again.
final class Transfer {
    /// What the callbacks saw of the transfer under way.
    struct Sight {
        var headerBytes = 0
        var headersTooLarge = false
        var retryAfter: String?
        var location: String?
        var body: [UInt8] = []
        var bodyLimit = HTTPRequest.standardAnswerLimit
        var truncated = false
        var sendings = 0
        /// The request must not go out a second time.
        var goesOutOnce = false
        var stoppedRepetition = false
        var refusal: EgressRefusal?
        var openedSocket = false
        var socketError: Int32 = 0
    }

    static let headerLimit = 64 * 1024

    let easy: UnsafeMutableRawPointer
    private(set) var endpoint: HTTPEndpoint?
    private(set) var id: UInt64 = 0
    private(set) var reply: (@Sendable (HTTPCompletion) -> Void)?
    private(set) var startedAt: UInt64 = 0
    var sight = Sight()

    let errorText: UnsafeMutableBufferPointer<CChar>
    private var headers = HeaderList()
    private var body = BodyBuffer()
    private var ownURL: OpaquePointer?
    private var applied = Applied()

    /// What is set on the handle now.
    private struct Applied {
        var headers: UnsafeMutablePointer<curl_slist>?
        var body: UnsafeMutablePointer<UInt8>?
        var bodySize = -1
        var method: HTTPMethod?
        var sendsBody = false
        var timeout = -1
    }

    /// `nil` when libcurl has no memory or refuses one of the options that every transfer needs.
    init?() {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0)
        guard prepare() == CURLE_OK else { return nil }
    }

    deinit {
        curl_easy_cleanup(easy)
        if let ownURL { curl_url_cleanup(ownURL) }
        errorText.deallocate()
    }

    /// Makes the handle ready to send `request`.
    /// - Returns: what keeps it from being sent; `nil` when it is ready.
    func load(
        _ request: borrowing HTTPRequest, reply: (@Sendable (HTTPCompletion) -> Void)?, now: UInt64
    ) -> HTTPFailure? {
        id = request.id
        self.reply = reply
        startedAt = now
        sight = Sight()
        sight.goesOutOnce = request.goesOutOnce
        sight.bodyLimit = request.answerLimit
        errorText[0] = 0

        var options = OptionWriter(easy: easy)
        if endpoint !== request.endpoint {
            endpoint = request.endpoint
            apply(request.endpoint, &options)
            releaseOwnURL()
        }
        if ownURL != nil || request.target != nil {
            guard apply(target: request.target, of: request.endpoint, &options) else {
                let target = request.target ?? ""
                return HTTPFailure(kind: .other, message: "\"\(target)\" is not a percent-encoded path with a query")
            }
        }
        apply(method: request.method, hasBody: !request.body.isEmpty, &options)
        let lines = headers.load(
            request.replacesHeaders ? HTTPHeaderLines.bare : request.endpoint.lines, request.headers)
        if lines != applied.headers {
            options.set(CURLOPT_HTTPHEADER, pointer: lines)
            applied.headers = lines
        }
        if applied.sendsBody {
            let bytes = body.load(request.body)
            if bytes != applied.body {
                options.set(CURLOPT_POSTFIELDS, pointer: bytes)
                applied.body = bytes
            }
            if request.body.count != applied.bodySize {
                options.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: request.body.count)
                applied.bodySize = request.body.count
            }
        }
        if request.timeoutMilliseconds != applied.timeout {
            options.set(CURLOPT_TIMEOUT_MS, long: max(1, request.timeoutMilliseconds))
            applied.timeout = request.timeoutMilliseconds
        }
        return options.failure
    }

    /// Lets go of what belonged to the request that ended; the endpoint stays, for the next one.
    func unload() {
        reply = nil
        sight = Sight()
        body.shrink()
    }

    // MARK: Options

    private func prepare() -> CURLcode {
        let this = Unmanaged.passUnretained(self).toOpaque()
        var options = OptionWriter(easy: easy)
        options.set(CURLOPT_PRIVATE, pointer: this)
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText.baseAddress)
        options.set(CURLOPT_NOSIGNAL, long: 1)
        options.set(CURLOPT_TCP_NODELAY, long: 1)
        options.set(CURLOPT_HTTP_VERSION, long: Int(CURL_HTTP_VERSION_1_1))
        options.set(CURLOPT_FOLLOWLOCATION, long: 0)
        options.set(CURLOPT_PROTOCOLS_STR, string: "http,https")
        options.set(CURLOPT_SSLVERSION, long: Int(CURL_SSLVERSION_TLSv1_2))
        options.set(CURLOPT_PROXY_SSLVERSION, long: Int(CURL_SSLVERSION_TLSv1_2))
        // The environment's no_proxy must not lead around a proxy that the operator named.
        options.set(CURLOPT_NOPROXY, string: "")
        // A resolver that does not answer is left behind at the timeout; libcurl would otherwise wait for its thread,
        // and every other transfer with it.
        options.set(CURLOPT_QUICK_EXIT, long: 1)
        options.set(CURLOPT_WRITEDATA, pointer: this)
        options.set(CURLOPT_HEADERDATA, pointer: this)
        options.set(CURLOPT_OPENSOCKETDATA, pointer: this)
        options.set(CURLOPT_PREREQDATA, pointer: this)
        options.note(ccurl_set_bytes_callback(easy, CURLOPT_WRITEFUNCTION, transferReceivedBody))
        options.note(ccurl_set_bytes_callback(easy, CURLOPT_HEADERFUNCTION, transferReceivedHeader))
        options.note(ccurl_set_socket_callback(easy, transferOpensSocket))
        options.note(ccurl_set_prerequest_callback(easy, transferWillSend))
        return options.code
    }

    private func apply(_ endpoint: HTTPEndpoint, _ options: inout OptionWriter) {
        options.set(CURLOPT_CURLU, pointer: UnsafeRawPointer(endpoint.parsed))
        options.set(CURLOPT_CONNECTTIMEOUT_MS, long: max(1, endpoint.connectTimeoutMilliseconds))
        options.set(CURLOPT_PROXY, string: endpoint.proxy ?? "")
        options.set(CURLOPT_HTTPPROXYTUNNEL, long: endpoint.proxy == nil ? 0 : 1)
        options.set(CURLOPT_UNIX_SOCKET_PATH, string: endpoint.unixSocket)
        options.set(CURLOPT_CAINFO, string: endpoint.tls.authorities ?? Transfer.systemAuthorities)
        options.set(CURLOPT_SSLCERT, string: endpoint.tls.certificate)
        options.set(CURLOPT_SSLKEY, string: endpoint.tls.key)
        options.set(CURLOPT_SSL_VERIFYPEER, long: endpoint.tls.verifies ? 1 : 0)
        options.set(CURLOPT_SSL_VERIFYHOST, long: endpoint.tls.verifies ? 2 : 0)
    }

    private func apply(target: String?, of endpoint: HTTPEndpoint, _ options: inout OptionWriter) -> Bool {
        var url = endpoint.parsed
        var copy: OpaquePointer?
        if let target {
            copy = HTTPURL.copy(endpoint.parsed, target: target)
            guard let copy else { return false }
            url = copy
        }
        options.set(CURLOPT_CURLU, pointer: UnsafeRawPointer(url))
        releaseOwnURL()
        ownURL = copy
        return true
    }

    private func releaseOwnURL() {
        guard let ownURL else { return }
        curl_url_cleanup(ownURL)
        self.ownURL = nil
    }

    private func apply(method: HTTPMethod, hasBody: Bool, _ options: inout OptionWriter) {
        let sendsBody = hasBody || !(method == .get || method == .delete)
        guard method != applied.method || sendsBody != applied.sendsBody else { return }
        let usual: HTTPMethod = sendsBody ? .post : .get
        options.set(sendsBody ? CURLOPT_POST : CURLOPT_HTTPGET, long: 1)
        options.set(CURLOPT_CUSTOMREQUEST, string: method == usual ? nil : method.rawValue)
        applied.method = method
        applied.sendsBody = sendsBody
    }

    /// What libcurl was built with; setting `CAINFO` to null would mean no authorities at all.
    private static let systemAuthorities: String? = {
        guard let info = curl_version_info(CURLVERSION_SEVENTH), let file = info.pointee.cainfo else { return nil }
        return String(cString: file)
    }()
}

/// Sets options and remembers the first one that was refused.
struct OptionWriter {
    let easy: UnsafeMutableRawPointer
    private(set) var code = CURLE_OK

    init(easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    var failure: HTTPFailure? {
        guard code != CURLE_OK else { return nil }
        let reason = String(cString: curl_easy_strerror(code))
        let kind: HTTPFailureKind = code == CURLE_OUT_OF_MEMORY ? .exhausted : .other
        return HTTPFailure(kind: kind, message: "libcurl refused to prepare the request: \(reason)")
    }

    mutating func note(_ result: CURLcode) {
        if code == CURLE_OK { code = result }
    }

    mutating func set(_ option: CURLoption, long value: Int) {
        note(ccurl_set_long(easy, option, value))
    }

    mutating func set(_ option: CURLoption, offset value: curl_off_t) {
        note(ccurl_set_offset(easy, option, value))
    }

    mutating func set(_ option: CURLoption, pointer value: UnsafeRawPointer?) {
        note(ccurl_set_pointer(easy, option, value))
    }

    mutating func set(_ option: CURLoption, string value: String?) {
        if let value {
            note(ccurl_set_string(easy, option, value))
        } else {
            note(ccurl_set_string(easy, option, nil))
        }
    }
}
