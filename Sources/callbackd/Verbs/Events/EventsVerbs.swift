import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd events …`: the journal.
struct EventsVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "The journal: what happened.",
        subcommands: [EventsList.self, EventsShow.self, EventsTail.self])
}

/// Which events are wanted.
struct EventFilterOptions: ParsableArguments {
    @Option(help: "Only events of this type, such as plan_item.created.")
    var type: String?

    @Option(help: "Only events about this, such as plan_item/1234.")
    var subject: String?

    var filter: EventFilter { EventFilter(type: type.map { EventType($0) }, subject: subject) }
}

extension Table {
    init(_ events: [EventSummary]) {
        self.init("EVENT", "TIME", "TYPE", "SUBJECT", "SOURCE", "DELIVERIES", "ID")
        for event in events {
            add(
                Cell("\(event.sequence)", .bold), Cell(event.time.description), Cell(event.type.rawValue, .cyan),
                Cell(event.subject), Cell(event.source.rawValue), Cell("\(event.deliveries)"),
                Cell(event.id.rawValue, .dim))
        }
    }
}
