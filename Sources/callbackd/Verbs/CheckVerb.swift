import ArgumentParser
import CallbackCore
import Glibc

/// `callbackd check`
struct CheckVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Judge a configuration: every mistake at once, with its place.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case human, json
    }

    @OptionGroup var configuration: ConfigurationOption

    @Flag(help: "Judge also what the words name on this machine: files, directories, secrets, hooks.")
    var here = false

    @Option(help: "human or json.")
    var format: Format = .human

    func run() throws {
        let loaded = LoadedConfiguration(path: configuration.path, here: here ? .error : nil)
        switch format {
        case .json: JSONOutput.print(loaded.json)
        case .human:
            let text = loaded.human(colour: Terminal.palette(for: STDERR_FILENO).isOn)
            if text.isEmpty { Terminal.print("\(configuration.path): no mistakes") } else { Terminal.say(text) }
        }
        if loaded.hasErrors { throw ExitCode(ExitStatus.configuration.rawValue) }
    }
}
