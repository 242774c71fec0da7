import ArgumentParser
import CallbackCore
import CallbackStore

/// `callbackd deliveries …`: what is or was owed.
struct DeliveriesVerbs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "What is owed and what was delivered.",
        subcommands: [
            DeliveriesList.self, DeliveriesShow.self, DeliveriesRetry.self, DeliveriesHold.self, DeliveriesRelease.self,
            DeliveriesCancel.self,
        ])
}

/// Which deliveries are wanted, but for their state.
struct DeliveryFilterOptions: ParsableArguments {
    @Option(help: "Only deliveries to this target.")
    var target: String?

    @Option(help: "Only deliveries of this rule.")
    var rule: String?

    @Option(help: "Only deliveries of events of this type.")
    var type: String?

    @Option(help: "Only deliveries of events about this, such as plan_item/1234.")
    var subject: String?

    var isEmpty: Bool { target == nil && rule == nil && type == nil && subject == nil }

    func filter(_ state: DeliveryState? = nil) -> DeliveryFilter {
        DeliveryFilter(
            state: state, target: target.map { TargetName($0) }, rule: rule.map { RuleName($0) },
            type: type.map { EventType($0) }, subject: subject)
    }
}

extension DeliveryState: ExpressibleByArgument {}
