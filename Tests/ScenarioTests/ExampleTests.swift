import CallbackTestKit
import Testing

@Suite("Examples and reference", .serialized)
struct ExampleTests {
    private static func file(_ name: String) throws -> String { try Shell.read("\(Programs.repository)/\(name)") }

    @Test("check accepts the example configurations", arguments: ["etc/callbackd.yaml", "etc/demo.yaml"])
    func examples(name: String) throws {
        let result = try Shell.run(Programs.callbackd, ["check", "--config", "\(Programs.repository)/\(name)"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(result.output == "\(Programs.repository)/\(name): no mistakes\n")
    }

    @Test("the tests of the example configuration pass, and show every rule at work")
    func exampleTests() throws {
        let path = "\(Programs.repository)/etc/callbackd.yaml"
        let result = try Shell.run(Programs.callbackd, ["test", "--require-coverage", "--config", path])
        #expect(result.status == 0, "\(result.output)")
        #expect(result.errors == "")
        #expect(result.output.contains("\nok    a new domain is billed to its customer"))
    }

    @Test("the configuration that the language was designed by passes its own test, as far as it is built")
    func designed() throws {
        let scenario = try Scenario(sample: false)
        try scenario.configure(sources: Self.designedSources, targets: Self.designedTargets, rules: Self.designedRules)
        #expect(try scenario.verb("check") == "\(scenario.configurationPath): no mistakes\n")
        let result = try scenario.callbackd(["test"])
        #expect(result.status == 0)
        #expect(result.output == "ok    a visible WP item is billed\n1 test, 0 failed\n")
        #expect(result.errors.contains("  provision-what-was-added ("))
        #expect(result.errors.contains("  disk-space-cut ("))
    }

    private static let designedSources = """
        sources:
          panel:
            sqlite: {path: /var/lib/panel/panel.db, install: auto}
            profile: plesk
          shop:
            sqlite: {path: /var/lib/shop/shop.db}
            tables:
              orders:
                key: id
                events: {insert: order.placed, update: order.changed, delete: order.withdrawn}
                sensitive: [card_number]
        """

    private static let designedTargets = """
        targets:
          billing:
            webhook:
              url: https://billing.example.com/hooks/panel
              format: cloudevents
              sign: {scheme: standard-webhooks, secret: billing}
            concurrency: 8
            connections: 8
          provision:
            command:
              run: [/usr/lib/callbackd/hooks/provision, "--plan={{ data.plan.name }}"]
              environment: {PLAN: "{{ data.plan.name }}"}
              output-limit: 64KiB
            timeout: 60s
        """

    private static let designedRules = """
        rules:
          - name: bill-visible-plan-items
            events: [plan_item.created]
            match:
              data: {new: {visible: [true], label: [{prefix: "WP "}]}}
            deliver: [billing]
          - name: provision-what-was-added
            events: [service_plan.plan_item_added, service_plan.app_added]
            match: {data: {plan: {owner_login: [{anything-but: admin}]}}}
            order-by: "{{ data.plan.owner_id }}"
            deliver: [billing, provision]
          - name: disk-space-cut
            events: [service_plan.updated]
            match: {data: {changed: [disk_space], old: {disk_space: [{numeric: [">", 1073741824]}]}}}
            deliver:
              - target: billing
                retry: {schedule: [1s, 10s, 1m]}
                body: {plan: "{{ data.plan.id }}", from: "{{ data.old.disk_space }}", to: "{{ data.new.disk_space | default(null) }}"}
        tests:
          - name: a visible WP item is billed
            event: {type: plan_item.created, data: {new: {label: WP Toolkit, visible: true}}}
            expect: [{rule: bill-visible-plan-items, targets: [billing]}]
        """

    @Test("the rule of the README is accepted, and does what it says")
    func readme() throws {
        let rule = try block("yaml", after: "## A rule", in: Self.file("README.md"))
        let scenario = try Scenario()
        let hook = try scenario.hook("notify.sh", "true")
        try scenario.configure(
            targets: "\(Scenario.targets)\n  notify-admin: {command: {run: [\(hook)]}}", rules: rule)
        #expect(try scenario.verb("check") == "\(scenario.configurationPath): no mistakes\n")
        let daemon = try scenario.start()
        try scenario.sql(
            "INSERT INTO domains (name, displayName, cl_id, parentDomainId) VALUES ('alias.example', 'x', 3, 1);")
        try scenario.addDomain("second.example")
        let request = try scenario.receiver.request(1)
        let body = try request.json
        #expect(
            body == [
                "charge": "domain", "domain": "second.example", "customer": "customer",
                "event": try scenario.json("events", "list")[1]["id"],
            ])
        try scenario.delivery("2-2", is: "delivered")
        try scenario.nothingIsOwed()
        #expect(scenario.receiver.requests.count == 1)
        #expect(daemon.stop() == 0)
    }

    /// Where each table of the reference stands in a configuration: `zzz` is an unknown key there.
    private static let places: [(heading: String, more: [String], text: String)] = [
        ("## Top level", [], "zzz: 1"),
        ("`control:`", [], "control: {socket: /run/x/y, zzz: 1}"),
        ("`limits:`", [], "limits: {zzz: 1}"),
        ("`retention:`", [], "retention: {zzz: 1}"),
        ("`tables: NAME:`", [], "sources: {p: {sqlite: {path: /x/y}, tables: {t: {zzz: 1}}}}"),
        ("## Secrets", [], "secrets: {s: {file: /x, zzz: 1}}"),
        ("`webhook:`", [], "targets: {t: {webhook: {url: \"http://x.example/\", zzz: 1}}}"),
        ("`command:`", [], "targets: {t: {command: {run: [/bin/true], zzz: 1}}}"),
        ("## Rules", [], "rules: [{name: r, events: [source.gap], deliver: [], zzz: 1}]"),
        ("`tests:` (each)", [], "tests: [{name: t, event: {type: source.gap}, expect: [], zzz: 1}]"),
        ("`event:`", [], "tests: [{name: t, event: {type: source.gap, zzz: 1}, expect: []}]"),
        (
            "`change:`", [],
            "tests: [{name: t, change: {source: p, table: t, insert: {}, zzz: 1}, expect: []}]"
        ),
        ("`expect:`", [], "tests: [{name: t, event: {type: source.gap}, expect: [{rule: r, zzz: 1}]}]"),
        (
            "`deliver:` (of `expect:`)", [],
            "tests: [{name: t, event: {type: source.gap}, expect: [{rule: r, deliver: [{target: t, zzz: 1}]}]}]"
        ),
        ("## Targets", ["webhook", "command"], "targets: {t: {command: {run: [/bin/true]}, zzz: 1}}"),
        (
            "## Sources", ["sqlite", "mariadb", "license-api"],
            "sources: {p: {sqlite: {path: /x/y}, profile: plesk, zzz: 1}}"
        ),
    ]

    @Test("the reference's tables name exactly the keys that the configuration has", arguments: places.indices)
    func reference(index: Int) throws {
        let (heading, more, text) = Self.places[index]
        let scenario = try Scenario(sample: false)
        try scenario.folder.write("callbackd.yaml", "version: 1\n\(text)\n")
        let findings = try JSON(parsing: scenario.callbackd(["check", "--format", "json"]).output).elements
        let finding = try #require(findings.first { $0["message"].text?.hasPrefix("unknown key \"zzz\"") == true })
        let help = try #require(finding["help"].text)
        let known = Set(help.dropFirst("keys allowed here: ".count).split(separator: ", ").map(String.init))
        let documented = try Set(keys(after: heading, in: Self.file("docs/reference/settings.md")) + more)
        #expect(documented == known, "\(heading)")
    }

    @Test("every key of the reference stands in the commented example")
    func commentedExample() throws {
        let example = try Self.file("etc/callbackd.yaml")
        let reference = try Self.file("docs/reference/settings.md")
        for place in Self.places {
            for key in try keys(after: place.heading, in: reference) {
                #expect(example.contains("\(key):"), "\(place.heading) \(key)")
            }
        }
    }

    @Test("every type of event in the reference is one that a rule can name")
    func eventTypes() throws {
        let lines = try Self.file("docs/reference/events.md").split(separator: "\n")
        // "`plan_item.created`, `.updated`": what begins with a dot goes on from the name before it.
        var types: Set<String> = []
        for line in lines where line.contains(".created`") || line.contains("`.") {
            var noun = ""
            for part in line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            where part.offset % 2 == 1 {
                let word = String(part.element)
                if word.hasPrefix(".") {
                    if !noun.isEmpty { types.insert(noun + word) }
                } else if let dot = word.firstIndex(of: "."), !word.contains(where: { " ×=:/…".contains($0) }) {
                    noun = String(word[..<dot])
                    types.insert(word)
                }
            }
        }
        types = types.filter { !$0.hasSuffix(".…") && !$0.hasPrefix("data") && !$0.hasPrefix("service_plan_addon.") }
        #expect(types.count >= 18)
        let scenario = try Scenario()
        try scenario.configure(
            rules: "rules: [{name: all, events: [\(types.sorted().joined(separator: ", "))], deliver: [billing]}]")
        let check = try scenario.callbackd(["check"])
        #expect(check.status == 0, "\(check.errors)")
    }

    // MARK: Reading Markdown

    /// The first code block of a language after a line that begins so.
    private func block(_ language: String, after heading: String, in text: String) throws -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix(heading) })
        let begin = try #require(lines[start...].firstIndex { $0 == "```\(language)" })
        let end = try #require(lines[(begin + 1)...].firstIndex { $0 == "```" })
        return lines[(begin + 1)..<end].joined(separator: "\n")
    }

    /// The keys in the first column of the first table after a line that begins so. ``retry: schedule`` gives `retry`.
    private func keys(after heading: String, in text: String) throws -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix(heading) })
        let begin = try #require(lines[start...].firstIndex { $0.hasPrefix("| key |") }) + 2
        return lines[begin...].prefix { $0.hasPrefix("|") }.flatMap { row in
            let cell = row.split(separator: "|").first ?? ""
            return cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }
                .compactMap { word in word.element.split(separator: ":").first.map(String.init) }
        }
    }
}
