import ArgumentParser
import PanelKit

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a new database.",
        discussion: "A file that holds something is never overwritten (exit 73)."
    )

    @Option(help: ArgumentHelp("Where to make it.", valueName: "path"))
    var database: String

    @Flag(help: "Put in what the documented packets presuppose: a reseller, a plan, a plan item, apps.")
    var sample = false

    func run() throws {
        try Ending.explaining {
            do throws(PanelDatabaseError) {
                _ = try PanelDatabase.create(at: database, sample: sample)
            } catch .inaccessible(let path, let reason) {
                Ending.say("\(path) cannot be made: \(reason)")
                throw Ending.cannotCreate.code
            }
        }
        Ending.say("made \(database)\(sample ? " with the sample" : "")")
    }
}
