package import CallbackCore

/// Reads templates and holds them against the events that will fill them. Collects everything that is wrong.
package struct TemplateCompiler {
    private let check: FieldCheck
    /// Whether the templates are rendered before the journal gives an event its identity and number.
    private let isBeforeJournal: Bool
    /// The secrets that there are; nil accepts every name.
    private let secrets: Set<String>?
    package private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter shapes: the event types that can meet the templates; nil accepts every field.
    package init(shapes: [EventShape]?, isBeforeJournal: Bool = false, secrets: Set<String>? = nil) {
        check = FieldCheck(shapes: shapes)
        self.isBeforeJournal = isBeforeJournal
        self.secrets = secrets
    }

    /// A template for one place; nil where it is wrong.
    package mutating func compile(_ text: String, at place: ConfigPlace, for use: TemplatePlace) -> Template? {
        let before = diagnostics.count
        do throws(TemplateParser.Problem) {
            let template = try TemplateParser.parse(text, allowsSecrets: use.allowsSecrets)
            for expression in template.expressions { field(expression, at: place) }
            for name in template.secrets { secret(name, at: place) }
            if let problem = use.problem(with: template.literal) {
                report("T013", "the text holds \(problem)", place)
            }
            return diagnostics.count == before ? template : nil
        } catch {
            report(error.code, error.message, place, label: error.label, help: error.help)
            return nil
        }
    }

    private mutating func field(_ expression: Template.Expression, at place: ConfigPlace) {
        let path = expression.path
        let attribute = path.segments.count == 1 ? EventAttribute(rawValue: path.segments[0]) : nil
        if isBeforeJournal, let attribute, !attribute.isKnownBeforeJournal {
            return report("T009", "\"\(path)\" is not known yet when deliveries are put in order", place)
        }
        switch check.find(path) {
        case .unknown(let depth, let allowed):
            let advice = check.advice(for: path, depth: depth, allowed: allowed)
            let message = "events of \(check.types) have no field \"\(path)\""
            report("T007", message, place, label: advice.label, help: advice.help)
        case .known(_, let missing):
            guard let type = missing.first, expression.fallback == nil else { return }
            let message = "\"\(path)\" is missing in events of \(type)"
            report("T008", message, place, help: "write {{ \(path) | default(\"…\") }}")
        }
    }

    private mutating func secret(_ name: String, at place: ConfigPlace) {
        guard let secrets, !secrets.contains(name) else { return }
        let label = DidYouMean.closest(to: name, among: secrets).map { "did you mean \"\($0)\"?" }
        report("T011", "there is no secret \"\(name)\"", place, label: label, help: "name it below secrets:")
    }

    mutating func report(
        _ code: String, _ message: String, _ place: ConfigPlace, label: String? = nil, help: String? = nil
    ) {
        diagnostics.append(Diagnostic(.error, code, message, at: place, label: label, help: help))
    }
}

extension TemplatePlace {
    var allowsSecrets: Bool {
        if case .header = self { true } else { false }
    }
}
