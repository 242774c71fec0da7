import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import PanelKit

/// An answer of the licence API: always JSON.
struct LicenseAnswer: Sendable {
    /// Why something is refused: a status, words, and the parameter that is wrong.
    struct Refusal: Error, Sendable {
        let status: HTTPResponse.Status
        let words: String
        let parameter: String?
        var headers: HTTPFields = [:]

        init(_ status: HTTPResponse.Status, _ words: String, parameter: String? = nil, allow: String? = nil) {
            self.status = status
            self.words = words
            self.parameter = parameter
            if let allow { headers[.allow] = allow }
            if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        }

        init(_ refusal: LicenseRefusal) {
            switch refusal {
            case .unauthorized(let words): self.init(.unauthorized, words)
            case .unknown(let unknown): self.init(.notFound, unknown.description, parameter: "keyNumber")
            case .wrong(let wrong): self.init(.badRequest, wrong.reason, parameter: wrong.parameter)
            case .conflict(let words): self.init(.unprocessableContent, words, parameter: "Idempotency-Key")
            case .unavailable(let words): self.init(.serviceUnavailable, words)
            case .locked(let seconds): self = .tooMany("too many failed logins", after: seconds)
            }
        }

        static func tooMany(_ what: String, after seconds: Int64) -> Refusal {
            var refusal = Refusal(.tooManyRequests, "\(what); try again in \(seconds) s")
            refusal.headers[.retryAfter] = String(seconds)
            return refusal
        }
    }

    let status: HTTPResponse.Status
    let body: ByteBuffer
    private var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]

    private init(_ status: HTTPResponse.Status, _ body: ByteBuffer) {
        self.status = status
        self.body = body
    }

    var response: Response {
        Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    // MARK: What is answered

    static func token(_ token: String) -> LicenseAnswer {
        struct Token: Encodable {
            let token: String
            let life: Int64
            let type = "Bearer"

            enum CodingKeys: String, CodingKey {
                case token = "access_token"
                case life = "expires_in"
                case type = "token_type"
            }
        }
        return json(.ok, Token(token: token, life: LicenseService.tokenLife))
    }

    /// Key numbers need no escapes, and there can be very many of them.
    static func keys(_ keys: [String]) -> LicenseAnswer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(keys.count * 22 + 2)
        buffer.writeString("[")
        var separator = "\""
        for key in keys {
            buffer.writeString(separator)
            buffer.writeString(key)
            separator = "\",\""
        }
        buffer.writeString(keys.isEmpty ? "]" : "\"]")
        return LicenseAnswer(.ok, buffer)
    }

    static func products(_ products: [LicenseProduct]) -> LicenseAnswer {
        json(.ok, products.map(\.name))
    }

    static func properties(_ record: LicenseRecord) -> LicenseAnswer {
        json(.ok, record)
    }

    static func ordered(_ number: String) -> LicenseAnswer {
        json(.created, ["keyNumber": number])
    }

    static let done = LicenseAnswer(.ok, ByteBuffer(string: "{}"))

    static func refused(_ refusal: Refusal) -> LicenseAnswer {
        var content = ["error": refusal.words]
        content["parameter"] = refusal.parameter
        var answer = json(refusal.status, content)
        for field in refusal.headers { answer.headers.append(field) }
        return answer
    }

    private static func json(_ status: HTTPResponse.Status, _ content: some Encodable) -> LicenseAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return LicenseAnswer(status, ByteBuffer(bytes: try encoder.encode(content)))
        } catch {
            return LicenseAnswer(.internalServerError, ByteBuffer(string: #"{"error":"the answer cannot be written"}"#))
        }
    }
}
