import ArgumentParser

/// `callbackd source …`
struct SourceVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "Where changes are seen.",
        subcommands: [
            SourceInstall.self, SourceRemove.self, SourceStatusVerb.self, SourceDoctor.self, SourceSnapshot.self,
            SourceAccept.self,
        ])
}
