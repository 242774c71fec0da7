package import CallbackCore
import HTTPTransport

/// The webhook action as the configuration knows it.
package enum WebhookDescription {
    package static let kind = "webhook"

    package static let description = ActionDescription(
        kind: kind, schema: schema, check: check, rehearsal: WebhookPreview.rehearsal)

    package static let schema = SettingsSchema([
        .init(
            "url", .template, required: true, demands: ["pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^{@/?#]+([/?#]|$)"],
            "Where to send; a template may fill path and query, never the host."),
        .init(
            "format", .oneOf(["cloudevents"] + laterFormats),
            "How the event is written; `cloudevents` (the default) is one JSON object."),
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

    private static let laterFormats = ["cloudevents-binary", "standard", "template"]

    private static let sign = SettingsSchema([
        .init("scheme", .oneOf(["standard-webhooks"]), "The only scheme, and the default."),
        .init("secret", .secretName, required: true, "A secret of the form `whsec_…`."),
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
        if let format = settings.text("format"), laterFormats.contains(format) {
            found.append(
                Diagnostic(
                    .error, ActionCode.laterFormat.rawValue, "format \"\(format)\" is not in this version",
                    at: settings.values["format"]?.place,
                    help: "use cloudevents"))
        }
        found += checkURL(settings)
        if let proxy = settings.text("proxy"), let problem = problem(ofURL: proxy, isProxy: true) {
            found.append(
                Diagnostic(
                    .error, ActionCode.badProxy.rawValue, "proxy \(problem)", at: settings.values["proxy"]?.place))
        }
        for (name, setting) in (settings.map("headers") ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let problem = problem(ofHeader: name, setting) {
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

    private static func problem(ofHeader name: String, _ setting: Setting) -> String? {
        guard !WebhookHeaders.isReserved(name) else { return "is set by callbackd itself: leave it out" }
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
