import ArgumentParser

/// The embedded panel: a database, the XML operators that change it, and licences.
@main
struct Panel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "panel",
        abstract: "A small hosting panel with the database tables and the XML API of the real one.",
        subcommands: [Init.self, Serve.self, XML.self, License.self, Password.self]
    )
}
