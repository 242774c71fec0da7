import ArgumentParser
import CallbackCore

/// `callbackd source accept`
struct SourceAccept: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Close a source's open gap, once you know what was missed.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: "The source's name.")
    var source: String

    func run() throws {
        let loaded = try LoadedConfiguration.load(path: configuration.path)
        let answer = try Change(loaded).perform(.acceptGap(source: source))
        // One that is in the configuration no more may still have a gap.
        if !answer.allDone { _ = try SourceChoice.settings(source, in: loaded) }
        try answer.show(json: json.isOn)
    }
}
