import ArgumentParser
import FoundationEssentials
import HTTPTransport
import PanelKit

/// The licences of a licence API, reached with a login and its API key.
final class RemoteLicenses: LicenseAccess {
    private let server: RemoteServer
    /// What stands before every path: `/test`, or nothing.
    private let prefix: String
    private let login: String
    private let secret: String
    private var token: String?
    /// Makes a repeated order the same order.
    private let orderKey: String?

    init(server: RemoteServer, isTest: Bool, login: String, secret: String, orderKey: String?) {
        self.server = server
        prefix = isTest ? "/test" : ""
        self.login = login
        self.secret = secret
        self.orderKey = orderKey
    }

    func keys(of kind: LicenseKind) throws -> [String] {
        try decoded(try ask(.get, "/license/\(kind.rawValue)"))
    }

    func products(of kind: LicenseKind) throws -> [String] {
        try decoded(try ask(.get, "/license/\(kind.rawValue)/order"))
    }

    func properties(of kind: LicenseKind, _ number: String) throws -> [UInt8] {
        try ask(.get, "/license/\(kind.rawValue)/\(number)")
    }

    func edit(_ kind: LicenseKind, _ number: String, _ edit: LicenseEdit) throws {
        _ = try ask(
            .put, "/license/\(kind.rawValue)/\(number)", [("title", edit.title), ("comment", edit.comment)])
    }

    func terminate(_ kind: LicenseKind, _ number: String) throws {
        _ = try ask(.delete, "/license/\(kind.rawValue)/\(number)")
    }

    func place(_ order: LicenseOrder) throws -> String {
        struct Placed: Decodable {
            let keyNumber: String
        }
        let extra = orderKey.map { [(name: "Idempotency-Key", value: $0)] } ?? []
        let body = try ask(.post, "/license/\(order.product.kind.rawValue)/order", order.parameters, headers: extra)
        let placed: Placed = try decoded(body)
        return placed.keyNumber
    }

    private func ask(
        _ method: HTTPMethod, _ path: String, _ parameters: [(String, String)] = [],
        headers: [(name: String, value: String)] = []
    ) throws -> [UInt8] {
        let token = try token ?? newToken()
        self.token = token
        return try send(method, path, parameters, headers: headers + [("Authorization", "Bearer \(token)")])
    }

    private func newToken() throws -> String {
        struct Token: Decodable {
            let token: String

            enum CodingKeys: String, CodingKey {
                case token = "access_token"
            }
        }
        let token: Token = try decoded(
            try send(.post, "/access/token", [("login", login), ("secret", secret)], headers: []))
        return token.token
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ parameters: [(String, String)],
        headers: [(name: String, value: String)]
    ) throws -> [UInt8] {
        let form = FormBody(parameters)
        var lines = headers
        if !form.bytes.isEmpty { lines.append(("Content-Type", "application/x-www-form-urlencoded")) }
        let header: HTTPHeaderLines
        do { header = try HTTPHeaderLines(lines) } catch { throw ValidationError("\(error)") }
        let (status, body) = try server.ask(method, prefix + path, headers: header, body: form.bytes)
        guard (200..<300).contains(status) else { throw refused(status, body) }
        return body
    }

    private func refused(_ status: Int, _ body: [UInt8]) -> ExitCode {
        struct Refusal: Decodable {
            let error: String
            let parameter: String?
        }
        if let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body)) {
            Ending.say(refusal.parameter.map { "\($0): \(refusal.error)" } ?? refusal.error)
        } else {
            Ending.say("HTTP status \(status), and no word of why: is this a licence API?")
        }
        switch status {
        case 401, 403: return Ending.noPermission.code
        case 404: return Ending.answeredWithError.code
        case 400..<429: return Ending.brokenData.code
        case 429: return Ending.tryAgain.code
        default: return Ending.unavailable.code
        }
    }

    private func decoded<Value: Decodable>(_ body: [UInt8]) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(body))
        } catch {
            Ending.say("the answer is not what a licence API answers")
            throw Ending.unavailable.code
        }
    }
}

/// Parameters as a form writes them.
struct FormBody {
    private(set) var bytes: [UInt8] = []

    init(_ parameters: [(String, String)]) {
        for (name, value) in parameters {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            append(name)
            bytes.append(UInt8(ascii: "="))
            append(value)
        }
    }

    private mutating func append(_ text: String) {
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                bytes.append(byte)
            } else {
                bytes += Array(("%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)).utf8)
            }
        }
    }
}
