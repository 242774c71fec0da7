import CallbackActions
import CallbackConfig
import CallbackCore
import CallbackEngine
import CallbackRules
import Glibc

/// The configuration as verbs need it. This file is the only place that knows how it is read.
struct LoadedConfiguration {
    /// Nil where there is an error.
    let configuration: Configuration?
    /// Nil where there is an error.
    let book: RuleBook?
    let catalog: EventCatalog
    /// Everything that was found, by place.
    let diagnostics: [Diagnostic]
    /// The main file, and the patterns by which it includes others.
    let patterns: [String]
    private let files: [String: SourceText]

    /// Reads a configuration file with all that it includes, and compiles its rules.
    /// - Parameters:
    ///   - here: judges also what the words name: files, users, secrets.
    ///   - withTests: reads also the files of tests beside the configuration.
    init(path: String, here: Diagnostic.Severity? = nil, withTests: Bool = false) {
        let reader = ConfigurationReader(
            sources: Parts.sources, actions: Parts.actions, builtInEvents: BuiltInEvents.catalog)
        let read = reader.read(path: path, withTests: withTests)
        let (book, found) = RuleBook.compile(
            rules: read.readable.rules, targets: read.readable.targets, catalog: read.catalog,
            isWhole: read.hasAllRules)
        var result = read.adding(
            found + Surroundings.sharedDatabases(of: read.readable) + EgressCheck.diagnostics(of: read.readable))
        let whole = result.configuration
        if let whole, let here { result = result.adding(Surroundings.diagnostics(of: whole, severity: here)) }
        configuration = result.configuration
        self.book = whole == nil ? nil : book
        catalog = result.catalog
        files = result.files
        diagnostics = result.diagnostics
        patterns = result.patterns
    }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The findings for a person, with the lines that they speak of.
    func human(colour: Bool) -> String { human(diagnostics, colour: colour) }

    /// Findings about these files for a person, with the lines that they speak of.
    func human(_ diagnostics: [Diagnostic], colour: Bool) -> String {
        DiagnosticPrinter(files: files, usesColour: colour).human(diagnostics)
    }

    /// The findings for a program.
    var json: JSONValue { DiagnosticPrinter(files: files).json(diagnostics) }

    /// Reads a configuration file for a verb that needs it whole.
    /// - Throws: `VerbFailure` with exit code 78 where it cannot be read or is not right.
    static func load(path: String) throws -> Configuration { try usable(path: path).configuration }

    /// Finds where the daemon is reached, also in a file that is wrong: it runs by the rules from before.
    /// - Throws: `VerbFailure` with exit code 78 where the file cannot be read.
    static func control(path: String) throws -> ControlSettings {
        let loaded = LoadedConfiguration(path: path)
        if !loaded.hasErrors, let configuration = loaded.configuration { return configuration.control }
        if let control = ControlFinder().control(path: path) { return control }
        Terminal.say(loaded.human(colour: Terminal.palette(for: STDERR_FILENO).isOn))
        throw VerbFailure(.configuration, "the configuration \(path) cannot be read")
    }

    /// Reads a configuration file with its rules.
    /// - Throws: `VerbFailure` with exit code 78 where it cannot be read or is not right; what is wrong is on standard
    ///   error by then.
    static func usable(
        path: String,
        here: Diagnostic.Severity? = nil,
        withTests: Bool = false
    ) throws -> UsableConfiguration {
        let loaded = LoadedConfiguration(path: path, here: here, withTests: withTests)
        guard !loaded.hasErrors, let configuration = loaded.configuration, let book = loaded.book else {
            Terminal.say(loaded.human(colour: Terminal.palette(for: STDERR_FILENO).isOn))
            throw VerbFailure(.configuration, "the configuration \(path) cannot be used")
        }
        return UsableConfiguration(configuration: configuration, book: book, loaded: loaded)
    }
}

/// A configuration without errors.
struct UsableConfiguration {
    let configuration: Configuration
    let book: RuleBook
    let loaded: LoadedConfiguration
}

extension Configuration {
    /// What is named in it now: a waiting delivery of any other rule or target is parked.
    var currentNames: (rules: Set<RuleName>, targets: Set<TargetName>) {
        (Set(rules.map(\.name)), Set(targets.map(\.name)))
    }
}
