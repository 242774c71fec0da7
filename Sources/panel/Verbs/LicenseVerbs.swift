import ArgumentParser
import FoundationEssentials
import Glibc
import PanelKit

struct LicenseList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the key numbers of the licences in force, oldest first, one on a line.")

    @OptionGroup var options: LicenseOptions

    @Option(help: "What the licences are for.")
    var kind: LicenseKind

    @Flag(help: "As a JSON array.")
    var json = false

    func run() throws {
        try options.run { licenses in
            let keys = try licenses.keys(of: kind)
            // Key numbers need no escapes.
            let text =
                json
                ? "[" + keys.map { "\"\($0)\"" }.joined(separator: ",") + "]\n" : keys.map { $0 + "\n" }.joined()
            try Ending.print(text)
        }
    }
}

struct LicenseShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the properties of a licence, as a JSON object.",
        discussion: "Exit 1 where there is no such licence in force.")

    @OptionGroup var license: OneLicense

    func run() throws {
        try license.run { licenses, key in
            try Ending.print(try licenses.properties(of: key.kind, key.number) + [UInt8(ascii: "\n")])
        }
    }
}

struct LicenseEditVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Give a licence another title and comment.",
        discussion: "The revision in its key number goes up. Exit 1 where there is no such licence in force.")

    @OptionGroup var license: OneLicense

    @Option(help: "The new title.")
    var title: String

    @Option(help: "The new comment; may be empty.")
    var comment: String

    func run() throws {
        try license.run { licenses, key in
            let edit = try LicenseEdit(parameters: ["title": title, "comment": comment])
            try licenses.edit(key.kind, key.number, edit)
        }
    }
}

struct LicenseTerminate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate", abstract: "End a licence.",
        discussion: "Exit 1 where there is no such licence in force.")

    @OptionGroup var license: OneLicense

    func run() throws {
        try license.run { licenses, key in try licenses.terminate(key.kind, key.number) }
    }
}
