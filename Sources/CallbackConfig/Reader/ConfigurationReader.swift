package import CallbackCore

/// Reads a configuration file with all that it includes, and judges every word of it in one run.
package struct ConfigurationReader: Sendable {
    let sources: [SourceDescription]
    let actions: [ActionDescription]
    let builtInEvents: EventCatalog
    let access: FileAccess

    /// - Parameters:
    ///   - sources: the kinds of sources that this program has.
    ///   - actions: the kinds of actions that this program has.
    ///   - builtInEvents: the events that the program itself raises.
    ///   - access: how files are reached.
    package init(
        sources: [SourceDescription],
        actions: [ActionDescription],
        builtInEvents: EventCatalog = EventCatalog(),
        access: FileAccess = .disk
    ) {
        self.sources = sources
        self.actions = actions
        self.builtInEvents = builtInEvents
        self.access = access
    }

    /// Reads the file and what it includes. Judges words only: nothing that the words name needs to exist.
    /// - Parameter withTests: reads also the files of tests beside each of them, `*.test.yaml`.
    package func read(path: String, withTests: Bool = false) -> ConfigurationResult {
        var documents = DocumentLoader.load(path, access: access)
        if withTests { documents.addTests(access: access) }
        var draft = ConfigurationDraft(reader: self, file: path, documents: documents)
        draft.read()
        let diagnostics = Self.arranged(draft.checker.diagnostics)
        let hasErrors = diagnostics.contains { $0.severity == .error }
        let readable = draft.configuration
        return ConfigurationResult(
            configuration: hasErrors ? nil : readable,
            readable: readable,
            hasAllRules: draft.hasAllRules,
            catalog: draft.catalog,
            diagnostics: diagnostics,
            files: draft.checker.texts,
            patterns: documents.patterns
        )
    }

    /// By place, each finding once (aliases repeat values), and without any signing key in the words.
    static func arranged(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let unique = diagnostics.filter { seen.insert($0).inserted }.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.message = SecretMask.masked(diagnostic.message)
            diagnostic.label = diagnostic.label.map(SecretMask.masked)
            diagnostic.help = diagnostic.help.map(SecretMask.masked)
            return diagnostic
        }
        return unique.enumerated().sorted { left, right in
            switch (left.element.place, right.element.place) {
            case (nil, nil): left.offset < right.offset
            case (nil, _): true
            case (_, nil): false
            case (let leftPlace?, let rightPlace?):
                leftPlace < rightPlace || (!(rightPlace < leftPlace) && left.offset < right.offset)
            }
        }.map(\.element)
    }
}
