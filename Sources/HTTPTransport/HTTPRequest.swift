package enum HTTPMethod: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// One request to an endpoint.
package struct HTTPRequest: Sendable {
    /// The caller's number for the request; its completion carries it. The transport gives it no meaning.
    package var id: UInt64
    package var endpoint: HTTPEndpoint
    package var method: HTTPMethod
    /// A path with an optional query, already percent-encoded, in place of the endpoint's own.
    package var target: String?
    /// Sent after the headers of the endpoint.
    package var headers: HTTPHeaderLines
    /// Sends `headers` alone, for a request that has other values for some of the endpoint's.
    package var replacesHeaders: Bool
    package var body: [UInt8]
    /// From the moment the transfer starts until its last byte.
    package var timeoutMilliseconds: Int
    /// Never goes out twice: where a kept connection turns out to be dead, libcurl would send the request again on
    /// another one, although the receiver may have read it.
    package var goesOutOnce: Bool
    /// Bytes of the answer's body that are kept; a longer one is cut there.
    package var answerLimit: Int

    /// What is kept of an answer unless a request says otherwise.
    package static let standardAnswerLimit = 64 * 1024

    package init(
        id: UInt64 = 0,
        endpoint: HTTPEndpoint,
        method: HTTPMethod = .post,
        target: String? = nil,
        headers: HTTPHeaderLines = HTTPHeaderLines(),
        replacesHeaders: Bool = false,
        body: [UInt8] = [],
        timeoutMilliseconds: Int = 20_000,
        goesOutOnce: Bool = false,
        answerLimit: Int = HTTPRequest.standardAnswerLimit
    ) {
        self.id = id
        self.endpoint = endpoint
        self.method = method
        self.target = target
        self.headers = headers
        self.replacesHeaders = replacesHeaders
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.goesOutOnce = goesOutOnce
        self.answerLimit = answerLimit
    }
}
