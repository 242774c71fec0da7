import ArgumentParser
import PanelKit

/// The options of every verb that works on licences: those of a database here, or of a licence API elsewhere.
struct LicenseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The panel's database file.", valueName: "path"))
    var database: String?

    @Option(help: ArgumentHelp("How long to wait for another program's lock: 5, 5s, 500ms.", valueName: "time"))
    var wait = Wait.usual

    @OptionGroup var remote: RemoteOptions

    @Option(help: "The login of the licence API.")
    var login: String?

    @Option(
        help: ArgumentHelp("A file whose first line is the API key of --login; - is standard input.", valueName: "path")
    )
    var secretFile: String?

    @Flag(help: "Use the test licences, which nobody pays for.")
    var test = false

    func validate() throws {
        guard (database == nil) != (remote.url == nil) else {
            throw ValidationError("say which licences: one of --database and --url")
        }
        guard (remote.url == nil) == (login == nil), (login == nil) == (secretFile == nil) else {
            throw ValidationError("--url, --login and --secret-file belong together")
        }
    }

    /// Runs a verb on the licences; what it throws becomes a sentence and an exit code.
    func run(orderKey: String? = nil, _ verb: (any LicenseAccess) throws -> Void) throws {
        try Ending.explaining {
            guard let url = remote.url, let login, let secretFile else {
                let path = (database ?? "") + (test ? ".test" : "")
                let panel = try PanelDatabase.open(at: path, wait: wait.duration)
                return try verb(DatabaseLicenses(licenses: LocalLicenses(database: panel)))
            }
            let licenses = RemoteLicenses(
                server: try remote.server(url), isTest: test, login: login, secret: try SecretLine.read(secretFile),
                orderKey: orderKey)
            try verb(licenses)
        }
    }
}

/// The options and the argument of every verb that works on one licence.
struct OneLicense: ParsableArguments {
    @OptionGroup var options: LicenseOptions

    @Argument(help: "The key number, such as PLSK.69532799.0000; its revision makes no difference.")
    var key: KeyArgument

    /// Runs a verb on the licence; what it throws becomes a sentence and an exit code.
    func run(_ verb: (any LicenseAccess, KeyArgument) throws -> Void) throws {
        try options.run { licenses in try verb(licenses, key) }
    }
}

/// A key number on the command line: it says itself what the licence is for.
struct KeyArgument: ExpressibleByArgument {
    let kind: LicenseKind
    let number: String

    init?(argument: String) {
        guard let kind = LicenseKind(ofKey: argument) else { return nil }
        self.kind = kind
        number = argument
    }
}
