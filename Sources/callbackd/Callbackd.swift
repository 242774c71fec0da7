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
            CommandGroup(
                name: "Daemon", subcommands: [RunVerb.self, CheckVerb.self, ReloadVerb.self, StatusVerb.self]),
            CommandGroup(
                name: "Rules",
                subcommands: [
                    TestVerb.self, PlanVerb.self, WhyVerb.self, MatchVerb.self, ExplainVerb.self, SchemaVerb.self,
                ]),
            CommandGroup(
                name: "Journal and queue",
                subcommands: [EventsVerbs.self, DeliveriesVerbs.self, ShapeVerb.self, DeadVerbs.self]),
            CommandGroup(name: "Parts", subcommands: [TargetsVerbs.self, SourceVerbs.self, SecretsVerbs.self]),
            CommandGroup(name: "Developers'", subcommands: [ListenVerb.self, SignVerb.self, VerifyVerb.self]),
        ])

    static func main() async {
        do {
            var verb = try parseAsRoot(StatusVerb.spelledOut(CommandLine.arguments.dropFirst()))
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
