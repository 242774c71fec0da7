import ArgumentParser
import CallbackCore
import CallbackRules
import Glibc

/// `callbackd test`
struct TestVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Prove the rules by examples.",
        discussion: """
            Runs the tests of the configuration and of the files *.test.yaml beside it and beside what it includes. \
            Nothing is sent, no secret and no database is read.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Flag(name: .shortAndLong, help: "Show what the deliveries of each test would send.")
    var verbose = false

    @Flag(help: "Exit with 1 also where a rule was never matched by a test.")
    var requireCoverage = false

    func run() throws {
        let usable = try LoadedConfiguration.usable(path: configuration.path, withTests: true)
        let run = RuleTestRun(book: usable.book, preview: TargetRehearsal(usable.configuration).preview)
        let verdicts = usable.configuration.tests.map { run.verdict(of: $0) }
        let unmatched = RuleCoverage.unmatched(of: usable.configuration.rules, by: verdicts)
        if json.isOn {
            JSONOutput.print(TestReport(verdicts: verdicts, unmatched: unmatched).json)
        } else {
            let view = TestView(verdicts: verdicts, isVerbose: verbose, palette: Terminal.palette())
            Terminal.print(view.lines.joined(separator: "\n"))
        }
        for warning in TestView.warnings(verdicts, unmatched: unmatched) { Terminal.say(warning) }
        let isGood = verdicts.allSatisfy(\.isGood) && (unmatched.isEmpty || !requireCoverage)
        if !isGood { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }
}
