package import CallbackCore

/// What a rule book is compiled from: the rules, and of each target only what templates can fill.
///
/// It has a text of its own, so that every rule book that was in force can be kept and compiled again. The text names
/// secrets and holds none of them; URL, limits and schedule of a target are not in it, because the present ones count.
package struct RuleBookSource: Sendable {
    package var rules: [RuleSettings]
    package var targets: [TargetParts]

    package init(rules: [RuleSettings], targets: [TargetSettings]) {
        self.rules = rules
        self.targets = targets.map(TargetParts.init)
    }

    init(rules: [RuleSettings], targets: [TargetParts]) {
        self.rules = rules
        self.targets = targets
    }
}

/// The settings of a target that may hold templates, as written.
package struct TargetParts: Sendable {
    package struct Text: Sendable {
        package var text: String
        package var place: ConfigPlace
    }

    package var name: TargetName
    package var kind: String
    package var url: Text?
    /// Sorted by name.
    package var headers: [(name: String, value: Text)]
    /// The argument vector; nil where the target is no command.
    package var run: [Text]?
    /// Sorted by name.
    package var environment: [(name: String, value: Text)]
    /// How events are written; `cloudevents` where nothing is said.
    package var format: WebhookFormat
    /// Of the target's own bodies.
    package var contentType: Text?
    /// What is sent where a rule gives no body.
    package var body: ConfigNode?
    package var place: ConfigPlace

    init(_ target: TargetSettings) {
        name = target.name
        kind = target.kind
        place = target.place
        let values = target.settings.values
        url = values["url"].flatMap(Text.init)
        format = target.settings.text("format").flatMap(WebhookFormat.init) ?? .cloudEvents
        contentType = values["content-type"].flatMap(Text.init)
        if case .node(let node)? = values["body"]?.value { body = node }
        headers = Self.texts(values["headers"])
        environment = Self.texts(values["environment"])
        if case .list(let elements)? = values["run"]?.value { run = elements.compactMap(Text.init) }
    }

    init(
        name: TargetName,
        kind: String,
        headers: [(name: String, value: Text)],
        run: [Text]?,
        environment: [(name: String, value: Text)],
        format: WebhookFormat,
        contentType: Text?,
        body: ConfigNode?,
        place: ConfigPlace
    ) {
        self.name = name
        self.kind = kind
        self.headers = headers
        self.run = run
        self.environment = environment
        self.format = format
        self.contentType = contentType
        self.body = body
        self.place = place
    }

    private static func texts(_ setting: Setting?) -> [(name: String, value: Text)] {
        guard case .map(let map)? = setting?.value else { return [] }
        return map.sorted { $0.key < $1.key }.compactMap { name, setting in Text(setting).map { (name, $0) } }
    }
}

extension TargetParts.Text {
    fileprivate init?(_ setting: Setting) {
        guard case .text(let text) = setting.value else { return nil }
        self.init(text: text, place: setting.place)
    }
}
