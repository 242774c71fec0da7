import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd deliveries show`
struct DeliveriesShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One delivery with every attempt and what was answered.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var json: JSONFlag

    @Argument(help: ArgumentHelp("The delivery, written like 42-1.", valueName: "delivery"))
    var name: String

    func validate() throws {
        guard DeliveryID(name) != nil else {
            throw ValidationError("\"\(name)\" is no delivery: they are written like 42-1")
        }
    }

    func run() throws {
        let opened = try OpenedState(configuration)
        guard let id = DeliveryID(name), let found = try opened.queries.delivery(id, current: opened.current) else {
            throw VerbFailure(.noInput, "there is no delivery \(name); finished ones are removed in time")
        }
        if json.isOn { return JSONOutput.print(found.json) }
        let palette = Terminal.palette()
        let summary = found.summary
        let state = summary.state.style.map { palette($0, summary.words) } ?? summary.words
        Terminal.print("\(palette(.bold, "delivery \(summary.id)"))  \(state)")
        for (name, text) in [
            ("event", "\(summary.id.event)  \(summary.type)  \(summary.subject)"),
            ("event id", summary.eventID.rawValue),
            ("rule", summary.rule.rawValue), ("target", summary.target.rawValue), ("webhook-id", summary.webhookID),
            ("cause", ReplayCause.shown(summary.cause)), ("reason", summary.reasonWords ?? "-"),
            ("finished", summary.finished?.description ?? "-"),
        ] {
            Terminal.print("\(palette(.dim, name.padded(to: 12)))\(text.harmless)")
        }
        if found.attemptsPastRetention > 0 {
            Terminal.print("\n\(palette(.dim, RetentionWords.attempts(found.attemptsPastRetention)))")
        }
        for attempt in found.attempts { show(attempt, palette) }
    }

    private func show(_ attempt: AttemptRecord, _ palette: Palette) {
        let style = attempt.outcome.style
        let code = attempt.code.map { " (\($0))" } ?? ""
        Terminal.print(
            "\n\(palette(.bold, "attempt \(attempt.number)"))  \(attempt.started)  "
                + "\(attempt.duration.milliseconds) ms  "
                + palette(style, attempt.outcome.word + code))
        if !attempt.reason.isEmpty { Terminal.print("  \(attempt.reason.harmless)") }
        guard !attempt.output.isEmpty else { return }
        if let text = attempt.outputText {
            // A line end at the end begins no line.
            let lines = text.hasSuffix("\n") ? text.dropLast() : text[...]
            for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
                Terminal.print("  \(palette(.dim, "|")) \(String(line).harmless)")
            }
        } else {
            Terminal.print("  \(palette(.dim, "\(attempt.output.count) bytes that are no text: see --json"))")
        }
        if attempt.outputTruncated { Terminal.print("  \(palette(.dim, "… cut here"))") }
    }
}
