import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd targets list`
struct TargetsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The targets with what waits for them and what is dead.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    func run() throws {
        let opened = try OpenedState(configuration)
        let targets = try opened.queries.targets(current: opened.current)
        if json.isOn { return JSONOutput.print(targets.map(\.json)) }
        var table = Table("TARGET", "STATE", "WAITING", "DEFERRED", "STOPPED", "PARKED", "DEAD", "OLDEST")
        for target in targets {
            let state: Table.Cell =
                if target.isGone == true {
                    .init("gone", .dim)
                } else if let disabled = target.health.disabled {
                    .init("disabled (\(disabled.reason.rawValue))", .red)
                } else if target.isPaused {
                    .init("paused", .yellow)
                } else if target.health.openUntil != nil {
                    .init("down", .red)
                } else if let until = target.health.throttledUntil, until > SystemTimekeeper().now() {
                    .init("throttled", .yellow)
                } else {
                    .init("open", .green)
                }
            table.add(
                .init(target.name.rawValue, .bold), state, .init(target.waiting.description),
                .init(target.deferred.description), .init(target.stopped.description),
                .init(target.parked?.description ?? "-", target.parked.map { $0.value > 0 } == true ? .yellow : nil),
                .init(target.dead.description, target.dead.value > 0 ? .red : nil),
                .init(target.oldest?.description ?? "-"))
        }
        table.print(Terminal.palette())
    }
}
