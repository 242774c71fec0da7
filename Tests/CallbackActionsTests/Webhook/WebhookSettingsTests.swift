import CallbackCore
import CallbackTestKit
import HTTPTransport
import Testing

@testable import CallbackActions

@Suite("Settings of a webhook target", .timeLimit(.minutes(1)))
struct WebhookSettingsTests {
    private let place = ConfigPlace(file: "etc/callbackd.yaml", line: 3, column: 5)

    private func text(_ text: String) -> Setting { Setting(.text(text), at: place) }

    private func target(_ values: [String: Setting]) -> TargetSettings {
        TargetSettings(
            name: "billing", kind: "webhook", settings: Settings(values, at: place), timeout: .seconds(3),
            retry: .standard, concurrency: 8, connections: 4, place: place)
    }

    private func codes(_ values: [String: Setting]) -> [String] {
        WebhookDescription.description.check(target(values)).map { "\($0.severity.rawValue) \($0.code)" }
    }

    @Test("settings that are right give no diagnostic")
    func right() {
        let tls = Settings(
            ["ca": text("/ca.pem"), "certificate": text("/c.pem"), "key": text("/k.pem")], at: place)
        let values: [String: Setting] = [
            "url": text("https://billing.example.com/hooks/{{ data.plan.id }}?a={{ id }}"),
            "format": text("cloudevents"), "proxy": text("http://proxy.example.com:3128"),
            "headers": Setting(
                .map(["Authorization": text("Bearer ${secret.token}"), "X-Plan": text("{{ data.plan.name }}")]),
                at: place),
            "tls": Setting(.settings(tls), at: place),
        ]
        #expect(codes(values).isEmpty)
        #expect(codes(["url": text("http://127.0.0.1:8080/")]).isEmpty)
    }

    @Test("each mistake has its code")
    func mistakes() {
        let good = text("https://example.com/")
        func header(_ name: String, _ value: String) -> [String: Setting] {
            ["url": good, "headers": Setting(.map([name: text(value)]), at: place)]
        }
        for format in ["cloudevents", "cloudevents-binary", "standard"] {
            #expect(codes(["url": good, "format": text(format)]) == [])
            #expect(codes(["url": good, "format": text(format), "content-type": text("text/xml")]) == ["error C098"])
        }
        let node = Setting(.node(ConfigNode(.string("a"), at: place)), at: place)
        #expect(codes(["url": good, "body": node]) == ["error C098"])
        #expect(codes(["url": good, "format": text("template"), "body": node]) == [])
        for type in ["text/html", "xml", "text/xml; charset=latin1", "a/b/c", "application/json\r\nX: 1", ""] {
            let values = ["url": good, "format": text("template"), "content-type": text(type), "body": node]
            #expect(codes(values) == ["error C099"], "\(type)")
        }
        for (format, code) in [
            ("template", ["error C094"]), ("cloudevents-binary", ["error C094"]), ("standard", []), ("cloudevents", []),
        ] {
            var values = header("content-Type", "application/json")
            values["format"] = text(format)
            #expect(codes(values) == code, "\(format)")
        }
        for url in [
            "ftp://example.com/", "example.com", "https://{{ data.host }}/", "https://{{ data.host }}.example.com/x",
            "https://u:p@example.com/", "{{ url }}",
        ] {
            #expect(codes(["url": text(url)]) == ["error C092"], "\(url)")
        }
        #expect(codes(["url": good, "proxy": text("nonsense:x:y")]) == ["error C093"])
        #expect(codes(header("Webhook-Id", "1")) == ["error C094"])
        #expect(codes(header("ce-id", "1")) == ["error C094"])
        #expect(codes(header("Host", "x")) == ["error C094"])
        #expect(codes(header("X A", "1")) == ["error C094"])
        #expect(codes(header("X-A", "a\r\nb")) == ["error C094"])
        #expect(codes(header("X-A", "${secret.a} {{ id }}")) == ["error C094"])
        let half = Settings(["certificate": text("/c.pem")], at: place)
        #expect(codes(["url": good, "tls": Setting(.settings(half), at: place)]) == ["error C095"])
        #expect(codes(["url": text("http://billing.example.com/")]) == ["warning C096"])
    }

    @Test("a target signs with the current and the previous secrets and puts secrets into headers")
    func secrets() throws {
        let sign = Settings(["secret": text("billing")], at: place)
        let settings = target([
            "url": text("https://example.com/{{ subject }}"), "sign": Setting(.settings(sign), at: place),
            "headers": Setting(
                .map(["Authorization": text("Bearer ${secret.token}, ${secret.token}"), "X-T": text("{{ id }}")]),
                at: place),
        ])
        let keys = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + String(repeating: "QUJD", count: 8)]
        let target = try WebhookTarget(settings, egress: EgressPolicy(), version: "1") { name in
            ["billing": keys.map { SecretText($0) }, "token": [SecretText("t0ken")]][name]
        }
        #expect(target.endpoint.url == "https://example.com/")
        #expect(target.endpoint.connections == 4)
        #expect(target.timeoutMilliseconds == 3000)
        let headers = try HTTPHeaderLines([
            ("Authorization", "Bearer t0ken, t0ken"),
            ("Content-Type", "application/cloudevents+json; charset=utf-8"), ("User-Agent", "callbackd/1"),
        ])
        let plain = try HTTPEndpoint(url: "https://example.com/", headers: headers)
        #expect(target.endpoint.headers == plain.headers)
        let moment = Timestamp(milliseconds: 1000)
        let expected = StandardWebhooksSigner(secrets: try keys.map { try SigningSecret($0) })
        let signature = try #require(target.signer).signature(id: "m", now: moment, body: [])
        #expect(signature == expected.signature(id: "m", now: moment, body: []))
        #expect(signature.split(separator: " ").count == 2)
    }

    @Test("a secret that is missing or broken is an error that does not repeat it")
    func brokenSecrets() {
        let sign = Settings(["secret": text("billing")], at: place)
        let signed = target(["url": text("https://example.com/"), "sign": Setting(.settings(sign), at: place)])
        for secrets in [nil, [], ["s3cret"], ["whsec_s3cret"]] as [[String]?] {
            let error = #expect(throws: WebhookTargetError.self) {
                try WebhookTarget(signed, egress: EgressPolicy(), version: "1") { _ in secrets?.map { SecretText($0) } }
            }
            #expect(error?.description.contains("\"billing\"") == true)
            #expect(error?.description.contains("s3cret") == false)
        }
        let header = target([
            "url": text("https://example.com/"),
            "headers": Setting(.map(["X-A": text("${secret.token}")]), at: place),
        ])
        #expect(throws: WebhookTargetError.self) {
            try WebhookTarget(header, egress: EgressPolicy(), version: "1") { _ in nil }
        }
        #expect(throws: WebhookTargetError.self) {
            try WebhookTarget(header, egress: EgressPolicy(), version: "1") { _ in [SecretText("a\r\nX-B: b")] }
        }
    }

    @Test("the allowed networks are read, and each wrong one is told with its place")
    func egress() throws {
        #expect(try EgressPolicy([text("10.1.2.0/24")]).allow.map(\.description) == ["10.1.2.0/24"])
        let error = #expect(throws: DiagnosticList.self) {
            try EgressPolicy([text("10.1.2.3/24"), text("10.0.0.0/8"), text("lan")])
        }
        #expect(error?.diagnostics.map(\.code) == ["C097", "C097"])
        #expect(error?.diagnostics.first?.place == place)
        #expect(error?.diagnostics.first?.help?.contains("10.1.2.0/24") == true)
    }
}
