package import CallbackCore

extension LicenseSource {
    package static let kind = "license-api"

    /// What the configuration can say about a licence source, and the events that follow from it.
    package static let description = SourceDescription(
        kind: kind,
        schema: SettingsSchema([
            .init(
                "url", .text, required: true, demands: ["pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^@/?#]+(/[^?#]*)?$"],
                "Where the licence API is; its test environment has a path of its own below it."),
            .init("login", .text, required: true, demands: ["minLength": 1], "The login of the account."),
            .init("secret", .secretName, required: true, "The name of a secret that holds the account's API key."),
            .init("every", .duration, "How long after a listing the next one follows; 60s is the default."),
            .init(
                "refresh", .duration, "Within which time the properties of each licence are read; 24h is the default."),
            .init(
                "kinds", .list(.oneOf(LicenseKind.allCases.map(\.rawValue))), demands: ["minItems": 1],
                "Which kinds of licences are watched; all by default."),
            .init(
                "missing", .integer(LicensePlan.patienceRange),
                "How many listings in a row without a licence end it; 3 is the default."),
            .init("rate", .rate, "How many licences' properties are read in a time at most; 5/s is the default."),
            .init(
                "tls", .settings(SettingsSchema([.init("ca", .path, "A PEM file of authorities, not the system's.")])),
                "Files for TLS."),
        ]),
        commonSchema: SettingsSchema([]),
        events: catalog,
        catalog: { settings in
            do throws(DiagnosticList) {
                _ = try LicensePlan(settings)
                return .success(catalog)
            } catch {
                return .failure(error)
            }
        })

    /// As the panel's tables give them; providers may have further properties.
    private static let catalog: EventCatalog = {
        let names = [
            "id", "kind", "product", "key_number", "title", "comment", "period", "os", "server_ip", "addons",
            "order_id",
            "status", "ordered_at", "expires_at",
        ]
        var fields = Dictionary(uniqueKeysWithValues: names.map { ($0, FieldShape.leaf) })
        fields["options"] = .open([:])
        let data = FieldShape.object([
            "new": .open(fields), "old": .open(fields), "changed": .leaf, "operation": .leaf, "redacted": .leaf,
        ])
        return EventCatalog(
            [("ordered", "ordered"), ("updated", "changed"), ("terminated", "ended")].map { verb, word in
                EventShape(type: EventType("license.\(verb)"), summary: "A licence was \(word).", data: data)
            })
    }()
}
