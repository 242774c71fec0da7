package import CallbackCore

extension RuleBook {
    /// Compiles a configuration's rules and the templates of its targets.
    ///
    /// - Parameters:
    ///   - catalog: the events that can occur; nil accepts every type and field, as for a book that was in force once.
    ///   - secrets: the names below `secrets:`; nil accepts every name.
    /// - Returns: the book where there is no error, and everything that was found, sorted by place.
    package static func compile(
        rules: [RuleSettings],
        targets: [TargetSettings],
        catalog: EventCatalog?,
        secrets: Set<String>? = nil
    ) -> (RuleBook?, [Diagnostic]) {
        compile(RuleBookSource(rules: rules, targets: targets), catalog: catalog, secrets: secrets)
    }

    /// Compiles a rule book that was kept.
    package static func compile(
        _ source: RuleBookSource,
        catalog: EventCatalog? = nil,
        secrets: Set<String>? = nil
    ) -> (RuleBook?, [Diagnostic]) {
        var compiler = RuleBookCompiler(source: source, catalog: catalog, secrets: secrets)
        return compiler.compile()
    }
}

struct RuleBookCompiler {
    private let source: RuleBookSource
    private let catalog: EventCatalog?
    private let secrets: Set<String>?
    private var diagnostics: [Diagnostic] = []

    init(source: RuleBookSource, catalog: EventCatalog?, secrets: Set<String>?) {
        self.source = source
        self.catalog = catalog
        self.secrets = secrets
    }

    mutating func compile() -> (RuleBook?, [Diagnostic]) {
        var targets: [TargetName: TargetTemplates] = [:]
        for target in source.targets {
            if targets[target.name] != nil {
                report("R008", "there are two targets named \"\(target.name)\"", target.place)
            }
            targets[target.name] = templates(of: target)
        }
        var names: Set<RuleName> = []
        var rules: [RuleBook.Rule] = []
        var matched: [Matcher.Rule] = []
        for settings in source.rules {
            if !names.insert(settings.name).inserted {
                report("R003", "there are two rules named \"\(settings.name)\"", settings.place)
            }
            rules.append(rule(settings))
            matched.append(Matcher.Rule(types: settings.events.map(\.type), pattern: pattern(settings)))
        }
        diagnostics.sort { left, right in
            guard let first = left.place, let second = right.place else {
                return left.place == nil && right.place != nil
            }
            return first < second
        }
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return (nil, diagnostics) }
        let book = RuleBook(source: source, matcher: Matcher(matched), rules: rules, targets: targets)
        return (book, diagnostics)
    }

    // MARK: Rules

    private mutating func rule(_ settings: RuleSettings) -> RuleBook.Rule {
        events(settings)
        var deliveries: [RuleBook.Delivery] = []
        if settings.deliver.isEmpty {
            report("R006", "rule \"\(settings.name)\" delivers to no target", settings.place)
        }
        for deliver in settings.deliver {
            if deliveries.contains(where: { $0.target == deliver.target }) {
                let message = "rule \"\(settings.name)\" names the target \"\(deliver.target)\" twice"
                report("R004", message, deliver.place)
            }
            deliveries.append(delivery(deliver, of: settings))
        }
        return RuleBook.Rule(name: settings.name, order: order(settings), deliveries: deliveries)
    }

    private mutating func events(_ settings: RuleSettings) {
        if settings.events.isEmpty { report("R005", "rule \"\(settings.name)\" names no event", settings.place) }
        var seen: Set<EventType> = []
        for event in settings.events {
            if !seen.insert(event.type).inserted {
                report("R007", "the event \"\(event.type)\" is named twice", event.place)
            }
            guard let catalog, catalog.shapes[event.type] == nil else { continue }
            let known = catalog.shapes.keys.map(\.rawValue).sorted()
            let label = DidYouMean.closest(to: event.type.rawValue, among: known).map { "did you mean \"\($0)\"?" }
            let help = known.isEmpty ? "no source gives any event" : "events here: \(known.joined(separator: ", "))"
            report("R001", "no source gives an event \"\(event.type)\"", event.place, label: label, help: help)
        }
    }

    private mutating func pattern(_ settings: RuleSettings) -> Pattern? {
        guard let match = settings.match else { return nil }
        let (pattern, found) = PatternCompiler.compile(match, shapes: shapes(of: settings))
        diagnostics += found
        return pattern
    }

    private mutating func order(_ settings: RuleSettings) -> RuleBook.Order {
        guard let node = settings.orderBy else { return .subject }
        guard let text = node.string else {
            report("R010", "\"order-by\" takes a template or none, not \(node.kind)", node.place)
            return .subject
        }
        if text == "none" { return .none }
        var compiler = TemplateCompiler(shapes: shapes(of: settings), isBeforeJournal: true, secrets: secrets)
        let template = compiler.compile(text, at: node.place, for: .plain)
        diagnostics += compiler.diagnostics
        guard let template else { return .subject }
        if template.isConstant {
            let message = "this is a fixed text: all deliveries of rule \"\(settings.name)\" wait for each other"
            let help = "order-by takes {{ path }}, or none for no order"
            diagnostics.append(Diagnostic(.warning, "R011", message, at: node.place, help: help))
        }
        return .template(template)
    }

    private mutating func delivery(_ deliver: RuleSettings.Deliver, of rule: RuleSettings) -> RuleBook.Delivery {
        let target = source.targets.first { $0.name == deliver.target }
        if target == nil {
            let known = source.targets.map(\.name.rawValue).sorted()
            let label = DidYouMean.closest(to: deliver.target.rawValue, among: known).map { "did you mean \"\($0)\"?" }
            let help = known.isEmpty ? "there are no targets" : "targets here: \(known.joined(separator: ", "))"
            report("R002", "there is no target \"\(deliver.target)\"", deliver.place, label: label, help: help)
        }
        guard let body = deliver.body else {
            return RuleBook.Delivery(target: deliver.target, retry: deliver.retry, body: nil)
        }
        if let target, target.kind != "webhook" {
            let help = "a \(target.kind) gets the event itself; its arguments and environment can hold templates"
            report("R009", "\"body\" is for webhooks, \"\(target.name)\" is none", body.place, help: help)
        }
        var compiler = TemplateCompiler(shapes: shapes(of: rule), secrets: secrets)
        let template = compiler.compileBody(body)
        diagnostics += compiler.diagnostics
        return RuleBook.Delivery(target: deliver.target, retry: deliver.retry, body: template)
    }

    /// The event types of a rule that are known; nil where none is, so that one slip is reported once.
    private func shapes(of rule: RuleSettings) -> [EventShape]? {
        guard let catalog else { return nil }
        let shapes = rule.events.compactMap { catalog.shapes[$0.type] }
        return shapes.isEmpty ? nil : shapes
    }

    // MARK: Targets

    private mutating func templates(of target: TargetParts) -> TargetTemplates {
        var compiler = TemplateCompiler(shapes: shapes(of: target), secrets: secrets)
        let url = target.url.flatMap { compiler.compileURL($0.text, at: $0.place) }
        let headers = compiler.compile(target.headers, for: .header)
        let environment = compiler.compile(target.environment, for: .environment)
        var arguments: [Template]?
        if let run = target.run {
            arguments = run.compactMap { compiler.compile($0.text, at: $0.place, for: .argument) }
            if let program = run.first, program.text.contains("{{") {
                let help = "write its path out; the arguments after it can hold templates"
                compiler.report("T015", "the program never comes from a template", program.place, help: help)
            }
        }
        diagnostics += compiler.diagnostics
        return TargetTemplates(url: url, headers: headers, arguments: arguments, environment: environment)
    }

    /// The event types that can reach a target; nil, which accepts every field, where no rule names it yet.
    private func shapes(of target: TargetParts) -> [EventShape]? {
        guard let catalog else { return nil }
        let rules = source.rules.filter { $0.deliver.contains { $0.target == target.name } }
        let types = Set(rules.flatMap { $0.events.map(\.type) })
        let shapes = types.sorted().compactMap { catalog.shapes[$0] }
        return shapes.isEmpty ? nil : shapes
    }

    private mutating func report(
        _ code: String, _ message: String, _ place: ConfigPlace, label: String? = nil, help: String? = nil
    ) {
        diagnostics.append(Diagnostic(.error, code, message, at: place, label: label, help: help))
    }
}

extension TemplateCompiler {
    fileprivate mutating func compile(
        _ texts: [(name: String, value: TargetParts.Text)], for use: TemplatePlace
    ) -> [(name: String, template: Template)] {
        var templates: [(name: String, template: Template)] = []
        for (name, value) in texts {
            if let template = compile(value.text, at: value.place, for: use) { templates.append((name, template)) }
        }
        return templates
    }
}
