import ArgumentParser

/// Dead letters by name, by filter, or all of them.
struct DeadSelection: ParsableArguments {
    @OptionGroup var deliveries: DeliveryArguments
    @OptionGroup var filter: DeadFilterOptions

    @Flag(help: "Every dead letter.")
    var all = false

    @Flag(name: .customLong("dry-run"), help: "Only count them, by rule and target; nothing is changed.")
    var dryRun = false

    @OptionGroup var json: JSONFlag

    func validate() throws {
        let ways = [!deliveries.ids.isEmpty, !filter.isEmpty, all].filter { $0 }.count
        guard ways == 1 else {
            throw ValidationError(
                "say which dead letters: names, or a filter (--target, --rule, --type, --subject, --reason, --since, "
                    + "--until), or --all"
            )
        }
    }
}
