import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd dead list`
struct DeadList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The latest dead letters with their reasons, oldest first.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var filter: DeadFilterOptions
    @OptionGroup var limit: LimitOption
    @OptionGroup var json: JSONFlag

    func run() throws {
        let queries = try OpenedState(configuration).queries
        let found = try queries.deadLetters(filter.filter(queries), limit: limit.count)
        if json.isOn { return JSONOutput.print(found.map(\.json)) }
        var table = Table("DELIVERY", "TYPE", "SUBJECT", "RULE", "TARGET", "ATTEMPTS", "DIED", "REASON")
        for letter in found {
            table.add(
                .init(letter.id.description, .bold), .init(letter.type.rawValue), .init(letter.subject),
                .init(letter.ruleWords), .init(letter.target.rawValue), .init("\(letter.attempts)"),
                .init(letter.finished?.description ?? "-"),
                .init("\(letter.reason?.rawValue ?? "-"): \(letter.reasonWords ?? "-")", .red))
        }
        table.print(Terminal.palette())
    }
}
