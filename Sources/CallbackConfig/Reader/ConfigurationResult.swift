package import CallbackCore

/// What reading a configuration came to.
package struct ConfigurationResult: Sendable {
    /// Nil where any diagnostic is an error.
    package var configuration: Configuration?
    /// What could be read, also where something beside it is wrong: for finding further errors, and nothing else.
    package var readable: Configuration
    /// Whether `readable` has every rule with all its events and targets.
    package var hasAllRules: Bool
    /// The events that all sources together can give.
    package var catalog: EventCatalog
    /// Everything found, over all files, by place.
    package var diagnostics: [Diagnostic]
    /// The texts of all files read, by file name, for showing the lines that diagnostics are about.
    package var files: [String: SourceText]
    /// The main file, and the patterns by which it includes others: a change of what they fit is a change of this.
    package var patterns: [String]

    /// The same with what another part found in `readable`. A value that has an error already gets no second one.
    package func adding(_ further: [Diagnostic]) -> ConfigurationResult {
        var result = self
        let errors = diagnostics.filter { $0.severity == .error }
        let news = further.filter { diagnostic in
            !errors.contains { error in
                guard let place = diagnostic.place, let taken = error.place else { return false }
                return place.overlaps(taken)
            }
        }
        result.diagnostics = ConfigurationReader.arranged(diagnostics + news)
        if result.hasErrors { result.configuration = nil }
        return result
    }

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension ConfigPlace {
    fileprivate func overlaps(_ other: ConfigPlace) -> Bool {
        file == other.file && line == other.line && column < other.column + other.length
            && other.column < column + length
    }
}
