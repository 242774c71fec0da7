import ArgumentParser
import Glibc
import PanelKit

struct Password: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give an account another password for the remote XML API.",
        discussion: """
            Without --password-file a password is made up and printed, once, on standard output. Exit 1 where there \
            is no such login.
            """
    )

    @OptionGroup var options: DatabaseOptions

    @Option(help: "The account's login.")
    var login = Accounts.administrator

    @Option(help: ArgumentHelp("A file whose first line is the password; - is standard input.", valueName: "path"))
    var passwordFile: String?

    func run() throws {
        let password = try passwordFile.map { try SecretLine.read($0) } ?? RandomSecret.hexadecimal()
        let hash = try PasswordHash(of: password)
        let isDone = try Ending.explaining { try Accounts(database: options.open()).setPassword(hash, of: login) }
        guard isDone else {
            Ending.say("there is no account \(login)")
            throw Ending.answeredWithError.code
        }
        guard passwordFile == nil else { return }
        try Ending.print("\(password)\n")
    }
}
