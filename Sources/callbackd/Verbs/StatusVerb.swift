import ArgumentParser
import CallbackControl
import CallbackCore
import FoundationEssentials
import Glibc

/// `callbackd status`: how the daemon is doing.
struct StatusVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How the daemon is doing.",
        discussion: """
            Ends with 0 where every source is watched, no gap is open, no limit is near, no target is disabled, no subject \
            is held and the last reload succeeded, \
            1 where something needs a person, \
            69 where no daemon runs.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Option(
        name: .customLong("wait"),
        help: ArgumentHelp(
            "Wait until the daemon is ready, at most this long; --wait alone waits 60s.", valueName: "duration"))
    var wait: DurationArgument?

    /// The words with `--wait` written as `--wait=60s`. The argument parser has values that may be left out, but drops
    /// one that was given where another option follows it, and takes one that it cannot read for none.
    static func spelledOut(_ words: some Sequence<String>) -> [String] {
        let words = Array(words)
        guard words.first == configuration.commandName else { return words }
        return words.map { $0 == "--wait" ? "--wait=60s" : $0 }
    }

    func run() throws {
        let control = try LoadedConfiguration.control(path: configuration.path)
        let status = try wait.map { try Self.ready(control, within: $0.duration) } ?? Self.once(control)
        if json.isOn {
            Terminal.print(String(decoding: try JSONEncoder.stable.encode(status), as: UTF8.self))
        } else {
            StatusView(status: status, palette: Terminal.palette()).print()
        }
        guard status.isWell else { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }

    private static func once(_ control: ControlSettings) throws -> DaemonStatus {
        switch ControlClient(socketPath: control.socketPath).status() {
        case .answered(let status): return status
        case .notRunning:
            throw VerbFailure(.unavailable, "no daemon runs: nobody listens on \(control.socketPath)")
        case .noPermission: throw Change.noPermission(control)
        case .timedOut: throw VerbFailure(.unavailable, "the daemon does not answer on \(control.socketPath)")
        case .failed(let words): throw VerbFailure(.unavailable, "\(words) (on \(control.socketPath))")
        }
    }

    /// Waits for the socket, then for ready.
    private static func ready(_ control: ControlSettings, within limit: Duration) throws -> DaemonStatus {
        let clock = SystemTimekeeper()
        let deadline = clock.monotonic() + limit.nanoseconds
        var missing = "nobody listens on \(control.socketPath)"
        while true {
            let left = Duration.nanoseconds(max(deadline - clock.monotonic(), 1_000_000))
            switch ControlClient(socketPath: control.socketPath, timeout: left).status() {
            case .answered(let status):
                if status.ready { return status }
                missing = status.whatIsMissing
            case .noPermission: throw Change.noPermission(control)
            case .notRunning, .timedOut: break
            case .failed(let words): missing = words
            }
            guard clock.monotonic() < deadline else {
                throw VerbFailure(.unavailable, "not ready after \(limit.milliseconds) ms: \(missing)")
            }
            usleep(50_000)
        }
    }
}

extension JSONEncoder {
    /// Keys in a fixed order, so that two outputs can be compared.
    fileprivate static var stable: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension DaemonStatus {
    /// Ready, and nothing stands open that only a person can close.
    var isWell: Bool {
        ready && stateProblem == nil && alarms.isEmpty && configuration?.failure == nil
            && sources.allSatisfy { $0.gap == nil } && targets.allSatisfy { $0.disabled == nil }
            && (heldSubjects ?? []).isEmpty
    }

    fileprivate var whatIsMissing: String {
        if let stateProblem { return "the state file cannot be written: \(stateProblem)" }
        let waiting = sources.filter { $0.state != "watching" }
        return waiting.map { "source \($0.name) is \($0.state)\($0.words.isEmpty ? "" : ": \($0.words)")" }
            .joined(separator: "; ")
    }
}
