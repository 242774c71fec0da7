import ArgumentParser
import PanelKit

/// The options of every verb that works on an existing database.
struct DatabaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The panel's database file.", valueName: "path"))
    var database: String

    @Option(help: ArgumentHelp("How long to wait for another program's lock: 5, 5s, 500ms.", valueName: "time"))
    var wait = Wait.usual

    func open() throws -> PanelDatabase {
        try PanelDatabase.open(at: database, wait: wait.duration)
    }
}

/// A time to wait, as written on the command line.
struct Wait: ExpressibleByArgument {
    static let usual = Wait(duration: .seconds(5), written: "5s")
    static let remote = Wait(duration: .seconds(60), written: "60s")

    let duration: Duration
    private let written: String

    private init(duration: Duration, written: String) {
        self.duration = duration
        self.written = written
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let duration: Duration? =
            switch argument.dropFirst(digits.count) {
            case "", "s": .seconds(number)
            case "ms": .milliseconds(number)
            default: nil
            }
        // Longer than a day is a slip of the keyboard, and SQLite counts in 32 bits.
        guard let duration, duration <= .seconds(86_400) else { return nil }
        self.duration = duration
        written = argument
    }

    var defaultValueDescription: String { written }
}
