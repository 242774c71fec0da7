import ArgumentParser
import CallbackCore

/// `callbackd targets enable`
struct TargetsEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Bring a target back that was disabled. What waited for it is sent.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The target's name.")
    var target: String

    func run() throws {
        try Change(configuration).perform(.enable(target: target)).show(json: json.isOn)
    }
}
