import ArgumentParser
import CallbackCore

/// `callbackd targets resume`
struct TargetsResume: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on sending to a target that is paused or disabled, at once.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The target's name.")
    var target: String

    func run() throws {
        try Change(configuration).perform(.resume(target: target)).show(json: json.isOn)
    }
}
