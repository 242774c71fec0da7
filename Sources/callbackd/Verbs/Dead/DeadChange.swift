import ArgumentParser
import CallbackCore
import CallbackStore

/// Carries a command out on dead letters, some at a time, and says what became of them.
///
/// What was done is on disk after each step, and the rest stays dead: the same command goes on where one ended.
struct DeadChange {
    private let selection: DeadSelection
    private let option: ConfigurationOption
    private let done: String
    private let pace: BatchPace
    private let command: ([String]) -> OperatorCommand

    /// - Parameter done: what has become of a letter afterwards.
    init(
        _ selection: DeadSelection,
        _ option: ConfigurationOption,
        done: String,
        pace: BatchPace,
        _ command: @escaping ([String]) -> OperatorCommand
    ) {
        self.selection = selection
        self.option = option
        self.done = done
        self.pace = pace
        self.command = command
    }

    func run() throws {
        if selection.deliveries.ids.isEmpty { try changeWhatFits() } else { try changeNamed() }
    }

    // MARK: By name

    private func changeNamed() throws {
        let ids = try selection.deliveries.all()
        guard !selection.dryRun else { return try count(ids) }
        let change = try Change(option)
        Interruption.watch()
        var answer = CommandAnswer(items: [])
        var rest = ids[...]
        do {
            try go(change) { size in
                let batch = Array(rest.prefix(size))
                if !batch.isEmpty { answer.items += try change.perform(command(batch)).items }
                rest = rest.dropFirst(size)
                return (batch.count, rest.isEmpty)
            }
        } catch {
            tellRest(answer.items.count(where: \.done), left: rest.count)
            throw error
        }
        try answer.show(json: selection.json.isOn)
    }

    private func count(_ ids: [String]) throws {
        let queries = try OpenedState(option).queries
        var groups: [DeadGroup] = []
        var missing = CommandAnswer(items: [])
        for text in ids {
            guard let id = DeliveryID(text), let letter = try queries.delivery(id)?.summary, letter.state == .dead,
                let died = letter.finished
            else {
                missing.items.append(.init(name: text, done: false, words: "is not among the dead letters"))
                continue
            }
            groups.add(letter, died)
        }
        show(groups)
        if selection.json.isOn {
            guard missing.items.isEmpty else { throw ExitCode(ExitStatus.checkFailed.rawValue) }
        } else if !missing.items.isEmpty {
            try missing.show(json: false)
        }
    }

    // MARK: By filter

    private func changeWhatFits() throws {
        let opened = try OpenedState(option)
        var filter = try selection.filter.filter(opened.queries)
        // A redriven delivery may die again at once; only what was dead at the beginning is meant.
        let now = SystemTimekeeper().now() + .milliseconds(1)
        filter.until = filter.until.map { min($0, now) } ?? now
        guard !selection.dryRun else { return show(try opened.queries.countDead(filter)) }
        let change = Change(opened.configuration)
        Interruption.watch()
        var last: DeliveryID?
        var changed = 0
        var refused = CommandAnswer(items: [])
        do {
            try go(change) { size in
                let page = try opened.queries.deadLetters(filter, after: last, limit: size)
                guard let final = page.last else { return (0, true) }
                let answer = try change.perform(command(page.map(\.description)))
                changed += answer.items.count(where: \.done)
                refused.items += answer.items.filter { !$0.done }
                last = final
                return (page.count, page.count < size)
            }
        } catch {
            tellRest(changed, left: try rest(opened.queries, filter))
            throw error
        }
        try finish(changed, refused)
    }

    private func finish(_ changed: Int, _ refused: CommandAnswer) throws {
        if selection.json.isOn {
            JSONOutput.print([
                "done": .integer(Int64(changed)),
                "refused": .array(refused.items.map { ["name": .string($0.name), "words": .string($0.words)] }),
            ])
        } else if changed > 0 || refused.items.isEmpty {
            changed > 0 ? Terminal.print("\(Self.letters(changed)) \(done)") : Terminal.say("no dead letter fits")
        }
        guard refused.items.isEmpty else {
            if selection.json.isOn { throw ExitCode(ExitStatus.checkFailed.rawValue) }
            return try refused.show(json: false)
        }
    }

    private func rest(_ queries: StateQueries, _ filter: DeadFilter) throws -> Int {
        try queries.countDead(filter).reduce(0) { $0 + Int($1.count) }
    }

    // MARK: Both

    /// Takes one step after the other at the pace that is asked for.
    /// - Parameter step: changes at most so many; gives how many it met, and whether they were the last.
    private func go(_ change: Change, _ step: (Int) throws -> (count: Int, isLast: Bool)) throws {
        // Without a daemon nothing is sent yet, so nothing needs to be spread.
        let pace = change.daemonRuns ? pace : .unlimited
        while true {
            let began = SystemTimekeeper().monotonic()
            let (count, isLast) = try step(pace.size)
            guard !isLast else { return }
            pace.wait(until: pace.next(after: count, at: began)) { Interruption.wasAsked }
            if Interruption.wasAsked { throw VerbFailure(.temporary, "interrupted") }
        }
    }

    private func tellRest(_ changed: Int, left: Int) {
        Terminal.say("\(Self.letters(changed)) \(done), \(left) left: the same command goes on with them")
    }

    private func show(_ groups: [DeadGroup]) {
        if selection.json.isOn { return JSONOutput.print(groups.map(\.json)) }
        guard !groups.isEmpty else { return Terminal.say("no dead letter fits") }
        var table = Table("RULE", "TARGET", "DEAD LETTERS", "FIRST DIED", "LAST DIED")
        for group in groups {
            table.add(
                .init(group.rule.rawValue, .bold), .init(group.target.rawValue), .init("\(group.count)"),
                .init(group.first.description), .init(group.last.description))
        }
        table.print(Terminal.palette())
        Terminal.print("\(Self.letters(groups.reduce(0) { $0 + Int($1.count) })) would be \(done)")
    }

    private static func letters(_ count: Int) -> String { count == 1 ? "1 dead letter" : "\(count) dead letters" }
}

extension [DeadGroup] {
    fileprivate mutating func add(_ letter: DeliverySummary, _ died: Timestamp) {
        guard let index = firstIndex(where: { $0.rule == letter.rule && $0.target == letter.target }) else {
            return append(
                DeadGroup(rule: letter.rule, target: letter.target, count: 1, first: died, last: died))
        }
        self[index].count += 1
        self[index].first = Swift.min(self[index].first, died)
        self[index].last = Swift.max(self[index].last, died)
    }
}
