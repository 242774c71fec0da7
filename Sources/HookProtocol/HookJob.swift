/// One command to run: the daemon's side of a hook.
package struct HookJob: Sendable {
    /// Chosen by the daemon, unique among the jobs in flight.
    package var id: UInt64
    /// The absolute path of the program, then its arguments.
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [(name: String, value: String)]
    /// What the program reads on standard input.
    package var stdin: [UInt8]
    /// How long the program may run until its tree is told to end.
    package var deadline: Duration
    /// How long a tree that was told to end may take until it is killed.
    package var grace: Duration
    /// How many bytes of output are kept; the rest is read and thrown away.
    package var outputLimit: Int
    /// Whether set-user-id programs are without effect below this command.
    package var noNewPrivileges: Bool
    package var surroundings: HookSurroundings

    package init(
        id: UInt64,
        arguments: [String],
        environment: [(name: String, value: String)] = [],
        stdin: [UInt8] = [],
        deadline: Duration = .seconds(20),
        grace: Duration = .seconds(5),
        outputLimit: Int = 64 << 10,
        noNewPrivileges: Bool = true,
        surroundings: HookSurroundings = HookSurroundings()
    ) {
        self.id = id
        self.arguments = arguments
        self.environment = environment
        self.stdin = stdin
        self.deadline = deadline
        self.grace = grace
        self.outputLimit = outputLimit
        self.noNewPrivileges = noNewPrivileges
        self.surroundings = surroundings
    }

    /// Why this job cannot be put into words for the runner, or nil when it can.
    package var flaw: String? {
        guard let program = arguments.first, program.utf8.first == UInt8(ascii: "/") else {
            return "cannot run \(arguments.first ?? "nothing"): a command starts with the whole path of its program"
        }
        if arguments.contains(where: { $0.utf8.contains(0) }) {
            return "cannot run \(program): an argument contains a NUL byte"
        }
        if environment.contains(where: { $0.name.utf8.contains(0) || $0.value.utf8.contains(0) }) {
            return "cannot run \(program): the environment contains a NUL byte"
        }
        let size =
            arguments.reduce(0) { $0 + $1.utf8.count + 1 }
            + environment.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 }
        let named = [surroundings.user, surroundings.group, surroundings.directory]
        if named.contains(where: { $0.utf8.contains(0) }) {
            return "cannot run \(program): the name of its user, group or directory contains a NUL byte"
        }
        if size > HookFrame.largest / 2 {
            return "cannot run \(program): \(size) bytes of arguments and environment are more than a program can take"
        }
        return nil
    }
}
