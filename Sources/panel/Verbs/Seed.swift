import ArgumentParser
import Glibc
import PanelKit

struct Seed: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fill a database with plans, customers and subscriptions, for trying at size.",
        discussion: """
            Each customer has a domain and a subscription to one of the new plans, in turn. Everything goes through the \
            panel's own operations, a hundred with each commit; a seed that is broken off leaves whole ones. Another \
            seed adds to it. Progress goes to standard error.
            """
    )

    @OptionGroup var options: DatabaseOptions

    @Option(help: "New plans.")
    var plans = 100

    @Option(help: "New customers.")
    var customers = 1000

    func validate() throws {
        for (name, number) in [("plans", plans), ("customers", customers)] where !(0...1_000_000).contains(number) {
            throw ValidationError("--\(name) is 0 to 1000000")
        }
    }

    func run() throws {
        let seed = PanelSeed(plans: plans, customers: customers)
        var progress = Progress(total: seed.operations)
        try Ending.explaining {
            try seed.plant(in: try options.open()) { progress.show($0) }
        }
        _ = StandardStream.write("\(plans) plans and \(customers) customers\n", to: STDOUT_FILENO)
    }
}

/// How far something long has come, on standard error: one line that moves on a terminal, a line for each tenth elsewhere.
struct Progress {
    private let total: Int
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var tenths = 0

    init(total: Int) { self.total = total }

    mutating func show(_ done: Int) {
        if isTerminal {
            _ = StandardStream.write("\r\(done) of \(total)\(done == total ? "\n" : "")", to: STDERR_FILENO)
            return
        }
        guard done * 10 / total > tenths else { return }
        tenths = done * 10 / total
        Ending.say("\(done) of \(total)")
    }
}
