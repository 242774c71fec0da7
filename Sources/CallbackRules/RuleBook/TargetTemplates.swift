import CallbackCore

/// What an event fills in at a target, compiled. Fixed texts are here too: another version may have had others.
struct TargetTemplates: Sendable {
    let url: URLTemplate?
    let headers: [(name: String, template: Template)]
    /// Nil where the target is no command.
    let arguments: [Template]?
    let environment: [(name: String, template: Template)]
    /// What asks whether a delivery was processed.
    let question: QuestionTemplates
    /// Whether anything in it depends on the event or on a secret, the URL aside.
    let isTemplated: Bool
    /// Whether it asks for more than the event's attributes, the URL aside.
    let readsBody: Bool

    init(
        url: URLTemplate?,
        headers: [(name: String, template: Template)],
        arguments: [Template]?,
        environment: [(name: String, template: Template)],
        question: QuestionTemplates = QuestionTemplates()
    ) {
        self.url = url
        self.headers = headers
        self.arguments = arguments
        self.environment = environment
        self.question = question
        let all = headers.map(\.template) + (arguments ?? []) + environment.map(\.template)
        isTemplated = !all.allSatisfy(\.isConstant)
        readsBody = all.contains(where: \.readsBody)
    }
}
