import ArgumentParser
import CallbackControl
import CallbackCore

/// `callbackd targets test`
struct TargetsTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send one test event to a target and say how it went.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The target's name.")
    var target: String

    func run() throws {
        let settings = try LoadedConfiguration.load(path: configuration.path)
        let socket = settings.control.socketPath
        let own = settings.targets.first { $0.name.rawValue == target }?.timeout ?? .seconds(60)
        let client = ControlClient(socketPath: socket, timeout: own + .seconds(30))
        switch client.test(target: target) {
        case .answered(let answer): try answer.show(json: json.isOn)
        case .notRunning:
            throw VerbFailure(
                .unavailable, "only a running daemon can send a test event, and nobody listens on \(socket)")
        case .noPermission: throw Change.noPermission(settings.control)
        case .timedOut: throw VerbFailure(.temporary, "the daemon did not answer on \(socket) in time")
        case .failed(let words): throw VerbFailure(.unavailable, "\(words) (on \(socket))")
        }
    }
}
