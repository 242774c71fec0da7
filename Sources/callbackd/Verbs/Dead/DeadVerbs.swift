import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd dead …`: the dead letters.
struct DeadVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "The dead letters: what was given up, and why.",
        subcommands: [DeadList.self, DeadRedrive.self, DeadDiscard.self])
}

/// Dead letters by name, by filter, or all of them.
struct DeadSelection: ParsableArguments {
    @OptionGroup var deliveries: DeliveryArguments
    @OptionGroup var filter: DeliveryFilterOptions

    @Flag(help: "Every dead letter.")
    var all = false

    @Flag(name: .customLong("dry-run"), help: "Only print which ones it would be.")
    var dryRun = false

    @OptionGroup var json: JSONFlag

    func validate() throws {
        let ways = [!deliveries.ids.isEmpty, !filter.isEmpty, all].filter { $0 }.count
        guard ways == 1 else {
            throw ValidationError(
                "say which dead letters: names, or a filter (--target, --rule, --type, --subject), or --all"
            )
        }
    }

    /// Carries a command out on what was selected, a page at a time.
    func perform(_ option: ConfigurationOption, _ command: ([String]) -> OperatorCommand) throws {
        if !deliveries.ids.isEmpty {
            let ids = try deliveries.all()
            return try finish(dryRun ? Self.planned(ids) : Change(option).perform(ids, command))
        }
        let opened = try OpenedState(option)
        let change = Change(opened.configuration)
        // A redriven delivery may die again at once; only what was dead at the beginning is meant.
        let end = try opened.queries.lastSequence()
        var answer = CommandAnswer(items: [])
        var last: DeliveryID?
        while true {
            let page = try opened.queries.deadLetters(filter.filter(), after: last, limit: Change.batch)
                .filter { $0.event <= end }
            guard let final = page.last else { break }
            let ids = page.map(\.description)
            answer.items += try (dryRun ? Self.planned(ids) : change.perform(command(ids))).items
            last = final
        }
        try finish(answer)
    }

    private static func planned(_ ids: [String]) -> CommandAnswer {
        CommandAnswer(items: ids.map { .init(name: $0, done: true, words: "would be") })
    }

    private func finish(_ answer: CommandAnswer) throws {
        if answer.items.isEmpty { Terminal.say("no dead letter fits") }
        if !answer.items.isEmpty || json.isOn { try answer.show(json: json.isOn) }
    }
}
