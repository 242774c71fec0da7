import CallbackCore
import CallbackRules

extension Sample {
    static func setting(_ text: String, column: Int = 1) -> Setting {
        Setting(.text(text), at: ConfigPlace(file: "targets.yaml", line: 1, column: column))
    }

    static func webhook(
        _ name: TargetName, url: String = "https://billing.example/hook", headers: [String: String] = [:],
        format: WebhookFormat? = nil, contentType: String? = nil, body: ConfigNode? = nil
    ) -> TargetSettings {
        var values = ["url": setting(url)]
        if let format { values["format"] = setting(format.rawValue) }
        if let contentType { values["content-type"] = setting(contentType) }
        if let body { values["body"] = Setting(.node(body), at: place) }
        if !headers.isEmpty { values["headers"] = Setting(.map(headers.mapValues { setting($0) }), at: place) }
        return target(name, "webhook", values)
    }

    static func command(_ name: TargetName, run: [String], environment: [String: String] = [:]) -> TargetSettings {
        target(
            name, "command",
            [
                "run": Setting(.list(run.map { setting($0) }), at: place),
                "environment": Setting(.map(environment.mapValues { setting($0) }), at: place),
            ])
    }

    private static func target(_ name: TargetName, _ kind: String, _ values: [String: Setting]) -> TargetSettings {
        TargetSettings(
            name: name, kind: kind, settings: Settings(values, at: place), timeout: .seconds(20), retry: .standard,
            concurrency: 8, connections: 8, place: place)
    }

    static func rule(
        _ name: RuleName, _ events: [EventType], match: String? = nil, orderBy: String? = nil,
        deliver: [RuleSettings.Deliver], line: Int = 1
    ) throws -> RuleSettings {
        let place = ConfigPlace(file: "rules.yaml", line: line, column: 1)
        return RuleSettings(
            name: name, events: events.map { .init(type: $0, place: place) },
            match: try match.map { try .json($0) }, orderBy: try orderBy.map { try .json($0) }, deliver: deliver,
            place: place)
    }

    static func deliver(
        _ target: TargetName, retry: RetryPolicy? = nil, body: String? = nil
    ) throws -> RuleSettings.Deliver {
        .init(target: target, retry: retry, body: try body.map { try .json($0) }, place: place)
    }
}
