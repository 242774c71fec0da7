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
        try Change(configuration).perform(.acceptGap(source: source)).show(json: json.isOn)
    }
}
