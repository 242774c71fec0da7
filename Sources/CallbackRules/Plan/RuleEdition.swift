package import CallbackCore

/// A rule book as it treats events that have happened: the rules as they are kept, and the targets that count with them.
///
/// The daemon sends a delivery with the templates of the rule book that made it, and to the URL that the target has
/// now. Two editions are therefore compared the way in which they would be carried out.
package struct RuleEdition: Sendable {
    package let book: RuleBook
    /// Whose URLs count.
    private let current: RuleBook
    private let rules: [RuleName: RuleSettings]
    private let targets: [TargetName: TargetParts]
    private let urls: [TargetName: String]

    /// - Parameters:
    ///   - kept: a rule book that was compiled from its archive, and is another object than `current`.
    ///   - current: the rule book whose targets are there.
    package init(kept: RuleBook, current: RuleBook) {
        book = kept
        self.current = current
        rules = Dictionary(kept.source.rules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        targets = Dictionary(kept.source.targets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        urls = Dictionary(
            current.source.targets.compactMap { target in target.url.map { (target.name, $0.text) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// A configuration as it would be, once it is in force.
    /// - Throws: `RuleBookArchiveError` where the book cannot be read back, which a compiled book always can.
    package init(inForce book: RuleBook) throws(RuleBookArchiveError) {
        let (kept, diagnostics) = RuleBook.compile(try RuleBookSource(archive: book.source.archive))
        guard let kept else {
            throw RuleBookArchiveError(diagnostics.map(\.message).joined(separator: "; "))
        }
        self.init(kept: kept, current: book)
    }

    package var ruleNames: Set<RuleName> { Set(rules.keys) }

    /// The rules that a recorded event concerns, in the order of the file.
    package func matches(_ view: EventView) -> [RuleMatch] {
        let event = CapturedEvent(
            type: view.type, subject: view.subject, time: view.time, data: view.data, origin: .none)
        return book.matches(event, source: view.source)
    }

    /// Whether both write a callback in the same words, so that nothing needs to be filled in to compare them.
    func writes(_ rule: RuleName, _ target: TargetName, as other: RuleEdition) -> Bool {
        words(rule, target) == other.words(rule, target)
    }

    /// Everything that one callback would carry. Secrets stand in it by name.
    func content(_ rule: RuleName, _ target: TargetName, of event: Event) -> Result<CallbackContent, RenderingError> {
        book.rendering(rule: rule, target: target, event: event, current: current) { "${secret.\($0)}" }
            .map { rendering in
                CallbackContent(
                    kind: targets[target]?.kind ?? "", url: rendering?.url ?? urls[target],
                    headers: rendering?.allHeaders ?? [:], arguments: rendering?.arguments,
                    environment: rendering?.environment ?? [:], body: rendering?.body ?? event.body)
            }
    }

    /// What the deliveries of a rule wait for, in words; for an example, so it is compiled when it is asked for.
    func orderingKey(_ rule: RuleName, _ view: EventView) -> String? {
        guard let node = rules[rule]?.orderBy, let text = node.string else { return view.subject }
        if text == "none" { return nil }
        var compiler = TemplateCompiler(shapes: nil, isBeforeJournal: true)
        guard let template = compiler.compile(text, at: node.place, for: .plain) else { return view.subject }
        do { return try template.render(view, as: .plain) } catch { return view.subject }
    }

    private struct Words: Equatable {
        var kind: String?
        var url: String?
        var texts: [[String]]
        var run: [String]?
        var format: WebhookFormat?
        var type: String?
        var targetBody: JSONValue?
        var body: ConfigNode?
    }

    private func words(_ rule: RuleName, _ target: TargetName) -> Words {
        let parts = targets[target]
        return Words(
            kind: parts?.kind, url: urls[target],
            texts: (parts?.headers ?? []).map { ["header", $0.name, $0.value.text] }
                + (parts?.environment ?? []).map { ["environment", $0.name, $0.value.text] },
            run: parts?.run?.map(\.text), format: parts?.format, type: parts?.contentType?.text,
            targetBody: parts?.body?.json, body: rules[rule]?.deliver.first { $0.target == target }?.body)
    }
}

extension Rendering {
    /// The headers with those that the format brings.
    fileprivate var allHeaders: [String: String] {
        var all = headers
        if let contentType { all["Content-Type"] = contentType }
        for (name, value) in attributes { all["ce-\(name)"] = value }
        return all
    }
}
