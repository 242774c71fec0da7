import ArgumentParser
import FoundationEssentials
import PanelKit

/// The verbs that are types, as ArgumentParser knows them.
enum PanelVerbs {
    /// Their names, and `help`.
    static var names: [String] { Panel.configuration.subcommands.map { $0._commandName } + ["help"] }

    /// Their names and options, from the description that ArgumentParser gives of them.
    static func tree() throws -> [CommandCompletion.Verb] {
        let description = try JSONDecoder().decode(Description.self, from: Data(Panel._dumpHelp().utf8))
        return description.command.verb.verbs
    }

    private struct Description: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let shouldDisplay: Bool?
        let subcommands: [Command]?
        let arguments: [Argument]?

        var verb: CommandCompletion.Verb {
            CommandCompletion.Verb(
                name: commandName,
                verbs: (subcommands ?? []).filter { $0.shouldDisplay != false }.map(\.verb),
                options: (arguments ?? []).filter(\.shouldDisplay).compactMap(\.option))
        }
    }

    private struct Argument: Decodable {
        let kind: String
        let shouldDisplay: Bool
        let names: [Name]?
        let allValues: [String]?

        var option: CommandCompletion.Option? {
            guard let name = names?.first(where: { $0.kind == "long" })?.name else { return nil }
            return CommandCompletion.Option(
                name: name, takesValue: kind == "option", candidates: allValues ?? [])
        }
    }

    private struct Name: Decodable {
        let kind: String
        let name: String
    }
}
