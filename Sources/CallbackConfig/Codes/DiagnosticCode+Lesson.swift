package import CallbackCore

extension DiagnosticCode: ExplainedCode {
    package var lesson: CodeLesson {
        switch self {
        case .syntax, .unreadableFile, .limitExceeded, .duplicateKey, .unusualYAML: textLesson
        case .version, .unknownKey, .missingKey, .mainFileOnly, .badName, .declaredTwice: keyLesson
        case .wrongKind, .wordAsBoolean, .badDuration, .badSize, .badPercent, .outOfRange, .unknownWord, .badDate,
            .badAddressRange, .badRate:
            valueLesson
        case .inlineSecret, .unknownSecret, .badReference, .secretNotAllowedHere, .secretLocation: secretLesson
        case .missingKindOfPart, .severalKindsOfPart, .mixedRetry, .badStatus: partLesson
        case .oneWayToVerify, .doubtTwice: doubtLesson
        case .unknownTarget, .unknownEvent, .duplicateRule, .deliversToNobody, .targetTwice, .eventTwice,
            .unusedTarget, .nothingToDo, .outlivesEvents:
            ruleLesson
        case .testTwice, .eventOrChange, .unknownField, .unknownSource, .unknownRule, .expectedTwice, .notOfThisKind:
            testLesson
        case .stateDirectory, .secretUnavailable, .secretReadableByOthers, .socketDirectory, .unknownGroup:
            machineLesson
        }
    }

    private var textLesson: CodeLesson {
        switch self {
        case .syntax:
            CodeLesson(
                "YAML is indented with spaces, lists begin with \"- \", and a colon is followed by a space.", .file,
                wrong: "version: 1\ncontrol:\n\tgroup: callbackd", right: "version: 1\ncontrol:\n  group: callbackd")
        case .unreadableFile:
            CodeLesson(
                "A plain name below include: must exist and be readable; a pattern may match nothing.", .top,
                wrong: "include: [rules-of-nobody.yaml]", right: "include: [rules-of-nobody.d/*.yaml]")
        case .limitExceeded:
            CodeLesson(
                "A small file can grow without bounds through aliases of aliases, and a deep one can exhaust the "
                    + "reader. 1 MiB and 64 levels are enough for hand-written rules.",
                .rule,
                wrong: "match: " + String(repeating: "{a: ", count: 80) + "[1]" + String(repeating: "}", count: 80),
                right: "match: {data: {new: {label: [WP]}}}")
        case .duplicateKey:
            CodeLesson(
                "Of two equal keys only one could count, and it is not said which one.", .rule,
                wrong: "order-by: none\norder-by: \"{{ data.new.guid }}\"", right: "order-by: none")
        default:
            CodeLesson(
                "Tags and keys that are no words have no meaning here. Often a text with {{ stands without quotes.",
                .body, wrong: "body: {plan: {{ data.new.name }}}", right: "body: {plan: \"{{ data.new.name }}\"}")
        }
    }

    private var keyLesson: CodeLesson {
        switch self {
        case .version:
            CodeLesson(
                "The number says in which language the file is written; there is one so far.", .file,
                wrong: "version: 2", right: "version: 1")
        case .missingKey:
            CodeLesson(
                "Without the key nobody can know what was meant; no default is invented.", .webhook,
                wrong: "format: cloudevents", right: "url: https://billing.example.com/hook")
        case .mainFileOnly:
            CodeLesson(
                "What concerns the daemon as a whole stands in one place: the file named by --config.", .file,
                wrong: "# rules.d/mine.yaml, an included file\nstate: /var/lib/callbackd/state.db",
                right: "# the main file\nversion: 1\nstate: /var/lib/callbackd/state.db", .included)
        case .badName:
            CodeLesson(
                "Names stand in events, deliveries, commands and URLs, so they are plain: letters, digits, dots, "
                    + "dashes and underscores.",
                .top, wrong: "secrets: {\"billing key\": {env: KEY}}", right: "secrets: {billing-key: {env: KEY}}")
        case .declaredTwice:
            CodeLesson(
                "A name is declared once over all files, or it would depend on their order which one counts.", .file,
                wrong: "# rules.d/mine.yaml, where the main file has defaults: too\ndefaults: {timeout: 5s}",
                right: "# the main file, and no other\nversion: 1\ndefaults: {timeout: 5s}", .included)
        default:
            CodeLesson(
                "A misspelt key that is ignored is a rule that never fires or a limit that does not hold.", .rule,
                wrong: "ordr-by: none", right: "order-by: none")
        }
    }

    private var valueLesson: CodeLesson {
        switch self {
        case .wordAsBoolean:
            CodeLesson(
                "yes, no, on and off were booleans in an older YAML and are texts in the present one. Here only true "
                    + "and false are booleans.",
                .top, wrong: "reload: {watch: no}", right: "reload: {watch: false}")
        case .badDuration:
            CodeLesson(
                "A number without a unit is seconds to one reader and milliseconds to another. One whole number, one "
                    + "unit: 500ms, 20s, 5m, 2h, 3d.",
                .target, wrong: "timeout: 20", right: "timeout: 20s")
        case .badSize:
            CodeLesson(
                "Sizes are whole numbers with B, KiB, MiB, GiB or TiB, each 1024 times the one before.", .top,
                wrong: "retention: {size: 500MB}", right: "retention: {size: 500MiB}")
        case .badPercent:
            CodeLesson(
                "A share is a whole number from 0 to 100 with a percent sign.", .target,
                wrong: "retry: {jitter: 0.2}", right: "retry: {jitter: 20%}")
        case .badRate:
            CodeLesson(
                "A rate is a whole number, a slash and one of s, m and h: so many attempts in a second, minute or hour.",
                .target, wrong: "rate: 50 per second", right: "rate: 50/s")
        case .outOfRange:
            CodeLesson(
                "Outside its range a number would stop the work or exhaust the machine.", .target,
                wrong: "concurrency: 0", right: "concurrency: 1")
        case .unknownWord:
            CodeLesson(
                "Only the words that are listed mean something.", .top,
                wrong: "sources: {panel: {sqlite: {path: panel.db, install: no}, profile: plesk}}",
                right: "sources: {panel: {sqlite: {path: panel.db, install: never}, profile: plesk}}")
        case .badDate:
            CodeLesson(
                "A previous secret signs until the end of a day in UTC, or until a moment.", .top,
                wrong: "secrets: {billing: {file: new, previous: [{file: old, until: 31.12.2026}]}}",
                right: "secrets: {billing: {file: new, previous: [{file: old, until: 2026-12-31}]}}")
        case .badAddressRange:
            CodeLesson(
                "The address that a name resolves to is judged, so networks are named by addresses.", .top,
                wrong: "egress: {allow: [billing.internal]}", right: "egress: {allow: [10.1.2.0/24]}")
        default:
            CodeLesson(
                "A list stands in brackets or with dashes, a mapping has keys, and a text that looks like a number "
                    + "needs quotes.",
                .rule, wrong: "deliver: billing, notify", right: "deliver: [billing, notify]")
        }
    }

    private var secretLesson: CodeLesson {
        switch self {
        case .inlineSecret:
            CodeLesson(
                "Configurations are copied, shown and committed. A secret stands in a file that others cannot read, "
                    + "and the configuration names it.",
                .webhook,
                wrong: "url: https://billing.example.com/hook\n"
                    + "sign: {secret: whsec_bm90IGEgc2VjcmV0LCBvbmx5IGFuIGV4YW1wbGU=}",
                right: "url: https://billing.example.com/hook\nsign: {secret: billing}")
        case .unknownSecret:
            CodeLesson(
                "A secret must be declared below secrets: before it can be used.", .webhook,
                wrong: "url: https://billing.example.com/hook\nsign: {secret: biling}",
                right: "url: https://billing.example.com/hook\nsign: {secret: billing}")
        case .badReference:
            CodeLesson(
                "In a header, ${ begins a reference to a declared secret. The environment is reached through a secret "
                    + "with env:.",
                .webhook,
                wrong: "url: https://billing.example.com/hook\nheaders: {Authorization: \"Bearer ${TOKEN}\"}",
                right: "url: https://billing.example.com/hook\nheaders: {Authorization: \"Bearer ${secret.token}\"}")
        case .secretNotAllowedHere:
            CodeLesson(
                "URLs, arguments and variables are kept and shown. Put the secret into a header, or let the command "
                    + "read a file.",
                .webhook, wrong: "url: \"https://billing.example.com/hook?token=${secret.token}\"",
                right: "url: https://billing.example.com/hook\nheaders: {X-Token: \"${secret.token}\"}")
        default:
            CodeLesson(
                "A secret is kept in exactly one place: a file, an environment variable or a systemd credential.", .top,
                wrong: "secrets: {billing: {file: /etc/callbackd/secrets/billing, env: BILLING}}",
                right: "secrets: {billing: {file: /etc/callbackd/secrets/billing}}")
        }
    }

    private var partLesson: CodeLesson {
        if case .mixedRetry = self {
            return CodeLesson(
                "A schedule lists every wait; with first, factor, longest and for the waits grow by themselves.",
                .target, wrong: "retry: {schedule: [5s, 5m], factor: 2}",
                right: "retry: {first: 5s, factor: 2, longest: 1h, for: 3d}")
        }
        if case .badStatus = self {
            return CodeLesson(
                "A webhook ends with an HTTP status from 200 to 599, or a class of them; a command with an exit code "
                    + "from 0 to 255.",
                .target, wrong: "statuses: {600: dead}", right: "statuses: {404: dead, 5xx: retry}")
        }
        if case .missingKindOfPart = self {
            return CodeLesson(
                "One key says what a source or target is; the others stand beside it.", .top,
                wrong: "targets: {billing: {timeout: 5s}, notify: {command: {run: [/bin/true]}}}",
                right: "targets:\n  billing: {webhook: {url: \"https://billing.example.com/hook\"}, timeout: 5s}\n"
                    + "  notify: {command: {run: [/bin/true]}}")
        }
        return CodeLesson(
            "A target is one thing. To do two, declare two targets and deliver to both.", .target,
            wrong: "command: {run: [/bin/true]}", right: "timeout: 5s")
    }

    private var doubtLesson: CodeLesson {
        if case .oneWayToVerify = self {
            return CodeLesson(
                "A delivery in doubt is asked about in one way: a GET, or a program.", .target,
                wrong: "verify: {}", right: "verify: {url: \"https://billing.example.com/processed\"}")
        }
        return CodeLesson(
            "verify finds out whether a delivery in doubt was processed, and sends it again if it was not; at-most-once "
                + "gives it up unasked. Both cannot be done.", .target,
            wrong: "verify: {url: \"https://billing.example.com/processed\"}\nat-most-once: true",
            right: "verify: {url: \"https://billing.example.com/processed\"}")
    }

    private var ruleLesson: CodeLesson {
        switch self {
        case .unknownTarget:
            CodeLesson(
                "A rule can deliver, and a test can expect a delivery, only to what stands below targets:.", .rule,
                wrong: "deliver: [biling, notify]", right: "deliver: [billing, notify]")
        case .unknownEvent:
            CodeLesson(
                "A rule for an event that nobody raises never fires. Types come from the profile of a source, from its "
                    + "tables:, and from callbackd itself; patterns of types are not possible.",
                .rule, wrong: "events: [plan_item.*]", right: "events: [plan_item.created, plan_item.updated]")
        case .duplicateRule:
            CodeLesson(
                "Deliveries carry the name of their rule, and their ids depend on it.", .top,
                wrong: """
                    rules:
                      - {name: bill, events: [plan_item.created], deliver: [billing]}
                      - {name: bill, events: [plan_item.deleted], deliver: [notify]}
                    """,
                right: """
                    rules:
                      - {name: bill, events: [plan_item.created], deliver: [billing]}
                      - {name: unbill, events: [plan_item.deleted], deliver: [notify]}
                    """)
        case .deliversToNobody:
            CodeLesson(
                "A rule without events or targets does nothing. To switch a rule off, put # before its lines.", .rule,
                wrong: "deliver: []", right: "deliver: [billing, notify]")
        case .targetTwice:
            CodeLesson(
                "One event is delivered to one target once by a rule. Two different bodies need two rules.", .rule,
                wrong: "deliver: [billing, notify, billing]", right: "deliver: [billing, notify]")
        case .eventTwice:
            CodeLesson(
                "The second one changes nothing; perhaps another event was meant.", .rule,
                wrong: "events: [plan_item.created, plan_item.created]",
                right: "events: [plan_item.created, plan_item.updated]")
        case .outlivesEvents:
            CodeLesson(
                "What belongs to an event goes with it at the latest; only what goes earlier needs an age of its own.",
                .top, wrong: "retention: {age: 7d, attempts: 30d}", right: "retention: {age: 30d, attempts: 7d}")
        case .unusedTarget:
            CodeLesson(
                "Nothing ever goes there; perhaps a rule lacks it.", .rule,
                wrong: "deliver: [billing]", right: "deliver: [billing, notify]")
        default:
            CodeLesson(
                "The daemon would run and do nothing.", .file, wrong: "version: 1",
                right: """
                    version: 1
                    sources: {panel: {sqlite: {path: /var/lib/panel/panel.db}, profile: plesk}}
                    targets: {notify: {command: {run: [/bin/true]}}}
                    rules: [{name: r, events: [plan_item.created], deliver: [notify]}]
                    """)
        }
    }

    private var machineLesson: CodeLesson {
        switch self {
        case .stateDirectory:
            CodeLesson(
                "callbackd makes the state file, not the directory: a misspelt path must not begin an empty life.",
                .top, wrong: "state: /var/lib/calbackd/state.db", right: "state: /var/lib/callbackd/state.db", .here)
        case .secretUnavailable:
            CodeLesson(
                "A target whose secret cannot be read could only send unsigned.", .top,
                wrong: "secrets: {billing: {file: /etc/callbackd/secrets/biling}}",
                right: "secrets: {billing: {file: /etc/callbackd/secrets/billing}}", .here)
        case .secretReadableByOthers:
            CodeLesson(
                "Whoever can read a signing secret can forge events. chmod o= FILE.", .top,
                wrong: "secrets: {billing: {file: /etc/passwd}}",
                right: "secrets: {billing: {file: /etc/callbackd/secrets/billing}}", .here)
        case .socketDirectory:
            CodeLesson(
                "Who can write to the directory can put another socket in its place.", .top,
                wrong: "control: {socket: /tmp/control.sock}", right: "control: {socket: /run/callbackd/control.sock}",
                .here)
        default:
            CodeLesson(
                "Members of the group may do what operators may; a group that is missing would be made by somebody "
                    + "else one day.",
                .top, wrong: "control: {group: nobody-made-this-group}", right: "control: {group: root}", .here)
        }
    }
}
