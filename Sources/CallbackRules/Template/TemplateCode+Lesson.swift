package import CallbackCore

extension TemplateCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .unclosed:
            body(
                "An expression ends with two braces. What follows a path must be | and a filter.",
                "{plan: \"{{ data.new.name }\"}", "{plan: \"{{ data.new.name }}\"}")
        case .noPath:
            body(
                "Between the braces stands the path of a field, or a text in quotes, which is how braces are written.",
                "{plan: \"{{ }}\"}", "{plan: \"{{ data.new.name }}\"}")
        case .emptyPart:
            body(
                "Two dots in a row, or a dot at an end, name nothing.",
                "{plan: \"{{ data..name }}\"}", "{plan: \"{{ data.new.name }}\"}")
        case .unknownFilter:
            body(
                "A filter that was ignored would send another value than was meant.",
                "{plan: \"{{ data.new.name | uppercase }}\"}", "{plan: \"{{ data.new.name | upper }}\"}")
        case .badArgument:
            body(
                "Arguments stand in parentheses: texts in quotes, numbers, true, false or null, as many as the filter "
                    + "takes. default may stand once.",
                "{plan: \"{{ data.new.name | truncate }}\"}", "{plan: \"{{ data.new.name | truncate(40) }}\"}")
        case .unknownField:
            body(
                "A field that the rule's events never have would always be empty.",
                "{plan: \"{{ data.nwe.name }}\"}", "{plan: \"{{ data.new.name }}\"}")
        case .mayBeMissing:
            CodeLesson(
                "Some of the rule's events do not have the field. What is sent for them must be said, so that nobody "
                    + "is billed for an empty text.",
                .top,
                wrong: """
                    rules:
                      - name: added
                        events: [service_plan.app_added, service_plan.plan_item_added]
                        deliver: [{target: billing, body: {app: "{{ data.app.value }}"}}, notify]
                    """,
                right: """
                    rules:
                      - name: added
                        events: [service_plan.app_added, service_plan.plan_item_added]
                        deliver: [{target: billing, body: {app: "{{ data.app.value | default(null) }}"}}, notify]
                    """)
        case .notYetKnown:
            CodeLesson(
                "Deliveries are put in order before the journal gives the event its id and sequence.", .rule,
                wrong: "order-by: \"{{ id }}\"", right: "order-by: \"{{ data.new.guid }}\"")
        case .secretNotAllowedHere:
            body(
                "Bodies, arguments and URLs are kept and shown; secrets must not be. A header value is the one place.",
                "{token: \"${secret.token}\"}", "{plan: \"{{ data.new.name }}\"}")
        case .badSecret:
            CodeLesson(
                "In a header, ${ begins a reference to a secret below secrets:.", .webhook,
                wrong: "url: https://billing.example.com/hook\nheaders: {Authorization: \"Bearer ${TOKEN}\"}",
                right: "url: https://billing.example.com/hook\nheaders: {Authorization: \"Bearer ${secret.token}\"}",
                .insteadOf("C032"))
        case .host:
            CodeLesson(
                "An event that could choose the host could choose who gets the secrets that are sent along.", .webhook,
                wrong: "url: \"https://{{ data.new.name }}.example.com/\"",
                right: "url: \"https://billing.example.com/{{ data.new.name }}\"", .insteadOf("C092"))
        case .badCharacter:
            CodeLesson(
                "A header cannot hold a line break, and an argument or variable cannot hold NUL.", .command,
                wrong: "run: [/bin/echo, \"a\\0b\"]", right: "run: [/bin/echo, \"a b\"]")
        case .templateAsKey:
            body(
                "A receiver must know which fields it gets, so names are fixed and values may vary.",
                "{\"{{ data.new.name }}\": 1}", "{name: \"{{ data.new.name }}\"}")
        case .program:
            CodeLesson(
                "An event must not choose which program runs. Arguments may come from it.", .command,
                wrong: "run: [\"/bin/{{ data.new.name }}\"]", right: "run: [/bin/echo, \"{{ data.new.name }}\"]",
                .insteadOf("C081"))
        case .neverFits:
            body(
                "Such a delivery would fail at every attempt. Look at what each filter takes and gives.",
                "{names: \"{{ subject | upper | join(',') }}\"}", "{names: \"{{ data.changed | join(',') }}\"}")
        case .badDateFormat:
            body(
                "mm is minutes and MM the month; letters without a meaning stand between single quotes.",
                "{day: '{{ time | date(\"yyyy-mm-dd\") }}'}", "{day: '{{ time | date(\"yyyy-MM-dd\") }}'}")
        case .wrongBody:
            webhook(
                "Only JSON has lists and objects. XML and plain text are written as a text, a form as names and values.",
                "application/xml", "{plan: \"{{ data.new.name }}\"}", "\"<plan>{{ data.new.name }}</plan>\"")
        case .badDocument:
            webhook(
                "Around the values the text must be whole: the receiver would refuse it at every attempt.",
                "application/xml", "\"<plan>{{ data.new.name }}</pan>\"", "\"<plan>{{ data.new.name }}</plan>\"")
        case .misplaced:
            webhook(
                "Values are escaped for the place in which they stand. In a tag, a comment or beside a number nothing "
                    + "could keep them from becoming something else.",
                "application/xml", "\"<{{ data.new.name }}/>\"", "\"<plan name='{{ data.new.name }}'/>\"")
        }
    }

    private func webhook(_ reason: String, _ type: String, _ wrong: String, _ right: String) -> CodeLesson {
        let target = "url: https://billing.example.com/hook\nformat: template\ncontent-type: \(type)\nbody: "
        return CodeLesson(reason, .webhook, wrong: target + wrong, right: target + right)
    }

    private func body(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        CodeLesson(reason, .body, wrong: "body: " + wrong, right: "body: " + right)
    }
}
