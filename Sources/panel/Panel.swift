import ArgumentParser
import PanelKit

/// The embedded panel: a database, the XML operators that change it, and licences.
@main
struct Panel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "panel",
        abstract: "A small hosting panel with the database tables and the XML API of the real one.",
        discussion: """
            Operators of the XML API are commands, too: panel OPERATOR OPERATION [--OPTION VALUE ...]

            \(CommandHelp.operators(.all))
            """,
        subcommands: [Init.self, Seed.self, Serve.self, XML.self, License.self, Password.self, Completion.self]
    )

    /// Operators are no types: their commands are made from the grammar, and looked for first.
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        if let status = OperatorProgram.run(words, verbs: PanelVerbs.names) { exit(withError: ExitCode(status)) }
        await main(words)
    }
}
