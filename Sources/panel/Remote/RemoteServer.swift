import ArgumentParser
import HTTPTransport

/// One server, asked one thing after the other.
final class RemoteServer {
    private let endpoint: HTTPEndpoint
    private let timeout: Duration
    private var transport: HTTPTransport?

    /// Answers that are larger are of no use on a terminal, and may be an attack on its memory.
    private static let longestAnswer = 64 << 20

    init(endpoint: HTTPEndpoint, timeout: Duration) {
        self.endpoint = endpoint
        self.timeout = timeout
    }

    deinit {
        transport?.shutdown()
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: exit 69 where there is none, 75 where it did not come in time.
    func ask(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaderLines, body: [UInt8] = []
    ) throws -> (status: Int, body: [UInt8]) {
        let milliseconds = max(1, Int(timeout / .milliseconds(1)))
        let request = HTTPRequest(
            endpoint: endpoint, method: method, target: target, headers: headers, body: body,
            timeoutMilliseconds: milliseconds, goesOutOnce: true, answerLimit: Self.longestAnswer)
        let completion: HTTPCompletion
        do throws(HTTPFailure) {
            completion = try started().performBlocking(request)
        } catch {
            throw failed(error, mayHaveArrived: false)
        }
        switch completion.result {
        case .failure(let failure):
            throw failed(failure, mayHaveArrived: completion.requestMayHaveBeenSent)
        case .response(let response):
            guard !response.truncated else {
                Ending.say("\(endpoint.url): the answer is larger than \(Self.longestAnswer) bytes")
                throw Ending.unavailable.code
            }
            return (response.status, response.body)
        }
    }

    private func started() throws(HTTPFailure) -> HTTPTransport {
        if let transport { return transport }
        let fresh = try HTTPTransport(maximumTransfers: 1)
        transport = fresh
        return fresh
    }

    private func failed(_ failure: HTTPFailure, mayHaveArrived: Bool) -> ExitCode {
        let doubt = mayHaveArrived ? " (the request was sent, and may have been carried out)" : ""
        Ending.say("\(endpoint.url): \(failure)\(advice(failure))\(doubt)")
        return failure.kind == .timeout ? Ending.tryAgain.code : Ending.unavailable.code
    }

    private func advice(_ failure: HTTPFailure) -> String {
        switch failure.kind {
        case .closedEarly where endpoint.url.hasPrefix("http://"):
            "; a panel with TLS does so: write https://, unless it is served with --no-tls"
        case .tls(.selfSigned), .tls(.untrusted): "; trust the panel's certificate with --ca, or see --insecure"
        default: ""
        }
    }
}
