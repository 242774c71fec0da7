package import CallbackCore

extension PatternCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .notAMapping:
            match(
                "A pattern has the shape of the event, so it begins with the names of fields.",
                "[label]", "{data: {new: {label: [WP]}}}")
        case .emptyMapping:
            match(
                "An empty mapping asks for nothing; the field was probably forgotten.",
                "{data: {new: {}}}", "{data: {new: {label: [WP]}}}")
        case .notAList:
            match(
                "A leaf is always a list of alternatives, also where there is one: a second can be added then, and a "
                    + "mapping can mean nothing but deeper fields.",
                "{data: {new: {label: WP}}}", "{data: {new: {label: [WP]}}}")
        case .emptyList:
            match(
                "A list accepts what one of its alternatives accepts; without any, the rule could never fire.",
                "{data: {new: {label: []}}}", "{data: {new: {label: [\"\"]}}}")
        case .listInList:
            match(
                "The list is already the \"or\"; a list in the event is accepted when one of its elements is.",
                "{data: {changed: [[label, name]]}}", "{data: {changed: [label, name]}}")
        case .notOneOperator:
            match(
                "Two operators in one mapping could mean \"and\" or \"or\". As two alternatives they mean \"or\".",
                "{data: {new: {label: [{prefix: WP, suffix: kit}]}}}",
                "{data: {new: {label: [{prefix: WP}, {suffix: kit}]}}}")
        case .unknownOperator:
            match(
                "An operator that was ignored would match too much or nothing.",
                "{data: {new: {label: [{starts-with: WP}]}}}", "{data: {new: {label: [{prefix: WP}]}}}")
        case .wrongOperand:
            match(
                "prefix, suffix, wildcard and the like compare texts, exists takes true or false, and anything-but "
                    + "takes texts only or numbers only.",
                "{data: {new: {label: [{exists: yes}]}}}", "{data: {new: {label: [{exists: true}]}}}")
        case .badNumeric:
            match(
                "numeric takes one comparison with its number, or a lower and an upper bound.",
                "{data: {new: {id: [{numeric: [\">\"]}]}}}", "{data: {new: {id: [{numeric: [\">\", 0]}]}}}")
        case .emptyRange:
            match(
                "No number is above the upper and below the lower bound: the rule could never fire.",
                "{data: {new: {id: [{numeric: [\">\", 10, \"<\", 5]}]}}}",
                "{data: {new: {id: [{numeric: [\">\", 5, \"<\", 10]}]}}}")
        case .fieldTwice:
            match(
                "Dots and nesting name the same field, and only one of two lists could count.",
                "{data.new.label: [a], data: {new: {label: [b]}}}", "{data.new.label: [a, b]}")
        case .unknownField:
            match(
                "A rule on a field that its events never have would never fire. The fields are in the reference of "
                    + "events; those of the change stand below data.",
                "{data: {nwe: {label: [WP]}}}", "{data: {new: {label: [WP]}}}")
        case .objectField:
            match(
                "Alternatives compare single values. An object can only be there or not, and its fields compared.",
                "{data: {new: [WP]}}", "{data: {new: {label: [WP]}}}")
        case .notKnownYet:
            match(
                "The journal gives an event its id and sequence after the rules have been asked.",
                "{id: [evt_1]}", "{subject: [plan_item/1]}")
        case .badChoice:
            match(
                "$or takes two or more patterns; one of them must hold beside everything that stands next to it.",
                "{$or: [{subject: [plan_item/1]}]}",
                "{$or: [{subject: [plan_item/1]}, {data: {new: {label: [WP]}}}]}")
        case .badWildcard:
            match(
                "A star already stands for any number of characters. A star itself is written \\*, a backslash \\\\.",
                "{data: {new: {label: [{wildcard: \"WP**\"}]}}}", "{data: {new: {label: [{wildcard: \"WP*\"}]}}}")
        case .badAddress:
            match(
                "A range is an address, a slash, and how many of its first bits count: up to 32, or 128 for IPv6.",
                "{data: {new: {label: [{cidr: 10.0.0.0/33}]}}}", "{data: {new: {label: [{cidr: 10.0.0.0/8}]}}}")
        case .tooManyCombinations:
            match(
                "Each $or beside another multiplies the patterns that are compiled. Several rules say the same.",
                "{data: {new: {"
                    + (1...4).map { number in
                        "f\(number): {$or: [" + (1...6).map { "{a\($0): [1]}" }.joined(separator: ", ") + "]}"
                    }.joined(separator: ", ") + "}}}",
                "{$or: [{data: {new: {label: [a]}}}, {data: {new: {name: [b]}}}]}")
        case .longNumber:
            match(
                "A number of so many digits is kept as a text in events, so that no digit is lost.",
                "{data: {new: {id: [123456789012345678901234567890]}}}",
                "{data: {new: {id: [\"123456789012345678901234567890\"]}}}")
        }
    }

    private func match(_ reason: String, _ wrong: String, _ right: String) -> CodeLesson {
        CodeLesson(reason, .rule, wrong: "match: " + wrong, right: "match: " + right)
    }
}
