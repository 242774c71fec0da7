package import CallbackCore

extension RuleCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .bodyForOther:
            CodeLesson(
                "A command gets the whole event on stdin and in its environment; its arguments and variables can hold "
                    + "templates.",
                .rule, wrong: "deliver: [billing, {target: notify, body: {plan: 1}}]",
                right: "deliver: [billing, notify]")
        case .fixedOrder:
            CodeLesson(
                "Deliveries with the same ordering key wait for each other. With a fixed text that is all of them.",
                .rule, wrong: "order-by: subject", right: "order-by: \"{{ subject }}\"")
        case .noBody:
            CodeLesson(
                "The format template sends what you write: in the body of the webhook, or of each rule's delivery.",
                .webhook, wrong: "url: https://billing.example.com/hook\nformat: template",
                right: "url: https://billing.example.com/hook\nformat: template\nbody: {plan: \"{{ data.new.name }}\"}")
        }
    }
}
