package import CallbackCore
package import HookProtocol

/// What a target of the kind `command` runs.
package struct CommandTarget: Sendable {
    /// The program's absolute path and its arguments, as written: templates are filled by the attempt's rendering.
    package var arguments: [String]
    /// The configured variables, as written.
    package var environment: [String: String]
    /// How long the program may run.
    package var timeout: Duration
    /// How long its tree may take to end after TERM.
    package var grace: Duration
    /// How many bytes of its output are kept on the attempt.
    package var outputLimit: Int
    /// What its exit codes mean where they mean something else than usual.
    package var statuses: StatusTable
    /// Whom it runs as, where, and how much it may use.
    package var surroundings: HookSurroundings

    package init(
        arguments: [String],
        environment: [String: String] = [:],
        timeout: Duration = .seconds(20),
        grace: Duration = .seconds(5),
        outputLimit: Int = 64 << 10,
        statuses: StatusTable = StatusTable(),
        surroundings: HookSurroundings = HookSurroundings()
    ) {
        self.arguments = arguments
        self.environment = environment
        self.timeout = timeout
        self.grace = grace
        self.outputLimit = outputLimit
        self.statuses = statuses
        self.surroundings = surroundings
    }

    /// Reads a target whose words were checked with `CommandDescription`.
    package init(_ settings: TargetSettings) {
        self.init(
            arguments: settings.settings.texts("run") ?? [],
            environment: settings.settings.textMap("environment") ?? [:],
            timeout: settings.timeout,
            outputLimit: Int(settings.settings.size("output-limit") ?? 64 << 10),
            statuses: settings.statuses,
            surroundings: HookSurroundings(settings.settings)
        )
    }
}
