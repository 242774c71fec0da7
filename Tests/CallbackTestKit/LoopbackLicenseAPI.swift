package import CallbackCore
import Synchronization

/// A licence API on 127.0.0.1 that behaves as the documentation of the real one says, or misbehaves as told.
package final class LoopbackLicenseAPI: Sendable {
    package static let login = "user@domain.com"
    package static let secret = "5355d07c0d23f24de2d1d61a2c3e32090548b0df7"

    /// What it answers in place of what it should.
    package enum Misbehaviour: String, Sendable, CaseIterable {
        case failure, refusal, unauthorized, redirect, html, half, huge, nothing, object, numbers, blank, close, empty,
            hang

        /// Answers to a listing that are no listing. An empty one is well formed, and one that hangs takes its time.
        package static let spoilingListings = allCases.filter { $0 != .empty && $0 != .hang }
    }

    fileprivate struct State {
        var licenses: [String: [(number: String, properties: JSONObject)]] = [:]
        var secret = LoopbackLicenseAPI.secret
        var tokens: Set<String> = []
        var issued = 0
        var life: JSONValue = 3600
        var misbehaviours: [(path: String, what: Misbehaviour, left: Int)] = []
    }

    private let state: SharedState
    private let receiver: LoopbackReceiver

    /// - Parameter port: 0 takes a free one.
    package init(port: UInt16 = 0) throws {
        let state = SharedState()
        self.state = state
        receiver = try LoopbackReceiver(port: port) { state.answer(to: $0) }
    }

    /// With a `/` at its end.
    package var url: String { receiver.url + "/" }
    package var port: UInt16 { receiver.port }
    package var requests: [LoopbackRequest] { receiver.requests }
    package func stop() { receiver.stop() }

    /// Waits until `count` requests have come.
    @discardableResult
    package func waitForRequests(_ count: Int) throws -> [LoopbackRequest] { try receiver.waitForRequests(count) }

    // MARK: What customers do

    /// Adds a licence at the end of its kind's list.
    package func order(_ kind: String, _ number: String, _ properties: JSONObject = [:]) {
        state.change { state in
            var all: JSONObject = [
                "id": .integer(Int64(state.licenses.values.reduce(0) { $0 + $1.count } + 1)), "kind": .string(kind),
                "key_number": .string(number), "product": "PLESK-12-VPS", "title": "Shop server", "comment": "",
                "server_ip": .null, "period": 12, "os": "LINUX", "options": ["WPBSites": "10"], "status": "active",
                "ordered_at": "2026-11-22T16:20:00.000Z", "expires_at": "2027-11-22T16:20:00.000Z",
            ]
            for member in properties.members { all[member.key] = member.value }
            state.licenses[kind, default: []].append((number, all))
        }
    }

    /// Changes properties of a licence.
    package func edit(_ kind: String, _ number: String, _ properties: JSONObject) {
        state.change { state in
            guard let index = state.licenses[kind]?.firstIndex(where: { $0.number == number }) else { return }
            for member in properties.members {
                state.licenses[kind]?[index].properties[member.key] = member.value
            }
        }
    }

    /// Changes one property of a licence.
    package func edit(_ kind: String, _ number: String, _ property: String, to text: String) {
        edit(kind, number, JSONObject(members: [.init(key: property, value: .string(text))]))
    }

    /// Lists a licence under its next revision.
    package func renew(_ kind: String, _ number: String, as next: String) {
        edit(kind, number, ["key_number": .string(next)])
        state.change { state in
            guard let index = state.licenses[kind]?.firstIndex(where: { $0.number == number }) else { return }
            state.licenses[kind]?[index].number = next
        }
    }

    /// Takes a licence out of its list.
    package func end(_ kind: String, _ number: String) {
        state.change { $0.licenses[kind]?.removeAll { $0.number == number } }
    }

    // MARK: What goes wrong

    /// Misbehaves at the next requests whose path begins so.
    package func misbehave(_ what: Misbehaviour, on path: String, times: Int = .max) {
        state.change { $0.misbehaviours.append((path, what, times)) }
    }

    /// Behaves again.
    package func behave() { state.change { $0.misbehaviours = [] } }

    /// Accepts none of the tokens that it has given.
    package func revokeTokens() { state.change { $0.tokens = [] } }

    /// Accepts another key of the account, and no token from before.
    package func change(secret: String) {
        state.change {
            $0.secret = secret
            $0.tokens = []
        }
    }

    /// What it says of the life of the next tokens, in seconds.
    package func change(life: JSONValue) { state.change { $0.life = life } }

    // MARK: Answers

    fileprivate final class SharedState: Sendable {
        private let state = Mutex(State())

        func change(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }

        func answer(to request: LoopbackRequest) -> LoopbackAnswer {
            state.withLock { state in
                if let index = state.misbehaviours.firstIndex(where: { request.path.hasPrefix($0.path) && $0.left > 0 })
                {
                    state.misbehaviours[index].left -= 1
                    return state.misbehaviours[index].what.answer
                }
                if request.method == "POST", request.path == "/access/token" { return state.token(request) }
                guard let token = request.header("authorization"), state.tokens.contains(token) else {
                    return .status(401, body: #"{"error":"unauthorized"}"#)
                }
                return state.licenses(request)
            }
        }
    }
}

extension LoopbackLicenseAPI.State {
    fileprivate mutating func token(_ request: LoopbackRequest) -> LoopbackAnswer {
        let form = "login=user%40domain.com&secret=\(secret)"
        guard request.text == form, request.header("content-type") == "application/x-www-form-urlencoded" else {
            return .status(401, body: #"{"error":"wrong login or secret"}"#)
        }
        issued += 1
        let token = "token-\(issued)"
        tokens.insert("Bearer \(token)")
        let answer: JSONValue = ["access_token": .string(token), "expires_in": life, "token_type": "Bearer"]
        return .status(200, body: answer.text)
    }

    fileprivate func licenses(_ request: LoopbackRequest) -> LoopbackAnswer {
        let words = request.path.split(separator: "/").map(String.init)
        guard request.method == "GET", words.first == "license", words.count <= 3, words.count > 1 else {
            return .status(404, body: #"{"error":"not found"}"#)
        }
        let known = licenses[words[1]] ?? []
        guard words.count == 3 else {
            return .status(200, body: JSONValue.array(known.map { .string($0.number) }).text)
        }
        guard let license = known.first(where: { $0.number == words[2] }) else {
            return .status(404, body: #"{"error":"unknown key"}"#)
        }
        return .status(200, body: JSONValue.object(license.properties).text)
    }
}

extension LoopbackLicenseAPI.Misbehaviour {
    fileprivate var answer: LoopbackAnswer {
        switch self {
        case .failure: .status(500, body: #"{"error":"out of order"}"#)
        case .refusal: .status(403, body: #"{"error":"forbidden"}"#)
        case .unauthorized: .status(401, body: #"{"error":"unauthorized"}"#)
        case .redirect: .status(302, headers: [("Location", "/elsewhere")])
        case .html: .status(200, body: "<html><body>We are working on it.</body></html>")
        case .half: .bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[\"PLSK.0298")
        case .huge:
            .endless(first: Array("HTTP/1.1 200 OK\r\n\r\n[".utf8), forever: Array(repeating: 0x20, count: 65_536))
        case .nothing: .status(200)
        case .object: .status(200, body: #"{"keys":[]}"#)
        case .numbers: .status(200, body: "[1, 2, 3]")
        case .blank: .status(200, body: #"["PLSK.02980001", " "]"#)
        case .close: .close
        case .empty: .status(200, body: "[]")
        case .hang: .hang
        }
    }
}
