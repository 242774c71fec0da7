import ArgumentParser
import CallbackCore

/// `callbackd targets pause`
struct TargetsPause: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Send nothing to a target until it is resumed. Nothing is lost.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The target's name.")
    var target: String

    func run() throws {
        try Change(configuration).perform(.pause(target: target)).show(json: json.isOn)
    }
}
