import HTTPTypes
import Hummingbird
import NIOCore
import PanelKit

/// The licence API over HTTP: form body or query in, JSON out.
struct LicenseEndpoint: Sendable {
    /// The largest body, in bytes: a title and a comment of 255 characters each, percent-encoded, and room.
    static let longestBody = 64 * 1024

    let service: LicenseService
    let live: LicenseService.Environment
    let test: LicenseService.Environment

    func answer(_ request: Request, _ context: PanelContext, noting log: inout AccessLog.Line) async -> Response {
        let answer: LicenseAnswer
        do throws(LicenseAnswer.Refusal) {
            answer = try await dispatch(request, context, noting: &log)
        } catch {
            log.detail = error.parameter
            answer = .refused(error)
        }
        log.bytes = answer.body.readableBytes
        return answer.response
    }

    /// The answer to an address that asks too often.
    func tooFast(noting log: inout AccessLog.Line) -> Response {
        let answer = LicenseAnswer.refused(.tooMany("too many requests from this address", after: 1))
        log.bytes = answer.body.readableBytes
        return answer.response
    }

    private func dispatch(
        _ request: Request, _ context: PanelContext, noting log: inout AccessLog.Line
    ) async throws(LicenseAnswer.Refusal) -> LicenseAnswer {
        guard let path = LicensePath(request.uri.path) else {
            throw LicenseAnswer.Refusal(.notFound, "there is no \(request.uri.path.prefix(200)) here")
        }
        if path.resource == .token {
            try Self.allow([.post], request)
            return try await token(try await parameters(of: request), from: context.peer)
        }
        let login = try await login(of: request)
        log.login = login
        let environment = path.isTest ? test : live
        switch path.resource {
        case .token:
            throw LicenseAnswer.Refusal(.notFound, "there is nothing here")
        case .licenses(let kind):
            try Self.allow([.get], request)
            return .keys(
                try await Self.refusing { () throws(LicenseRefusal) in
                    try await service.keys(of: kind, in: environment)
                })
        case .orders(let kind):
            try Self.allow([.get, .post], request)
            guard request.method == .post else { return .products(LicenseCatalog.products(of: kind)) }
            return try await order(kind, request, login, environment)
        case .license(let kind, let number):
            try Self.allow([.get, .put, .delete], request)
            return try await license(kind, number, request, environment)
        }
    }

    private func token(
        _ parameters: [String: String], from address: String?
    ) async throws(LicenseAnswer.Refusal) -> LicenseAnswer {
        for name in ["login", "secret"] where parameters[name, default: ""].isEmpty {
            throw LicenseAnswer.Refusal(.badRequest, "a token cannot be given without it", parameter: name)
        }
        let token = try await Self.refusing { () throws(LicenseRefusal) in
            try await service.token(
                login: parameters["login", default: ""], secret: parameters["secret", default: ""], from: address)
        }
        return .token(token)
    }

    private func license(
        _ kind: LicenseKind, _ number: String, _ request: Request, _ environment: LicenseService.Environment
    ) async throws(LicenseAnswer.Refusal) -> LicenseAnswer {
        switch request.method {
        case .put:
            let parameters = try await parameters(of: request)
            let edit = try Self.checked { () throws(LicenseOrderError) in try LicenseEdit(parameters: parameters) }
            try await Self.refusing { () throws(LicenseRefusal) in
                try await service.edit(kind, number, edit, in: environment)
            }
            return .done
        case .delete:
            try await Self.refusing { () throws(LicenseRefusal) in
                try await service.terminate(kind, number, in: environment)
            }
            return .done
        default:
            return .properties(
                try await Self.refusing { () throws(LicenseRefusal) in
                    try await service.record(of: kind, number, in: environment)
                })
        }
    }

    private func order(
        _ kind: LicenseKind, _ request: Request, _ login: String, _ environment: LicenseService.Environment
    ) async throws(LicenseAnswer.Refusal) -> LicenseAnswer {
        let given = try await parameters(of: request)
        let key = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
        let (order, once) = try Self.checked { () throws(LicenseOrderError) in
            guard let product = given["product"] else {
                throw LicenseOrderError(parameter: "product", reason: "nothing can be ordered without it")
            }
            let order = try LicenseOrder(
                kind: kind, product: product, parameters: given.filter { $0.key != "product" }, omission: .isRefused)
            guard let key else { return (order, nil as IdempotentRequest?) }
            return (order, try IdempotentRequest(login: login, key: key, kind: kind, parameters: given))
        }
        return .ordered(
            try await Self.refusing { () throws(LicenseRefusal) in
                try await service.place(order, once: once, in: environment)
            })
    }

    // MARK: Requests

    private func login(of request: Request) async throws(LicenseAnswer.Refusal) -> String {
        let words = request.headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            throw LicenseAnswer.Refusal(.unauthorized, "send the header Authorization: Bearer TOKEN")
        }
        return try await Self.refusing { () throws(LicenseRefusal) in try await service.login(of: String(words[1])) }
    }

    private func parameters(of request: Request) async throws(LicenseAnswer.Refusal) -> [String: String] {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.longestBody)
        } catch {
            throw LicenseAnswer.Refusal(
                .contentTooLarge, "the body is larger than \(Self.longestBody) bytes, or was cut off")
        }
        if body.readableBytes > 0, let type = request.headers[.contentType],
            !type.lowercased().hasPrefix("application/x-www-form-urlencoded")
        {
            throw LicenseAnswer.Refusal(
                .unsupportedMediaType, "send the body as application/x-www-form-urlencoded, not as \(type.prefix(80))")
        }
        do throws(FormParameters.Unreadable) {
            let text = String(decoding: body.readableBytesView, as: UTF8.self)
            return try FormParameters.merged(query: request.uri.query, body: text).values
        } catch {
            throw LicenseAnswer.Refusal(.badRequest, error.reason, parameter: error.parameter)
        }
    }

    private static func allow(
        _ methods: [HTTPRequest.Method], _ request: Request
    ) throws(LicenseAnswer.Refusal) {
        guard !methods.contains(request.method) else { return }
        let names = methods.map(\.rawValue).joined(separator: ", ")
        throw LicenseAnswer.Refusal(.methodNotAllowed, "expected \(names)", allow: names)
    }

    // MARK: Errors

    private static func checked<Value>(
        _ body: () throws(LicenseOrderError) -> Value
    ) throws(LicenseAnswer.Refusal) -> Value {
        do throws(LicenseOrderError) {
            return try body()
        } catch {
            throw LicenseAnswer.Refusal(.badRequest, error.reason, parameter: error.parameter)
        }
    }

    private static func refusing<Value>(
        _ body: () async throws(LicenseRefusal) -> Value
    ) async throws(LicenseAnswer.Refusal) -> Value {
        do throws(LicenseRefusal) {
            return try await body()
        } catch {
            throw LicenseAnswer.Refusal(error)
        }
    }
}
