package import CallbackCore

extension RuleBook {
    /// Compiles a configuration's rules and the templates of its targets.
    ///
    /// - Parameters:
    ///   - catalog: the events that can occur; nil accepts every type and field, as for a book that was in force once.
    ///   - secrets: the names below `secrets:`; nil accepts every name.
    ///   - isWhole: false where further rules could not be read: which events reach a target is not known then.
    /// - Returns: the book where there is no error, and everything that was found, sorted by place.
    package static func compile(
        rules: [RuleSettings],
        targets: [TargetSettings],
        catalog: EventCatalog?,
        secrets: Set<String>? = nil,
        isWhole: Bool = true
    ) -> (RuleBook?, [Diagnostic]) {
        let source = RuleBookSource(rules: rules, targets: targets)
        return compile(source, catalog: catalog, secrets: secrets, isWhole: isWhole)
    }

    /// Compiles a rule book that was kept.
    package static func compile(
        _ source: RuleBookSource,
        catalog: EventCatalog? = nil,
        secrets: Set<String>? = nil,
        isWhole: Bool = true
    ) -> (RuleBook?, [Diagnostic]) {
        var compiler = RuleBookCompiler(source: source, catalog: catalog, secrets: secrets, isWhole: isWhole)
        return compiler.compile()
    }
}

/// Compiles patterns and templates. Names, lists and kinds of values have been judged by the reader of the
/// configuration; what it found wrong is left out here without a further word.
struct RuleBookCompiler {
    private let source: RuleBookSource
    private let catalog: EventCatalog?
    private let secrets: Set<String>?
    private let isWhole: Bool
    private var diagnostics: [Diagnostic] = []

    init(source: RuleBookSource, catalog: EventCatalog?, secrets: Set<String>?, isWhole: Bool) {
        self.source = source
        self.catalog = catalog
        self.secrets = secrets
        self.isWhole = isWhole
    }

    mutating func compile() -> (RuleBook?, [Diagnostic]) {
        var targets: [TargetName: TargetTemplates] = [:]
        for target in source.targets { targets[target.name] = templates(of: target) }
        var rules: [RuleBook.Rule] = []
        var matched: [Matcher.Rule] = []
        for settings in source.rules {
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
        var deliveries: [RuleBook.Delivery] = []
        for deliver in settings.deliver { deliveries.append(delivery(deliver, of: settings)) }
        return RuleBook.Rule(
            name: settings.name, order: order(settings), deliveries: deliveries, onDead: settings.onDead)
    }

    private mutating func pattern(_ settings: RuleSettings) -> Pattern? {
        guard let match = settings.match else { return nil }
        let (pattern, found) = PatternCompiler.compile(match, shapes: shapes(of: settings))
        diagnostics += found
        return pattern
    }

    private mutating func order(_ settings: RuleSettings) -> RuleBook.Order {
        guard let node = settings.orderBy, let text = node.string else { return .subject }
        if text == "none" { return .none }
        var compiler = TemplateCompiler(shapes: shapes(of: settings), isBeforeJournal: true, secrets: secrets)
        let template = compiler.compile(text, at: node.place, for: .plain)
        diagnostics += compiler.diagnostics
        guard let template else { return .subject }
        if template.expressions.isEmpty {
            let message = "this is a fixed text: all deliveries of rule \"\(settings.name)\" wait for each other"
            let help = "order-by takes {{ path }}, or none for no order"
            report(.warning, .fixedOrder, message, node.place, help)
        }
        return .template(template)
    }

    private mutating func delivery(_ deliver: RuleSettings.Deliver, of rule: RuleSettings) -> RuleBook.Delivery {
        let target = source.targets.first { $0.name == deliver.target }
        guard let body = deliver.body else {
            if let target, target.format == .template, target.body == nil {
                let message = "rule \"\(rule.name)\" gives no body to \"\(target.name)\", which has none of its own"
                let help = "give the delivery a body, or the webhook one for all rules"
                report(.error, .noBody, message, deliver.place, help)
            }
            return RuleBook.Delivery(target: deliver.target, retry: deliver.retry, body: nil)
        }
        if let target, target.kind != "webhook" {
            let help = "a \(target.kind) gets the event itself; its arguments and environment can hold templates"
            report(.error, .bodyForOther, "\"body\" is for webhooks, \"\(target.name)\" is none", body.place, help)
        }
        var compiler = TemplateCompiler(shapes: shapes(of: rule), secrets: secrets)
        let template = compile(body, of: target, &compiler)
        diagnostics += compiler.diagnostics
        return RuleBook.Delivery(target: deliver.target, retry: deliver.retry, body: template)
    }

    /// Text bodies are for the format `template`: elsewhere a text is a JSON string like any other value.
    private func compile(
        _ node: ConfigNode, of target: TargetParts?, _ compiler: inout TemplateCompiler
    ) -> DocumentTemplate? {
        guard let target, target.format == .template else {
            return DocumentTemplate(type: .json, content: .json(compiler.compileBody(node)))
        }
        // What is wrong with the content type itself is told by the action.
        guard let type = target.mediaType else { return nil }
        return compiler.compileDocument(node, type)
    }

    /// The event types of a rule; nil, which accepts every field, where one is not known: it was reported already.
    private func shapes(of rule: RuleSettings) -> [EventShape]? { shapes(of: rule.events.map(\.type)) }

    private func shapes(of types: [EventType]) -> [EventShape]? {
        guard let catalog else { return nil }
        let shapes = types.compactMap { catalog.shapes[$0] }
        return shapes.isEmpty || shapes.count < types.count ? nil : shapes
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
                compiler.report(.program, "the program never comes from a template", program.place, help: help)
            }
        }
        diagnostics += compiler.diagnostics
        return TargetTemplates(
            url: url, headers: headers, arguments: arguments, environment: environment, format: target.format,
            body: body(of: target))
    }

    private mutating func body(of target: TargetParts) -> DocumentTemplate? {
        guard target.format == .template, let node = target.body else { return nil }
        // Rules with a body of their own do not use it.
        var compiler = TemplateCompiler(shapes: shapes(of: target) { $0.body == nil }, secrets: secrets)
        let document = compile(node, of: target, &compiler)
        diagnostics += compiler.diagnostics
        return document
    }

    /// The event types that can reach a target; nil, which accepts every field, where they are not known.
    /// - Parameter counts: which deliveries are meant.
    private func shapes(
        of target: TargetParts, where counts: (RuleSettings.Deliver) -> Bool = { _ in true }
    ) -> [EventShape]? {
        guard isWhole else { return nil }
        let rules = source.rules.filter { rule in
            rule.deliver.contains { $0.target == target.name && counts($0) } || rule.onDead.contains(target.name)
        }
        return shapes(of: Set(rules.flatMap { $0.events.map(\.type) }).sorted())
    }

    private mutating func report(
        _ severity: Diagnostic.Severity, _ code: RuleCode, _ message: String, _ place: ConfigPlace, _ help: String
    ) {
        diagnostics.append(Diagnostic(severity, code.rawValue, message, at: place, help: help))
    }
}

extension TargetParts {
    /// What its bodies are; nil where the content type cannot be used.
    fileprivate var mediaType: MediaType? {
        guard let contentType else { return .json }
        do { return try MediaType(contentType.text) } catch { return nil }
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
