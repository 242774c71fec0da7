import CallbackCore

/// What an event fills in at a target, compiled. Fixed texts are here too: another version may have had others.
struct TargetTemplates: Sendable {
    let url: URLTemplate?
    let headers: [(name: String, template: Template)]
    /// Nil where the target is no command.
    let arguments: [Template]?
    let environment: [(name: String, template: Template)]
    let format: WebhookFormat
    /// What is sent where a rule gives no body; nil where it is the event.
    let body: DocumentTemplate?
    /// Whether the headers say what the body is.
    let hasContentType: Bool
    /// Whether anything in it depends on the event or on a secret, the URL aside.
    let isTemplated: Bool
    /// Whether it asks for more than the event's attributes, the URL aside.
    let readsBody: Bool

    init(
        url: URLTemplate?,
        headers: [(name: String, template: Template)],
        arguments: [Template]?,
        environment: [(name: String, template: Template)],
        format: WebhookFormat,
        body: DocumentTemplate?
    ) {
        self.url = url
        self.headers = headers
        self.arguments = arguments
        self.environment = environment
        self.format = format
        self.body = body
        hasContentType = headers.contains { $0.name.lowercased() == "content-type" }
        let all = headers.map(\.template) + (arguments ?? []) + environment.map(\.template)
        isTemplated = !all.allSatisfy(\.isConstant)
        readsBody = all.contains(where: \.readsBody)
    }
}
