import CallbackCore

/// An example of `explain` completed to a whole configuration: what it does not say is said as it should be.
struct ExampleFile {
    let text: String

    init(_ example: String, _ part: CodeExplanation.Part) {
        switch part {
        case .file: text = example
        case .top: text = Self.completed(example)
        case .rule: text = Self.completed(Self.rule(example))
        case .body:
            let deliver = "deliver:\n  - target: billing\n" + Self.indented(example, 4) + "\n  - notify"
            text = Self.completed(Self.rule(deliver))
        case .target:
            text = Self.completed(Self.targets(billing: Self.webhook + "\n" + example, notify: Self.command))
        case .webhook:
            let webhook = "webhook:\n" + Self.indented(example, 2)
            text = Self.completed(Self.targets(billing: webhook, notify: Self.command))
        case .command:
            let command = "command:\n" + Self.indented(example, 2)
            text = Self.completed(Self.targets(billing: Self.webhook, notify: command))
        case .test:
            text = Self.completed(
                [Self.sourceWithTable, Self.rule("name: bill"), Self.test(example)].joined(separator: "\n"))
        }
    }

    private static let webhook = "webhook: {url: \"https://billing.example.com/hook\"}"
    private static let command = "command: {run: [/usr/lib/callbackd/hooks/notify]}"

    private static func targets(billing: String, notify: String) -> String {
        "targets:\n  billing:\n" + indented(billing, 4) + "\n  notify:\n" + indented(notify, 4)
    }

    private static func rule(_ keys: String) -> String {
        var keys = keys
        for (key, value) in [("deliver", "[billing, notify]"), ("events", "[plan_item.created]"), ("name", "r")]
        where !has(key, keys) {
            keys = "\(key): \(value)\n" + keys
        }
        return "rules:\n  -\n" + indented(keys, 4)
    }

    private static let sourceWithTable = """
        sources:
          panel:
            sqlite: {path: /var/lib/panel/panel.db}
            profile: plesk
            tables: {notes: {key: id, events: {insert: note.made}}}
        """

    private static func test(_ keys: String) -> String {
        var keys = "name: an example\n" + keys
        if !has("expect", keys) { keys += "\nexpect: []" }
        return "tests:\n  -\n" + indented(keys, 4)
    }

    private static func completed(_ text: String) -> String {
        let sections = [
            "version: 1",
            "secrets: {billing: {file: /etc/callbackd/secrets/billing}, token: {env: HOME}}",
            "sources: {panel: {sqlite: {path: /var/lib/panel/panel.db}, profile: plesk}}",
            "state: /var/lib/callbackd/state.db",
            "control: {socket: /run/callbackd/control.sock}",
            targets(billing: webhook, notify: command),
            rule("name: r"),
        ]
        let missing = sections.filter { !has(String($0.prefix { $0 != ":" }), text) }
        return (missing + [text, ""]).joined(separator: "\n")
    }

    private static func has(_ key: String, _ text: String) -> Bool {
        text.split(separator: "\n").contains { $0.hasPrefix(key + ":") }
    }

    private static func indented(_ text: String, _ depth: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: depth) + $0 }.joined(separator: "\n")
    }
}
