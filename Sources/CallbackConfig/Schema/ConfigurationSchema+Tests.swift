import CallbackCore

/// The keys of `tests:`.
extension ConfigurationSchema {
    /// The top of a file of tests.
    static let testFile = SettingsSchema([
        .init("tests", .node, required: true, "Examples of events and of the rules that they meet")
    ])

    static let test = SettingsSchema([
        .init("name", .text, required: true, "What the test shows, as a sentence"),
        .init("event", .node, "An event, as far as it matters"),
        .init("change", .node, "A change of a row in place of an event"),
        .init("expect", .node, required: true, "Every rule that is to match; [] for none"),
    ])

    /// An event as it can be copied from `callbackd events show --json`.
    static let exampleEvent = SettingsSchema([
        .init("type", .text, required: true, "The event's type"),
        .init("subject", .text, "Default \(ExampleEvent.standardSubject)"),
        .init("source", .text, "Default \(ExampleEvent.standardSource)"),
        .init("time", .text, "Default \(ExampleEvent.standardTime)"),
        .init("id", .text, "Default \(ExampleEvent.standardID)"),
        .init("sequence", .node, "Default 1"),
        .init("specversion", .oneOf(["1.0"]), "Only 1.0"),
        .init("datacontenttype", .oneOf(["application/json"]), "Only application/json"),
        .init("data", .node, "The event's fields; default none"),
    ])

    static let change = SettingsSchema([
        .init("source", .text, required: true, "The name of a source"),
        .init("table", .text, required: true, "A table that the source has below tables:"),
        .init("insert", .node, "The new row"),
        .init("update", .settings(update), "The row before and after"),
        .init("delete", .node, "The row that went"),
    ])

    static let update = SettingsSchema([
        .init("old", .node, required: true, "The row before; what new does not write stays"),
        .init("new", .node, required: true, "The row after; what old does not write was the same"),
    ])

    static let expectation = SettingsSchema([
        .init("rule", .text, required: true, "A rule that is to match"),
        .init("targets", .list(.node), "All its targets, in any order"),
        .init("deliver", .node, "All its targets, with what each is sent; in place of targets"),
        .init("order", .text, "The ordering key; none for no order"),
    ])

    static let expectedDelivery = SettingsSchema([
        .init("target", .text, required: true, "The name of a target"),
        .init("url", .text, "The whole URL of a webhook"),
        .init("headers", .node, "Some headers of a webhook; null where there is to be none"),
        .init("body", .node, "The whole body of a webhook"),
        .init("argv", .list(.text), "The program and all arguments of a command"),
        .init("environment", .node, "Some variables of a command; null where there is to be none"),
        .init("stdin", .node, "What a command reads: the whole event"),
    ])
}
