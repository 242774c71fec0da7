import CallbackCore
import CallbackRows
import HTTPTransport
import Synchronization

/// Talks to a remote licence API, one request at a time, from the thread of its source.
///
/// Source: the API's own documentation; the answers' bounds and deadlines are ours.
final class LicenseAPI: Sendable {
    private static let listingLimit = 16 << 20
    private static let answerLimit = 256 << 10
    /// A listing may be long.
    private static let listingTimeout = 60_000
    private static let timeout = 30_000
    /// An API that asks for more patience than this is asked again all the same.
    private static let longestPause = Duration.hours(1)

    private let plan: LicensePlan
    private let secret: @Sendable () -> String?
    private let timekeeper: any Timekeeper
    private let egress: @Sendable () -> EgressPolicy
    private let prepared: Mutex<HTTPEndpoint>
    private let basePath: String
    private let transport: HTTPTransport
    private let token = LicenseTokenCache()

    /// - Parameters:
    ///   - egress: gives the private networks that may be reached now.
    ///   - secret: gives the account's key as it is now.
    /// - Throws: what is wrong with the address, or what the system lacks.
    init(
        _ plan: LicensePlan, timekeeper: any Timekeeper, egress: @escaping @Sendable () -> EgressPolicy,
        secret: @escaping @Sendable () -> String?
    ) throws {
        self.plan = plan
        self.secret = secret
        self.timekeeper = timekeeper
        self.egress = egress
        prepared = Mutex(try Self.endpoint(plan, egress()))
        basePath = String(plan.url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" })
        transport = try HTTPTransport(maximumTransfers: 1)
    }

    private static func endpoint(_ plan: LicensePlan, _ egress: EgressPolicy) throws -> HTTPEndpoint {
        try HTTPEndpoint(
            url: plan.url, egress: egress, tls: HTTPEndpoint.TLS(authorities: plan.authorities), connections: 1,
            headers: HTTPHeaderLines([("Accept", "application/json")]))
    }

    /// Prepared anew where a reload has changed the networks that may be reached.
    private var endpoint: HTTPEndpoint {
        get throws {
            let allowed = egress()
            return try prepared.withLock { endpoint in
                if endpoint.egress != allowed { endpoint = try Self.endpoint(plan, allowed) }
                return endpoint
            }
        }
    }

    /// Ends what is under way, from any thread.
    func cancel() { transport.cancel() }

    func listing(of kind: LicenseKind) throws(LicenseProblem) -> LicenseListing {
        let answer = try get("license/\(kind.rawValue)", Self.listingLimit, Self.listingTimeout)
        return try LicenseListing(answer)
    }

    /// Reads the properties of one licence.
    /// - Parameter number: the number under which it is listed.
    func details(of id: LicenseID, listedAs number: String) throws(LicenseProblem) -> LicenseDetails {
        let name = SubjectKey.encoded(Array(number.utf8))
        let answer = try get("license/\(id.kind.rawValue)/\(name)", Self.answerLimit, Self.timeout)
        return try LicenseDetails(answer, of: id, listedAs: number)
    }

    // MARK: Requests

    /// Asks with a token; where it is not accepted any more, once again with a new one.
    private func get(_ path: String, _ limit: Int, _ timeout: Int) throws(LicenseProblem) -> JSONValue {
        func ask(_ token: LicenseToken) throws(LicenseProblem) -> HTTPResponse {
            let header = ("Authorization", token.authorization)
            return try send(request(.get, path, header, limit: limit, timeout: timeout))
        }
        if let known = token.value(at: timekeeper.monotonic()) {
            let response = try ask(known)
            guard response.status == 401 else { return try value(of: response, limit) }
            token.forget()
        }
        let response = try ask(try newToken())
        guard response.status != 401 else {
            token.forget()
            throw LicenseProblem("the licence API does not accept a token that it has just given (401)")
        }
        return try value(of: response, limit)
    }

    private func request(
        _ method: HTTPMethod, _ path: String, _ header: (String, String), body: String = "",
        limit: Int = HTTPRequest.standardAnswerLimit, timeout: Int = LicenseAPI.timeout
    ) throws(LicenseProblem) -> HTTPRequest {
        do {
            return HTTPRequest(
                endpoint: try endpoint, method: method, target: basePath + path,
                headers: try HTTPHeaderLines([header]), body: Array(body.utf8), timeoutMilliseconds: timeout,
                answerLimit: limit)
        } catch {
            throw LicenseProblem("\(error)")
        }
    }

    private func newToken() throws(LicenseProblem) -> LicenseToken {
        guard let secret = secret() else { throw LicenseProblem("there is no secret \"\(plan.secret)\"") }
        let form = [("login", plan.login), ("secret", secret)]
            .map { "\($0.0)=\(SubjectKey.encoded(Array($0.1.utf8)))" }.joined(separator: "&")
        let type = ("Content-Type", "application/x-www-form-urlencoded")
        let response = try send(request(.post, "access/token", type, body: form))
        if [400, 401, 403].contains(response.status) {
            throw LicenseProblem(
                "the licence API does not accept login \"\(plan.login)\" with the secret \"\(plan.secret)\" "
                    + "(\(response.status)): check both, then `callbackd reload`")
        }
        let token = try LicenseToken(
            try value(of: response, HTTPRequest.standardAnswerLimit), now: timekeeper.monotonic())
        self.token.keep(token)
        return token
    }

    private func send(_ request: HTTPRequest) throws(LicenseProblem) -> HTTPResponse {
        switch transport.performBlocking(request).result {
        case .response(let response): return response
        case .failure(let failure):
            throw LicenseProblem(failure.description, failure.kind == .cancelled ? .stopped : .trouble)
        }
    }

    /// The JSON value of an answer that says yes.
    private func value(of response: HTTPResponse, _ limit: Int) throws(LicenseProblem) -> JSONValue {
        let status = response.status
        switch status {
        case 200..<300: break
        case 300..<400:
            throw LicenseProblem(
                "the licence API answers with a redirect (\(status)), which is not followed: check `url`")
        case 408, 425, 429, 500...:
            throw LicenseProblem("the licence API answers \(status)", retryAfter: Self.pause(response.retryAfter))
        default: throw LicenseProblem("the licence API answers \(status)", .refused)
        }
        guard !response.truncated else {
            throw LicenseProblem("the answer of the licence API is larger than \(limit / 1024) KiB")
        }
        do {
            return try JSONParser.parse(response.body)
        } catch {
            throw LicenseProblem("the answer of the licence API is not JSON: \(error)")
        }
    }

    private static func pause(_ header: String?) -> Duration? {
        header.flatMap { Int64($0) }.map { min(.seconds(max(0, $0)), longestPause) }
    }
}
