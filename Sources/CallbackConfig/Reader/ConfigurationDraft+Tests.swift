import CallbackCore

/// `tests:`: examples of events, and the rules that they are to meet.
extension ConfigurationDraft {
    mutating func readTests() {
        var names: [String: ConfigPlace] = [:]
        for section in sections["tests", default: []] {
            guard let elements = section.elements else {
                checker.report(
                    .wrongKind, "\"tests\" must be a list, not \(section.kind)", at: section.place,
                    help: "begin each test with \"- name: …\"")
                continue
            }
            for node in elements {
                guard let test = test(node) else { continue }
                if let first = names[test.name] {
                    checker.report(
                        .testTwice, "two tests are called \(quoted(test.name))", at: test.place,
                        label: "stands first in \(first.file):\(first.line):\(first.column)",
                        help: "give each test a name of its own: results carry it")
                } else {
                    names[test.name] = test.place
                    tests.append(test)
                }
            }
        }
    }

    /// Reads the files that hold tests and nothing else.
    mutating func readTestFiles() {
        for document in testDocuments {
            let settings = checker.settings(document.root, ConfigurationSchema.testFile, of: "a file of tests")
            guard case .node(let node)? = settings.values["tests"]?.value, node.content != .null else { continue }
            sections["tests", default: []].append(node)
        }
    }

    private mutating func test(_ node: ConfigNode) -> RuleTest? {
        let name = node["name"]
        let owner = name?.string.map { "test \(quoted($0))" } ?? "a test"
        let mark = checker.diagnostics.count
        let settings = checker.settings(node, ConfigurationSchema.test, of: owner, reportMissingAt: name?.place)
        let event = event(settings, owner, of: node)
        let expectations = expectations(settings, owner)
        guard let text = settings.text("name"), let place = settings.values["name"]?.place else { return nil }
        guard text.contains(where: { !$0.isWhitespace }) else {
            checker.report(.wrongKind, "a test's name must not be empty", at: place, help: "say what it shows")
            return nil
        }
        guard !checker.hasErrors(since: mark) else { return nil }
        return RuleTest(name: text, place: place, event: event, expectations: expectations)
    }

    private mutating func event(_ settings: Settings, _ owner: String, of node: ConfigNode) -> ExampleEvent? {
        switch (settings.node("event"), settings.node("change")) {
        case (let event?, nil): return exampleEvent(event, owner)
        case (nil, let change?): return eventOfChange(change, owner)
        case (nil, nil):
            // A misspelt key has been reported already, and may be the one.
            guard ConfigurationSchema.test.knowsKeys(of: node) else { return nil }
            checker.report(
                .eventOrChange, "\(owner) has neither \"event\" nor \"change\"", at: node["name"]?.place ?? node.place,
                help: "write event: {type: …, data: …}, or change: {source: …, table: …, insert: …}")
        case (_?, let change?):
            checker.report(
                .eventOrChange, "\(owner) has both \"event\" and \"change\"", at: change.place,
                help: "make two tests of it")
        }
        return nil
    }
}

extension SettingsSchema {
    /// Whether a node is a mapping without any key that is not in the schema.
    func knowsKeys(of node: ConfigNode) -> Bool {
        node.members?.allSatisfy { member in keys.contains { $0.name == member.key } } ?? false
    }
}

extension Settings {
    /// A value that was kept as it stands.
    func node(_ key: String) -> ConfigNode? {
        guard case .node(let node)? = values[key]?.value else { return nil }
        return node
    }
}
