import CallbackCore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// What the control socket answers: `GET /v1/status`, `POST /v1/commands`, `POST /v1/targets/{name}/test`,
/// `POST /v1/reload`.
struct ControlRoutes: Sendable {
    /// Bytes of one request: thousands of delivery names, not millions.
    static let longestRequest = 1 << 20

    let operations: any Operations

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("v1/status") { _, _ in
            Self.answer(.ok, try JSONEncoder().encode(await operations.status()))
        }
        router.post("v1/commands") { request, _ in
            let body: ByteBuffer
            do {
                body = try await request.body.collect(upTo: Self.longestRequest)
            } catch {
                return Self.refusal(.contentTooLarge, "the command is larger than \(Self.longestRequest) bytes")
            }
            let command: OperatorCommand
            do {
                command = try JSONDecoder().decode(OperatorCommand.self, from: Data(body.readableBytesView))
            } catch {
                return Self.refusal(.badRequest, "this is no command that this version knows")
            }
            return Self.answer(.ok, try JSONEncoder().encode(await operations.perform(command)))
        }
        router.post("v1/targets/:name/test") { _, context in
            let segment = try context.parameters.require("name")
            guard let name = PathSegment.decoded(segment) else {
                return Self.refusal(.badRequest, "the target's name is not percent-encoded UTF-8")
            }
            return Self.answer(.ok, try JSONEncoder().encode(await operations.test(target: name)))
        }
        router.post("v1/reload") { _, _ in
            Self.answer(.ok, try JSONEncoder().encode(await operations.reload()))
        }
        return router
    }

    private static func answer(_ status: HTTPResponse.Status, _ body: Data) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func refusal(_ status: HTTPResponse.Status, _ words: String) -> Response {
        answer(status, Data(JSONValue.object(["error": .string(words)]).text.utf8))
    }
}
