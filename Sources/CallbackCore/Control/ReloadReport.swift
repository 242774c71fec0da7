/// What a reload of the configuration came to.
package struct ReloadReport: Hashable, Sendable, Codable {
    package enum Verdict: String, Hashable, Sendable, Codable {
        /// The new configuration is in force.
        case inForce = "in-force"
        /// The files say what is in force already.
        case unchanged
        /// The files are wrong, or need a restart: everything stays as it was.
        case refused
        /// The daemon stops: the files count from its next start.
        case stopping
    }

    /// Names that a reload added, removed or changed, sorted.
    package struct Names: Hashable, Sendable, Codable {
        package var added: [String]
        package var removed: [String]
        package var changed: [String]

        package init(added: [String] = [], removed: [String] = [], changed: [String] = []) {
            self.added = added
            self.removed = removed
            self.changed = changed
        }

        package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
    }

    /// One diagnostic, as `check --format json` prints it.
    package struct Finding: Hashable, Sendable, Codable {
        package var severity: String
        package var code: String
        package var message: String
        package var file: String?
        package var line: Int?
        package var column: Int?
        package var help: String?

        package init(_ diagnostic: Diagnostic) {
            severity = diagnostic.severity.rawValue
            code = diagnostic.code
            message = diagnostic.message
            file = diagnostic.place?.file
            line = diagnostic.place?.line
            column = diagnostic.place?.column
            help = diagnostic.help
        }
    }

    package var verdict: Verdict
    /// The version of the rule book before and after.
    package var previousVersion: Int64
    package var version: Int64
    package var rules: Names
    package var targets: Names
    package var secrets: Names
    /// Other parts that changed, such as `retention`.
    package var others: [String]
    /// Waiting deliveries whose rule or target is gone now, all of them.
    package var parked: Int
    /// Deliveries that were parked and wait for their turn again.
    package var released: Int
    /// Mistakes where it was refused, else warnings.
    package var findings: [Finding]
    /// The findings for a person, with the lines that they speak of.
    package var words: String

    package init(
        _ verdict: Verdict, previousVersion: Int64, version: Int64, rules: Names = Names(), targets: Names = Names(),
        secrets: Names = Names(), others: [String] = [], parked: Int = 0, released: Int = 0,
        findings: [Finding] = [], words: String = ""
    ) {
        self.verdict = verdict
        self.previousVersion = previousVersion
        self.version = version
        self.rules = rules
        self.targets = targets
        self.secrets = secrets
        self.others = others
        self.parked = parked
        self.released = released
        self.findings = findings
        self.words = words
    }
}
