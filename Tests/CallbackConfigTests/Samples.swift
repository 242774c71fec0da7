import CallbackConfig
import CallbackCore

/// Sources and actions as a program would declare them, without the parts themselves.
enum Samples {
    static let sqlite = SourceDescription(
        kind: "sqlite",
        schema: SettingsSchema([
            .init("path", .path, required: true, "The database file"),
            .init("install", .oneOf(["auto", "never"]), "Whether run installs triggers; default auto"),
        ]),
        commonSchema: SettingsSchema([
            .init("profile", .oneOf(["plesk"]), "How rows become events"),
            .init("tables", .map(.settings(table)), "Tables that are watched"),
        ]),
        catalog: catalog,
        rehearse: rehearse
    )

    static let table = SettingsSchema([
        .init("key", .text, "The key column"),
        .init("events", .map(.text), required: true, "Event types by operation"),
        .init("sensitive", .list(.text), "Columns that are never copied"),
    ])

    static let webhook = ActionDescription(
        kind: "webhook",
        schema: SettingsSchema([
            .init("url", .template, required: true, "Where it goes"),
            .init(
                "format", .oneOf(["cloudevents", "cloudevents-binary", "standard", "template"]), "The body's format"),
            .init("sign", .settings(sign), "How it is signed"),
            .init("headers", .map(.secretTemplate), "Further headers"),
            .init("verify-tls", .bool, "Whether certificates are verified"),
            .init("tls", .settings(SettingsSchema([.init("ca", .path, "An authority")])), "TLS"),
        ]),
        check: { target in
            guard target.settings.text("url")?.hasPrefix("ftp:") == true else { return [] }
            return [
                Diagnostic(.error, "A001", "only http and https are possible", at: target.settings.values["url"]?.place)
            ]
        },
        rehearsal: DeliveryRehearsal(parts: [.url, .headers, .body]) { _, _ in .success(DeliveryPreview()) }
    )

    static let sign = SettingsSchema([
        .init("scheme", .oneOf(["standard-webhooks"]), "The scheme"),
        .init("secret", .secretName, required: true, "The signing secret"),
    ])

    static let command = ActionDescription(
        kind: "command",
        schema: SettingsSchema([
            .init("run", .list(.template), required: true, "The argument vector"),
            .init("environment", .map(.template), "Further variables"),
            .init("output-limit", .size, "Bytes kept"),
        ]),
        check: { _ in [] },
        rehearsal: DeliveryRehearsal(parts: [.arguments, .environment]) { _, _ in .success(DeliveryPreview()) }
    )

    static func reader(_ files: [String: String]) -> ConfigurationReader {
        ConfigurationReader(sources: [sqlite], actions: [webhook, command], access: .texts(files))
    }

    /// Reads one file from memory.
    static func read(_ text: String) -> ConfigurationResult {
        reader(["etc/callbackd.yaml": text]).read(path: "etc/callbackd.yaml")
    }

    /// One line for each diagnostic: `line:column+length code message — label`.
    static func lines(_ diagnostics: [Diagnostic]) -> [String] {
        diagnostics.map { diagnostic in
            let place = diagnostic.place.map { "\($0.line):\($0.column)+\($0.length) " } ?? ""
            let label = diagnostic.label.map { " — \($0)" } ?? ""
            return "\(place)\(diagnostic.code) \(diagnostic.message)\(label)"
        }
    }

    /// A table `silent` gives no event, a table `refused` an error, any other an `order.placed` with its columns.
    @Sendable
    private static func rehearse(_: SourceSettings, _ example: RowExample) -> Result<CapturedEvent?, DiagnosticList> {
        switch example.table {
        case "silent": .success(nil)
        case "refused":
            .failure(DiagnosticList([Diagnostic(.error, "S030", "no such table", at: example.tablePlace)]))
        default:
            .success(
                CapturedEvent(
                    type: "order.placed", subject: "\(example.table)/\(example.operation)",
                    time: Timestamp(milliseconds: 0),
                    data: ["old": example.old?.json ?? .null, "new": example.new?.json ?? .null], origin: .none))
        }
    }

    @Sendable
    private static func catalog(_ source: SourceSettings) -> Result<EventCatalog, DiagnosticList> {
        var types: [String] = []
        if source.common.text("profile") == "plesk" {
            types += ["plan_item.created", "plan_item.deleted", "service_plan.updated"]
            types += ["service_plan.plan_item_added", "service_plan.app_added"]
        }
        for (name, table) in source.common.map("tables") ?? [:] {
            guard case .settings(let settings) = table.value else { continue }
            let events = settings.textMap("events") ?? [:]
            if events.isEmpty {
                return .failure(
                    DiagnosticList([Diagnostic(.error, "S001", "table \"\(name)\" has no events", at: table.place)]))
            }
            types += events.values
        }
        let parts: FieldShape = .object(["plan": .object(["id": .leaf, "name": .leaf]), "changed": .leaf])
        return .success(
            EventCatalog(
                types.map { type in
                    EventShape(
                        type: EventType(type), summary: "",
                        data: type == "service_plan.plan_item_added" ? parts : .open([:]))
                }))
    }
}
