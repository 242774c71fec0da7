import CallbackCore

/// What is wrong in `tests:`.
extension DiagnosticCode {
    var testLesson: CodeLesson {
        switch self {
        case .testTwice:
            CodeLesson(
                "The result of a test carries its name: two of one name could not be told apart.", .top,
                wrong: """
                    tests:
                      - {name: it is billed, event: {type: plan_item.created}, expect: [r]}
                      - {name: it is billed, event: {type: plan_item.deleted}, expect: []}
                    """,
                right: """
                    tests:
                      - {name: a new item is billed, event: {type: plan_item.created}, expect: [r]}
                      - {name: one that goes is not, event: {type: plan_item.deleted}, expect: []}
                    """)
        case .eventOrChange:
            CodeLesson(
                "A test shows what becomes of one event, or of one change of one row. For two, write two tests.", .test,
                wrong: "change: {source: panel, table: notes, insert: {id: 1}, delete: {id: 1}}",
                right: "change: {source: panel, table: notes, insert: {id: 1}}")
        case .unknownField:
            CodeLesson(
                "An example with a field that no such event has would prove something of an event that never comes.",
                .test, wrong: "event: {type: plan_item.created, data: {nwe: {label: WP Toolkit}}}",
                right: "event: {type: plan_item.created, data: {new: {label: WP Toolkit}}}")
        case .unknownSource:
            CodeLesson(
                "The settings of the source say which event the change becomes.", .test,
                wrong: "change: {source: pannel, table: notes, insert: {id: 1}}",
                right: "change: {source: panel, table: notes, insert: {id: 1}}")
        case .unknownRule:
            CodeLesson(
                "A rule that was renamed or taken out leaves such tests behind. [] expects that no rule matches.",
                .test,
                wrong: "event: {type: plan_item.created}\nexpect: [bil]",
                right: "event: {type: plan_item.created}\nexpect: [bill]")
        case .expectedTwice:
            CodeLesson(
                "All that is expected of a rule stands in one place, and there in targets: or in deliver:.", .test,
                wrong: "event: {type: plan_item.created}\n"
                    + "expect: [bill, {rule: bill, targets: [billing, notify]}]",
                right: "event: {type: plan_item.created}\nexpect: [{rule: bill, targets: [billing, notify]}]")
        default:
            CodeLesson(
                "A webhook is sent to a URL with headers and a body; a command gets arguments, an environment and its "
                    + "input.",
                .test,
                wrong: "event: {type: plan_item.created}\n"
                    + "expect: [{rule: bill, deliver: [billing, {target: notify, body: {}}]}]",
                right: "event: {type: plan_item.created}\n"
                    + "expect: [{rule: bill, deliver: [billing, {target: notify, environment: {}}]}]")
        }
    }
}
