import HTTPTypes
import Hummingbird
import NIOCore
import PanelKit

/// Finds what answers a request, and writes the access log.
struct PanelResponder: HTTPResponder {
    /// What a listener offers beside the health page.
    enum Offer: Sendable {
        case packets(PacketEndpoint)
        case licenses(LicenseEndpoint)
    }

    let offer: Offer
    let rate: RequestRate?
    let log: AccessLog?

    func respond(to request: Request, context: PanelContext) async throws -> Response {
        var line = AccessLog.Line(
            peer: context.peer, login: nil, method: request.method.rawValue, path: request.uri.path, status: 0,
            detail: nil, bytes: 0, began: .now)
        let response = await answer(request, context, noting: &line)
        line.status = response.status.code
        log?.write(line)
        return response
    }

    private func answer(_ request: Request, _ context: PanelContext, noting line: inout AccessLog.Line) async
        -> Response
    {
        let path = request.uri.path
        let isTooFast = context.peer.map { rate?.admits($0) == false } ?? false
        switch offer {
        case _ where path == Self.healthPath:
            return health
        case .packets(let endpoint):
            guard path == PacketEndpoint.path else { return Self.text(.notFound, "nothing is here\n") }
            return isTooFast
                ? endpoint.tooFast(noting: &line) : await endpoint.answer(request, context, noting: &line)
        case .licenses(let endpoint):
            return isTooFast
                ? endpoint.tooFast(noting: &line) : await endpoint.answer(request, context, noting: &line)
        }
    }

    static let healthPath = "/health"

    /// Says that the server takes requests, and whether the database took the last change.
    private var health: Response {
        let isFailing =
            switch offer {
            case .packets(let endpoint): endpoint.line.commits.isFailing
            case .licenses(let endpoint): endpoint.live.commits.isFailing
            }
        return isFailing ? Self.text(.serviceUnavailable, "the last change failed\n") : Self.text(.ok, "ok\n")
    }

    private static func text(_ status: HTTPResponse.Status, _ words: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: words)))
    }
}
