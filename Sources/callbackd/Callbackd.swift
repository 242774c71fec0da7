import ArgumentParser
import CallbackCore

/// The table of contents: every verb stands in a file of its own under `Verbs`.
@main
struct Callbackd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callbackd",
        abstract: "Sees what changes in a hosting panel and calls back: webhooks and hook scripts.",
        version: ProductVersion.text,
        groupedSubcommands: [
            CommandGroup(name: "The daemon", subcommands: [RunVerb.self, CheckVerb.self, StatusVerb.self]),
            CommandGroup(
                name: "What happened, and what is owed",
                subcommands: [EventsVerbs.self, DeliveriesVerbs.self, DeadVerbs.self]),
            CommandGroup(name: "Parts", subcommands: [TargetsVerbs.self, SourceVerbs.self]),
            CommandGroup(name: "For developers of receivers", subcommands: [ListenVerb.self]),
        ])

    static func main() async {
        do {
            var verb = try parseAsRoot()
            if var patient = verb as? any AsyncParsableCommand {
                try await patient.run()
            } else {
                try verb.run()
            }
        } catch {
            Ending(of: error).leave(as: Self.self)
        }
    }
}
