package import CallbackCore
package import HTTPTransport

/// One webhook target, ready to send: what its settings and secrets come to.
package struct WebhookTarget: Sendable {
    package let name: TargetName
    let endpoint: HTTPEndpoint
    /// The endpoint's headers, for attempts that replace some of them.
    private let headers: [(name: String, value: String)]
    let signer: StandardWebhooksSigner?
    let timeoutMilliseconds: Int
    /// What its statuses mean where they mean something else than usual.
    let statuses: StatusTable

    /// - Parameters:
    ///   - url: where to send; its path and query may be replaced for each attempt, its host never.
    ///   - headers: sent with each request; `Content-Type` and `User-Agent` are added where they are missing.
    ///   - secrets: the current signing secret and previous ones; none means unsigned.
    ///   - version: of callbackd, for the `User-Agent`.
    /// - Throws: what is wrong with the target.
    package init(
        name: TargetName,
        url: String,
        headers: [(name: String, value: String)] = [],
        secrets: [SigningSecret] = [],
        timeout: Duration = .seconds(20),
        connections: Int = 8,
        egress: EgressPolicy = EgressPolicy(),
        tls: HTTPEndpoint.TLS = HTTPEndpoint.TLS(),
        proxy: String? = nil,
        statuses: StatusTable = StatusTable(),
        version: String
    ) throws(WebhookTargetError) {
        self.name = name
        self.statuses = statuses
        signer = secrets.isEmpty ? nil : StandardWebhooksSigner(secrets: secrets)
        timeoutMilliseconds = Int(clamping: max(1, timeout.milliseconds))
        var all = headers
        for (header, _) in headers where WebhookHeaders.isReserved(header) {
            throw WebhookTargetError(
                target: name, problem: "header \"\(header)\" is set by callbackd: leave it out")
        }
        func addMissing(_ header: String, _ value: String) {
            guard !headers.contains(where: { $0.name.lowercased() == header.lowercased() }) else { return }
            all.append((header, value))
        }
        addMissing("Content-Type", "application/cloudevents+json; charset=utf-8")
        addMissing("User-Agent", "callbackd/\(version)")
        self.headers = all
        do {
            endpoint = try HTTPEndpoint(
                url: url, egress: egress, tls: tls, connections: min(max(1, connections), 64), proxy: proxy,
                headers: try HTTPHeaderLines(all))
        } catch {
            throw WebhookTargetError(target: name, problem: "\(error)")
        }
    }

    /// Whether deliveries can be read on their way: plain `http` to another machine.
    package var isReadableOnTheWay: Bool { endpoint.isReadableOnTheWay }

    /// Whether the receiver must prove who it is.
    package var isVerified: Bool { endpoint.tls.verifies }

    /// The request for one attempt.
    /// - Parameter now: signed as the time of this attempt.
    /// - Throws: why what templates made of the event cannot be sent.
    func request(_ attempt: Attempt, id: UInt64, now: Timestamp) throws(WebhookTargetError) -> HTTPRequest {
        let body = attempt.rendering?.body ?? attempt.event.body
        var lines = HTTPHeaderLines()
        lines.reserveCapacity(bytes: 224)
        // A header is sent once: what was rendered, a secret of now or a value of its time, goes before what is fixed.
        let rendered = attempt.rendering?.headers ?? [:]
        var names = Set(rendered.keys.map { $0.lowercased() })
        let contentType = names.contains("content-type") ? nil : attempt.rendering?.contentType
        if contentType != nil { names.insert("content-type") }
        let replaces = !names.isEmpty && headers.contains { names.contains($0.name.lowercased()) }
        do {
            if replaces {
                for header in headers where !names.contains(header.name.lowercased()) {
                    try lines.append(header.name, header.value)
                }
            }
            for (header, value) in rendered {
                guard !WebhookHeaders.isReserved(header) else {
                    throw WebhookTargetError(target: name, problem: "header \"\(header)\" is set by callbackd itself")
                }
                try lines.append(header, value)
            }
            if let contentType { try lines.append("Content-Type", contentType) }
            if let attributes = attempt.rendering?.attributes, !attributes.isEmpty {
                for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
                    try lines.append("ce-\(name)", WebhookHeaders.attribute(value))
                }
            }
        } catch {
            throw WebhookTargetError(target: name, problem: "\(error)")
        }
        lines.append("webhook-id") { $0.append(contentsOf: attempt.webhookID.utf8) }
        lines.append("webhook-timestamp") { $0.append(contentsOf: String(now.seconds).utf8) }
        if let signer {
            lines.append("webhook-signature") { bytes in
                signer.appendSignature(id: attempt.webhookID, now: now, body: body, to: &bytes)
            }
        }
        return HTTPRequest(
            id: id, endpoint: endpoint, target: try target(of: attempt.rendering?.url), headers: lines,
            replacesHeaders: replaces, body: body, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Path and query of a rendered URL, whose scheme, host and port must be the target's own.
    private func target(of url: String?) throws(WebhookTargetError) -> String? {
        guard let url, url != endpoint.url else { return nil }
        let origin = WebhookTarget.origin(of: endpoint.url)
        guard WebhookTarget.origin(of: url) == origin else {
            throw WebhookTargetError(
                target: name, problem: "a template must not change the host of the url")
        }
        let rest = url.dropFirst(origin.count)
        guard rest.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }) else {
            throw WebhookTargetError(
                target: name, problem: "the rendered url is not percent-encoded: \(url)")
        }
        return rest.hasPrefix("/") ? String(rest) : "/\(rest)"
    }

    /// The part of a URL before its path.
    static func origin(of url: String) -> Substring {
        guard let scheme = url.firstRange(of: "://") else { return url[...] }
        let end = url[scheme.upperBound...].firstIndex { "/?#\\".contains($0) } ?? url.endIndex
        return url[..<end]
    }
}

/// A target that cannot be prepared, or an attempt that cannot be sent to it.
package struct WebhookTargetError: Error, Hashable, Sendable, CustomStringConvertible {
    package let target: TargetName
    package let problem: String

    package var description: String { "target \"\(target)\": \(problem)" }
}

/// The headers that belong to callbackd and to HTTP itself.
package enum WebhookHeaders {
    private static let names: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer",
    ]

    /// Whether a configuration may not set this header.
    package static func isReserved(_ name: String) -> Bool {
        let name = name.lowercased()
        return names.contains(name) || name.hasPrefix("webhook-") || name.hasPrefix("ce-")
    }

    /// The value of an attribute as a header: printable ASCII without space, quote and percent sign, all else as the
    /// percent-encoded bytes of its UTF-8. Source: CloudEvents HTTP Protocol Binding 1.0.2, 3.1.3.2.
    static func attribute(_ value: String) -> String {
        let digits = [UInt8]("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.utf8.count)
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "%"): bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            case 0x21...0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
