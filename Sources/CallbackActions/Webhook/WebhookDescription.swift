package import CallbackCore
import HTTPTransport

/// The webhook action as the configuration knows it.
package enum WebhookDescription {
    package static let kind = "webhook"

    package static let description = ActionDescription(
        kind: kind, schema: schema,
        codes: StatusCodes(200...599, hasClasses: true, "an HTTP status from 200 to 599, or a class such as 4xx"),
        check: check, rehearsal: WebhookPreview.rehearsal)

    package static let schema = SettingsSchema([
        .init(
            "url", .template, required: true, demands: ["pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^{@/?#]+([/?#]|$)"],
            "Where to send; a template may fill path and query, never the host."),
        .init(
            "format", .oneOf(WebhookFormat.allCases.map(\.rawValue)),
            "How the event is written; `cloudevents` (the default) is one JSON object."),
        .init(
            "content-type", .text, "What the bodies of the format `template` are; `application/json` is the default."),
        .init(
            "body", .node, demands: ["$ref": "#/$defs/body"],
            "What the format `template` sends where a rule gives no body of its own."),
        .init("sign", .settings(sign), "How requests are signed; without it they are not."),
        .init(
            "headers", .map(.secretTemplate),
            demands: ["propertyNames": ["pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"]],
            "Further headers; `${secret.name}` is replaced by that secret."),
        .init(
            "tls", .settings(tls),
            demands: ["dependentRequired": ["certificate": ["key"], "key": ["certificate"]]],
            "Files for TLS, and whether the receiver's certificate is looked at."),
        .init("proxy", .text, "The URL of a proxy; none by default, whatever the environment says."),
    ])

    private static let sign = SettingsSchema([
        .init("scheme", .oneOf(["standard-webhooks"]), "The only scheme, and the default."),
        .init("secret", .secretName, required: true, "A secret of the form `whsec_…` or `whsk_…`."),
        .init("also", .list(.secretName), "Further secrets that sign beside it, each with a signature of its own."),
    ])

    private static let tls = SettingsSchema([
        .init("ca", .path, "A PEM file of certificate authorities in place of the system's."),
        .init("certificate", .path, "A PEM file with the client's certificate."),
        .init("key", .path, "A PEM file with the key of `certificate`."),
        .init("verify", .bool, "`false` takes any certificate of the receiver; `true` unless given."),
    ])

    /// What is wrong with a target beyond its words.
    private static func check(_ target: TargetSettings) -> [Diagnostic] {
        let settings = target.settings
        var found: [Diagnostic] = []
        let format = settings.text("format").flatMap(WebhookFormat.init) ?? .cloudEvents
        found += checkBody(settings, format)
        found += checkURL(settings)
        found += VerifyCheck.diagnostics(of: target)
        if let proxy = settings.text("proxy"), let problem = problem(ofURL: proxy, isProxy: true) {
            found.append(
                Diagnostic(
                    .error, ActionCode.badProxy.rawValue, "proxy \(problem)", at: settings.values["proxy"]?.place))
        }
        for (name, setting) in (settings.map("headers") ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let problem = problem(ofHeader: name, setting, format) {
                found.append(
                    Diagnostic(
                        .error, ActionCode.badHeader.rawValue, "header \"\(name)\" \(problem)", at: setting.place))
            }
        }
        if let tls = settings.settings("tls"), (tls.text("certificate") == nil) != (tls.text("key") == nil) {
            found.append(
                Diagnostic(
                    .error, ActionCode.halfCertificate.rawValue, "certificate and key go together",
                    at: settings.values["tls"]?.place,
                    help: "name both files or neither"))
        }
        if let verify = settings.settings("tls")?.values["verify"], verify.value == .bool(false) {
            found.append(
                Diagnostic(
                    .warning, ActionCode.unverified.rawValue,
                    "target \"\(target.name)\" takes any certificate for the receiver's", at: verify.place,
                    help: "name the receiver's own certificate or its authority: tls: {ca: FILE}"))
        }
        return found
    }

    private static func checkURL(_ settings: Settings) -> [Diagnostic] {
        guard let url = settings.text("url") else { return [] }
        let place = settings.values["url"]?.place
        if WebhookTarget.origin(of: url).contains("{{") {
            return [
                Diagnostic(
                    .error, ActionCode.badURL.rawValue, "a template fills the host of the url", at: place,
                    help: "write scheme, host and port out; a template may fill path and query")
            ]
        }
        // The diagnostic finds out by itself what is wrong.
        guard let endpoint = try? HTTPEndpoint(url: WebhookTarget.fixedURL(url)) else {
            return [
                Diagnostic(
                    .error, ActionCode.badURL.rawValue, "url \(problem(ofURL: WebhookTarget.fixedURL(url)) ?? "")",
                    at: place)
            ]
        }
        guard endpoint.isReadableOnTheWay else { return [] }
        return [
            Diagnostic(
                .warning, ActionCode.plainHTTP.rawValue,
                "everyone on the way can read what goes to \(endpoint.host) over plain http",
                at: place, help: "use https")
        ]
    }

    private static func problem(ofURL url: String, isProxy: Bool = false) -> String? {
        do {
            _ = try isProxy ? HTTPEndpoint(url: "https://localhost/", proxy: url) : HTTPEndpoint(url: url)
            return nil
        } catch {
            return error.description
        }
    }

    private static func checkBody(_ settings: Settings, _ format: WebhookFormat) -> [Diagnostic] {
        guard format == .template else {
            return ["content-type", "body"].compactMap { key in
                settings.values[key].map { setting in
                    Diagnostic(
                        .error, ActionCode.templateOnly.rawValue,
                        "\"\(key)\" belongs to the format template, and the format here is \(format.rawValue)",
                        at: setting.place, help: "write format: template, or leave it out")
                }
            }
        }
        guard let type = settings.text("content-type") else { return [] }
        do {
            _ = try MediaType(type)
            return []
        } catch {
            return [
                Diagnostic(
                    .error, ActionCode.badContentType.rawValue, "\(JSONValue.string(type).text) \(error.message)",
                    at: settings.values["content-type"]?.place, help: "known are: \(MediaType.known)")
            ]
        }
    }

    private static func problem(ofHeader name: String, _ setting: Setting, _ format: WebhookFormat) -> String? {
        guard !WebhookHeaders.isReserved(name) else { return "is set by callbackd itself: leave it out" }
        // Values are escaped for what the body is said to be: there must not be a second word on that.
        if name.lowercased() == "content-type" {
            if format == .template { return "is written content-type: beside headers" }
            if format == .cloudEventsBinary { return "says what the data is, which is JSON: leave it out" }
        }
        guard case .text(let value) = setting.value else { return "must be a text" }
        if value.contains("{{"), value.contains("${secret.") {
            return "mixes a template with a secret: use one or the other"
        }
        do {
            _ = try HTTPHeaderLines([(name, value)])
            return nil
        } catch {
            return "cannot be sent: \(error.problem)"
        }
    }
}
