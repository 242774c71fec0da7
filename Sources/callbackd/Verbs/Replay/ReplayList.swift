import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd replay list`
struct ReplayList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The latest replays: what became of them and what is left.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var limit: LimitOption
    @OptionGroup var json: JSONFlag

    func run() throws {
        let found = try OpenedState(configuration).queries.replays(limit: limit.count)
        if json.isOn { return JSONOutput.print(found.map(\.json)) }
        let palette = Terminal.palette()
        var table = Table(
            "REPLAY", "TARGET", "STATE", "SINCE", "EVENTS", "QUEUED", "WAITING", "DELIVERED", "DEAD", "LEFT OUT", "LEFT"
        )
        for replay in found {
            table.add(
                .init("\(replay.number)", .bold), .init(replay.target.rawValue), .init(replay.state, replay.style),
                .init(replay.span.since.description), .init("\(replay.looked)"), .init("\(replay.queued)"),
                .init("\(replay.waiting)"), .init("\(replay.finished[.delivered] ?? 0)"),
                .init("\(replay.finished[.dead] ?? 0)"), .init("\(replay.leftOut + replay.bare)"),
                .init("\(replay.left)"))
        }
        table.print(palette)
        for replay in found { for note in replay.notes { Terminal.print("\(palette(.yellow, "note"))  \(note)") } }
    }
}

extension ReplaySummary {
    fileprivate var style: Palette.Style? {
        switch state {
        case "done": .green
        case "failed": .red
        case "going on", "queued": .yellow
        default: nil
        }
    }

    fileprivate var notes: [String] {
        var notes: [String] = []
        if let problem { notes.append("replay \(number) cannot go on: \(problem.harmless)") }
        if bare > 0 {
            notes.append("replay \(number): events without a payload any more, or with one that is no event: \(bare)")
        }
        return notes
    }
}
