import CallbackCore
import CallbackEngine
import CallbackStore

/// What a replay would send, for a person and for a program.
struct ReplayForecastView {
    let request: ReplayRequest
    let forecast: ReplayForecast
    let limits: [PlanReport.Limit]

    func show(json: Bool) {
        if json { return JSONOutput.print(self.json) }
        let palette = Terminal.palette()
        let end = request.span.isOpen ? "now" : request.span.until.description
        Terminal.print("\(count(forecast.events, "event")) from \(request.span.since) to \(end)")
        Terminal.print(
            palette(.bold, "\(count(forecast.total, "delivery", "deliveries")) to \(request.target.harmless)")
                + " would be queued")
        var table = Table("RULE", "DELIVERIES")
        for (rule, count) in groups { table.add(.init(rule.rawValue, .bold), .init("\(count)")) }
        table.print(palette)
        for note in notes { Terminal.print("\(palette(.yellow, "note"))  \(note.message.harmless)") }
    }

    private var json: JSONValue {
        [
            "target": .string(request.target), "since": .string(request.span.since.description),
            "until": request.span.isOpen ? .null : .string(request.span.until.description),
            "events": .integer(forecast.events), "deliveries": .integer(forecast.total),
            "left_out": .integer(forecast.leftOut), "without_payload": .integer(forecast.bare),
            "groups": .array(groups.map { ["rule": .string($0.key.rawValue), "count": .integer($0.value)] }),
            "limits": .array(notes.map { ["kind": .string($0.kind), "message": .string($0.message)] }),
        ]
    }

    private var groups: [(key: RuleName, value: Int64)] { forecast.deliveries.sorted { $0.key < $1.key } }

    private var notes: [PlanReport.Limit] {
        var notes = limits
        if forecast.bare > 0 {
            notes.append(
                .init(
                    kind: "payload",
                    message: "\(count(forecast.bare, "event")) without a payload: retention has removed the text, so "
                        + "nothing can be sent"))
        }
        if forecast.leftOut > 0 {
            let why =
                request.sameID
                ? "the target has taken no delivery of a rule that could be repeated"
                : "no rule that is asked for sends it there"
            notes.append(.init(kind: "left-out", message: "\(count(forecast.leftOut, "event")) left out: \(why)"))
        }
        return notes
    }

    private func count(_ number: Int64, _ one: String, _ more: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(more ?? one + "s")"
    }
}
