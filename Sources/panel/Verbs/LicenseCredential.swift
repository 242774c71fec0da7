import ArgumentParser
import Glibc
import PanelKit

struct LicenseCredential: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "The API keys of the licence API.",
        subcommands: [Add.self, List.self, Remove.self]
    )

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an API key for a login, and print it, once.",
            discussion: "A key that the login had before ends, and its access tokens with it."
        )

        @OptionGroup var options: DatabaseOptions

        @Option(help: "Who is to use the licence API, such as an e-mail address.")
        var login: String

        func validate() throws {
            guard (1...255).contains(login.utf8.count) else { throw ValidationError("--login has 1 to 255 bytes") }
        }

        func run() throws {
            let key = try Ending.explaining { try LicenseCredentials(database: options.open()).add(login: login) }
            try Ending.print("\(key)\n")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the logins that have a key, and since when.")

        @OptionGroup var options: DatabaseOptions

        func run() throws {
            let all = try Ending.explaining { try LicenseCredentials(database: options.open()).all() }
            let lines = all.map { "\($0.login)\t\($0.createdAt)\n" }.joined()
            try Ending.print(lines)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a login's key away, and its access tokens with it.",
            discussion: "Exit 1 where it had none."
        )

        @OptionGroup var options: DatabaseOptions

        @Option(help: "Whose key.")
        var login: String

        func run() throws {
            let existed = try Ending.explaining {
                try LicenseCredentials(database: options.open()).remove(login: login)
            }
            guard existed else {
                Ending.say("\(login) has no API key")
                throw Ending.answeredWithError.code
            }
        }
    }
}
