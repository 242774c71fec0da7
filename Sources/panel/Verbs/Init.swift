import ArgumentParser
import Glibc
import PanelKit
import PanelServer

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a new database, with the administrator's account and a certificate.",
        discussion: """
            The administrator's login is `admin`. Without --admin-password-file a password is made up and printed, \
            once, on standard output. A self-signed certificate for `panel serve` is put beside the database, as \
            PATH.cert.pem and PATH.key.pem, where there is none. A file that holds something is never overwritten \
            (exit 73).
            """
    )

    @Option(help: ArgumentHelp("Where to make it.", valueName: "path"))
    var database: String

    @Flag(help: "Put in what the documented packets presuppose: a reseller, a plan, a plan item, apps.")
    var sample = false

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the administrator's password; - is standard input.", valueName: "path"))
    var adminPasswordFile: String?

    @Option(
        help: ArgumentHelp(
            "A name or address under which the panel is reached, for the certificate; may be repeated.",
            valueName: "host"))
    var hostname: [String] = []

    func run() throws {
        let password = try adminPasswordFile.map { try SecretLine.read($0) } ?? RandomSecret.hexadecimal()
        let hash = try PasswordHash(of: password)
        if let problem = folderProblem {
            Ending.say("\(database) cannot be made: \(problem)")
            throw Ending.cannotCreate.code
        }
        // It holds the hashes of passwords.
        umask(0o027)
        try Ending.explaining {
            do throws(PanelDatabaseError) {
                let made = try PanelDatabase.create(at: database, sample: sample)
                try Accounts(database: made).setAdministratorPassword(hash)
            } catch .inaccessible(let path, let reason) {
                Ending.say("\(path) cannot be made: \(reason)")
                throw Ending.cannotCreate.code
            }
        }
        Ending.say("made \(database)\(sample ? " with the sample" : "")")
        try makeCertificate()
        guard adminPasswordFile == nil else { return }
        try Ending.print("\(password)\n")
    }

    /// SQLite says no more than that it could not.
    private var folderProblem: String? {
        let slash = database.lastIndex(of: "/")
        let folder = slash.map { database[..<$0].isEmpty ? "/" : String(database[..<$0]) } ?? "."
        guard access(folder, W_OK | X_OK) != 0 else { return nil }
        guard errno == ENOENT || errno == ENOTDIR else {
            return "this user may not make files in \(folder); run as its owner, or choose another path"
        }
        return "there is no folder \(folder); make it first"
    }

    private func makeCertificate() throws {
        let files = CertificateFiles(besideDatabase: database)
        guard access(files.certificate, F_OK) != 0, access(files.key, F_OK) != 0 else {
            Ending.say("kept \(files.certificate) and \(files.key)")
            return
        }
        let own = ["localhost", "127.0.0.1", "::1"]
        do {
            try SelfSignedCertificate.write(to: files, hosts: hostname + own.filter { !hostname.contains($0) })
        } catch let error as ServerError {
            Ending.say("\(error)")
            throw Ending.cannotCreate.code
        }
    }
}
