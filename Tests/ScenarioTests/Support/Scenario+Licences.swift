import CallbackTestKit

/// Daemons that watch a licence API.
extension Scenario {
    /// Configures a source of licences, listed each second, and a rule for all that it can tell.
    func watchLicences(at api: LoopbackLicenseAPI, more: String = "") throws {
        try watchLicences(at: api.url, secret: LoopbackLicenseAPI.secret, more: more)
    }

    /// - Parameter ca: the certificate of an API over TLS.
    func watchLicences(at url: String, secret: String, ca: String? = nil, more: String = "") throws {
        try folder.write("licences.secret", secret + "\n")
        try configure(
            sources: """
                sources:
                  licences:
                    license-api:
                      url: "\(url)"
                      login: "\(LoopbackLicenseAPI.login)"
                      secret: licences
                      every: 1s
                      refresh: 2s
                      \(ca.map { "tls: {ca: \"\($0)\"}" } ?? "")
                """,
            rules: """
                rules:
                  - name: bill
                    events: [license.ordered, license.updated, license.terminated, source.gap]
                    deliver: [billing]
                """,
            secrets: #"licences: {file: "${dir}/licences.secret"}"#, more: more)
    }

    /// How many events of licences the journal holds, and of how many licences.
    func licenceEvents() throws -> String {
        try sql(
            "SELECT count(*) || ' ' || count(DISTINCT subject) FROM events WHERE type LIKE 'license.%';", on: statePath)
    }
}

extension LoopbackRequest {
    /// Such as `license.ordered license/PLSK.10000001`.
    var licenceEvent: String {
        get throws { "\(try json["type"].text ?? "") \(try json["subject"].text ?? "")" }
    }
}
