import CallbackCore

/// The configuration as verbs need it. This file is the only place that knows how it is read.
enum LoadedConfiguration {
    /// Reads a configuration file.
    /// - Throws: `VerbFailure` with exit code 78 where it cannot be read or is not right.
    static func load(path: String) throws -> Configuration {
        throw VerbFailure(
            .configuration, "cannot read \(path): this build of callbackd has no reader for configuration files")
    }
}

extension Configuration {
    /// What is named in it now: a waiting delivery of any other rule or target is parked.
    var currentNames: (rules: Set<RuleName>, targets: Set<TargetName>) {
        (Set(rules.map(\.name)), Set(targets.map(\.name)))
    }
}
