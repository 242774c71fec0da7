import ArgumentParser
import CallbackControl
import CallbackCore
import CallbackEngine
import CallbackStore

/// Has a command carried out: by the daemon where one runs, else on the state file itself, under its lock.
struct Change {
    /// Deliveries of one request, so that no command holds up the writer.
    static let batch = 1000

    private let configuration: Configuration

    init(_ option: ConfigurationOption) throws { configuration = try LoadedConfiguration.load(path: option.path) }

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Whether a daemon carries it out, and at once has what follows from it to do.
    var daemonRuns: Bool {
        if case .notRunning = ControlClient(socketPath: configuration.control.socketPath).status() { return false }
        return true
    }

    /// - Throws: `VerbFailure` or `StateError` where nobody could carry it out.
    func perform(_ command: OperatorCommand) throws -> CommandAnswer {
        let socket = configuration.control.socketPath
        switch ControlClient(socketPath: socket).perform(command) {
        case .answered(let answer): return answer
        case .notRunning:
            return try OfflineState.perform(
                command, path: configuration.statePath, targets: configuration.targets.map(\.name),
                settings: configuration.targets, now: SystemTimekeeper().now())
        case .noPermission: throw Self.noPermission(configuration.control)
        case .timedOut:
            throw VerbFailure(
                .temporary, "the daemon did not answer on \(socket) in time; it may still do what was asked")
        case .failed(let words): throw VerbFailure(.unavailable, "\(words) (on \(socket))")
        }
    }

    /// Carries a command out on any number of deliveries, a batch at a time.
    func perform(_ ids: [String], _ command: ([String]) -> OperatorCommand) throws -> CommandAnswer {
        var answer = CommandAnswer(items: [])
        var rest = ids[...]
        while !rest.isEmpty {
            answer.items += try perform(command(Array(rest.prefix(Self.batch)))).items
            rest = rest.dropFirst(Self.batch)
        }
        return answer
    }

    static func noPermission(_ control: ControlSettings) -> VerbFailure {
        let group = control.group.map { ", or as a member of the group \($0)" } ?? ""
        return VerbFailure(
            .noPermission, "may not use \(control.socketPath): run this as root or as the daemon's user\(group)")
    }
}

extension CommandAnswer {
    /// Shows what became of a command.
    /// - Throws: `ExitCode` 1 where not everything was done.
    func show(json: Bool) throws {
        if json {
            JSONOutput.print(
                items.map { ["name": .string($0.name), "done": .bool($0.done), "words": .string($0.words)] })
        } else {
            let palette = Terminal.palette()
            for item in items {
                Terminal.print(
                    "\(palette(.bold, item.name.harmless)): \(palette(item.done ? .green : .red, item.words.harmless))")
            }
        }
        guard allDone else { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }
}
