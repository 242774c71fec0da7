package import CallbackCore

/// What reading a configuration came to.
package struct ConfigurationResult: Sendable {
    /// Nil where any diagnostic is an error.
    package var configuration: Configuration?
    /// The events that all sources together can give.
    package var catalog: EventCatalog
    /// Everything found, over all files, by place.
    package var diagnostics: [Diagnostic]
    /// The texts of all files read, by file name, for showing the lines that diagnostics are about.
    package var files: [String: SourceText]
    /// The main file, and the patterns by which it includes others: a change of what they fit is a change of this.
    package var patterns: [String]

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
