package import CallbackCore
package import CallbackRules
import CallbackStore

/// A configuration that was read, checked and compiled, and that is not in force yet.
package struct ReloadContent: Sendable {
    package var configuration: Configuration
    package var book: RuleBook
    /// A digest of each secret's values, by name: tells whether one has changed. It never leaves the process.
    package var secretDigests: [String: [UInt8]]
    /// Gives the present value of a secret.
    package var secret: @Sendable (String) -> String?
    /// Makes targets and actions ready, aside.
    package var prepare: @Sendable () throws -> Prepared

    /// Targets with the actions that serve them.
    package struct Prepared: Sendable {
        package var targets: [Dispatcher.Target]
        /// Gives the actions their new settings. Called on the dispatcher's thread, between two turns.
        package var install: @Sendable () -> Void

        package init(targets: [Dispatcher.Target], install: @escaping @Sendable () -> Void) {
            self.targets = targets
            self.install = install
        }
    }

    package init(
        configuration: Configuration,
        book: RuleBook,
        secretDigests: [String: [UInt8]],
        secret: @escaping @Sendable (String) -> String?,
        prepare: @escaping @Sendable () throws -> Prepared
    ) {
        self.configuration = configuration
        self.book = book
        self.secretDigests = secretDigests
        self.secret = secret
        self.prepare = prepare
    }
}

/// What reading the files came to.
package struct ReloadReading: Sendable {
    /// Nil where there is an error.
    package var content: ReloadContent?
    package var diagnostics: [Diagnostic]
    /// The files that were read and the patterns by which files are included: what is worth watching.
    package var patterns: [String]
    /// Shows diagnostics to a person, with the lines that they speak of.
    package var show: @Sendable ([Diagnostic]) -> String

    package init(
        content: ReloadContent?,
        diagnostics: [Diagnostic],
        patterns: [String],
        show: @escaping @Sendable ([Diagnostic]) -> String
    ) {
        self.content = content
        self.diagnostics = diagnostics
        self.patterns = patterns
        self.show = show
    }
}

extension Configuration {
    /// What is named in it: a waiting delivery of any other rule or target is parked.
    var names: CurrentNames { CurrentNames(rules: Set(rules.map(\.name)), targets: Set(targets.map(\.name))) }
}
