import CallbackCore

/// Finds the source that an operator named.
enum SourceChoice {
    /// - Throws: `VerbFailure` that lists what there is.
    static func settings(_ name: String, in configuration: Configuration) throws -> SourceSettings {
        if let found = configuration.sources.first(where: { $0.name.rawValue == name }) { return found }
        let names = configuration.sources.map(\.name.rawValue)
        throw VerbFailure(
            .usage, "there is no source \"\(name.harmless)\": \(DidYouMean.hint(for: name, among: names))")
    }
}
