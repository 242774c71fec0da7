import HTTPTypes
import Hummingbird
import NIOCore
import PanelKit

/// The remote XML API: a packet in, a packet out, always with HTTP status 200.
struct PacketEndpoint: Sendable {
    static let path = "/enterprise/control/agent.php"

    let access: RemoteAccess
    let line: PacketLine

    func answer(_ request: Request, _ context: PanelContext, noting log: inout AccessLog.Line) async -> Response {
        let answer: PacketAnswer
        do throws(PacketError) {
            answer = try await execute(request, context, noting: &log)
        } catch {
            answer = .refusal(error)
        }
        return Self.response(answer, noting: &log)
    }

    /// The answer to an address that asks too often; the body is not read.
    func tooFast(noting log: inout AccessLog.Line) -> Response {
        let error = PacketError(.limitReached, "Too many requests from this address; try again in a moment")
        return Self.response(.refusal(error), noting: &log)
    }

    private static func response(_ answer: PacketAnswer, noting log: inout AccessLog.Line) -> Response {
        log.detail = answer.errorCode
        let bytes = ByteBuffer(string: answer.xml)
        log.bytes = bytes.readableBytes
        return Response(
            status: .ok, headers: [.contentType: "text/xml; charset=utf-8"], body: ResponseBody(byteBuffer: bytes))
    }

    private func execute(
        _ request: Request, _ context: PanelContext, noting log: inout AccessLog.Line
    ) async throws(PacketError) -> PacketAnswer {
        guard request.method == .post else {
            throw PacketError(.malformedPacket, "Parsing error: packets come by POST, and this was a \(request.method)")
        }
        let credentials = Self.credentials(in: request.headers)
        // Only whoever is let in may make the panel read and parse a body.
        var grant = try await access.admit(credentials, from: context.peer)
        log.login = grant.caller.login
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: PacketEngine.maximumPacketSize)
        } catch {
            throw PacketError(
                .malformedPacket,
                "Parsing error: the packet is larger than \(PacketEngine.maximumPacketSize) bytes, or was cut off")
        }
        let bytes = Array(body.readableBytesView)
        // A second time only where the account was changed between the login and the transaction.
        for _ in 0..<2 {
            if let answer = try await line.answer(bytes, grant) { return answer }
            grant = try await access.admit(credentials, from: context.peer)
        }
        throw PacketError(.wrongPassword, "Authentication failed: the account is being changed")
    }

    static func credentials(in headers: HTTPFields) -> RemoteCredentials {
        var login: String?
        var password: String?
        var key: String?
        for field in headers {
            switch field.name.canonicalName {
            case "http_auth_login": login = field.value
            case "http_auth_passwd": password = field.value
            case "key": key = field.value
            default: break
            }
        }
        if let key { return .secretKey(key) }
        guard let login, let password else { return .none }
        return .password(login: login, password: password)
    }
}

extension PacketAnswer {
    /// The first error code in it, for the access log.
    var errorCode: String? {
        verdict == .ok ? nil : Self.firstCode(in: root)
    }

    private static func firstCode(in node: PacketNode) -> String? {
        if node.name == "errcode" { return node.text }
        for child in node.children {
            if let code = firstCode(in: child) { return code }
        }
        return nil
    }
}
