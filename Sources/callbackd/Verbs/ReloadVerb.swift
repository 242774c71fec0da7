import ArgumentParser
import CallbackControl
import CallbackCore
import FoundationEssentials

/// `callbackd reload`
struct ReloadVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the daemon read its configuration again, and wait for the verdict.",
        discussion: """
            Ends with 0 where the files are in force, 78 where they are wrong or need a restart: then everything stays \
            as it was. 69 where no daemon runs.
            """)

    /// Reading, compiling and one commit; a full disk may make it last.
    private static let patience = Duration.minutes(2)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    func run() throws {
        let control = try LoadedConfiguration.control(path: configuration.path)
        let socket = control.socketPath
        switch ControlClient(socketPath: socket, timeout: Self.patience).reload() {
        case .answered(let report): try show(report)
        case .notRunning: throw VerbFailure(.unavailable, "no daemon runs: nobody listens on \(socket)")
        case .noPermission: throw Change.noPermission(control)
        case .timedOut:
            throw VerbFailure(
                .temporary, "the daemon did not answer on \(socket) in time; it may still reload: callbackd status")
        case .failed(let words): throw VerbFailure(.unavailable, "\(words) (on \(socket))")
        }
    }

    private func show(_ report: ReloadReport) throws {
        if json.isOn {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            Terminal.print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            if !report.words.isEmpty { Terminal.say(report.words) }
            if report.verdict != .refused { Terminal.print(ReloadView(report: report).lines.joined(separator: "\n")) }
        }
        switch report.verdict {
        case .inForce, .unchanged: return
        case .stopping: throw VerbFailure(.unavailable, "the daemon is stopping")
        case .refused:
            throw VerbFailure(
                .configuration,
                "the configuration cannot be put in force; version \(report.version) is still in force")
        }
    }
}
