import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd shape`
struct ShapeVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shape", abstract: "How much waits for each target, and for how long.",
        discussion: """
            Counts every delivery that waits, by the age of its event. A target whose old columns fill up is the one \
            to look at: `callbackd deliveries list --stuck --target NAME` says what stops it.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Option(name: .customLong("by"), help: "What the rows are: target, rule, type or state.")
    var grouping = QueueShape.Grouping.target

    func run() throws {
        let opened = try OpenedState(configuration)
        let shape = try opened.queries.shape(by: grouping, now: SystemTimekeeper().now(), current: opened.current)
        if json.isOn { return JSONOutput.print(shape.json) }
        Terminal.print(ShapeView(shape: shape, palette: Terminal.palette()).lines.joined(separator: "\n"))
    }
}

extension QueueShape.Grouping: ExpressibleByArgument {}
