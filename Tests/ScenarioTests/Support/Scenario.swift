import CallbackTestKit
import Glibc
import Testing

/// One machine in small: a panel's database, a receiver, a hook script, and a configuration for the daemon.
final class Scenario: Sendable {
    /// A key as `callbackd secrets` would make it: 32 bytes.
    static let secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    let folder: TemporaryFolder
    let receiver: LoopbackReceiver

    var panelPath: String { folder.file("panel/panel.db") }
    var statePath: String { folder.file("state/state.db") }
    var configurationPath: String { folder.file("callbackd.yaml") }
    var hookOutputPath: String { folder.file("hook.out") }

    /// - Parameters:
    ///   - sample: makes the panel's database with its sample; else there is none.
    ///   - receiver: answers the webhooks; its port is in the configuration.
    init(
        sample: Bool = true,
        receiver script: @escaping LoopbackReceiver.Script = { _ in .status(204) }
    ) throws {
        folder = try TemporaryFolder()
        receiver = try LoopbackReceiver(script: script)
        for name in ["panel", "state", "run"] {
            guard mkdir(folder.file(name), 0o750) == 0 else { throw ScenarioError("cannot make \(name)") }
        }
        try folder.write("billing.secret", Self.secret + "\n")
        if sample { try panel(["init", "--database", panelPath, "--sample"]) }
        try configure()
    }

    // MARK: Configuration

    /// The parts that most scenarios share. `${port}` is the receiver's port, `${dir}` the scenario's folder.
    static let rules = """
        rules:
          - name: bill
            events: [plan_item.created, service_plan.app_added, service_plan.plan_item_added, service_plan.updated,
                     license.ordered, domain.created, domain.updated, domain.deleted, source.gap]
            deliver: [billing]
        """

    static let targets = """
        targets:
          billing:
            webhook:
              url: "http://127.0.0.1:${port}/hooks"
              sign: {scheme: standard-webhooks, secret: billing}
            retry: {schedule: [200ms, 200ms, 200ms, 200ms, 500ms, 500ms, 1s, 1s, 2s, 2s], jitter: 0%}
        """

    static let sources = """
        sources:
          panel:
            sqlite: {path: "${dir}/panel/panel.db"}
            profile: plesk
        """

    /// Writes the configuration.
    func configure(
        sources: String = Scenario.sources,
        targets: String = Scenario.targets,
        rules: String = Scenario.rules,
        egress: String = "egress: {allow: [127.0.0.0/8]}",
        secrets: String = "",
        more: String = ""
    ) throws {
        let text = """
            version: 1
            state: "${dir}/state/state.db"
            control: {socket: "${dir}/run/control.sock"}
            \(more)
            secrets:
              billing: {file: "${dir}/billing.secret"}
              \(secrets)
            \(egress)
            \(sources)
            \(targets)
            \(rules)
            """
        try folder.write("callbackd.yaml", filled(text))
    }

    func filled(_ text: String) -> String {
        replace("${dir}", by: folder.path, in: replace("${port}", by: String(receiver.port), in: text))
    }

    private func replace(_ mark: String, by value: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let found = rest.firstRange(of: mark) {
            result += rest[..<found.lowerBound] + value
            rest = rest[found.upperBound...]
        }
        return result + rest
    }

    // MARK: Programs

    /// Starts the daemon and waits until it is ready.
    func start() throws -> RunningDaemon {
        let daemon = try RunningDaemon(self)
        try daemon.waitUntilReady()
        return daemon
    }

    /// Runs a verb of callbackd with this scenario's configuration.
    @discardableResult
    func callbackd(_ words: [String]) throws -> Shell.Result {
        // A verb that does not end would keep the tests from ending: then it is 124.
        try Shell.run("/usr/bin/timeout", ["60", Programs.callbackd] + words + ["--config", configurationPath])
    }

    @discardableResult
    func panel(_ words: [String], input: String = "", expecting status: Int32 = 0) throws -> Shell.Result {
        let result = try Shell.run(Programs.panel, words, input: input)
        guard result.status == status else {
            throw ScenarioError("panel \(words.joined(separator: " ")): exit \(result.status): \(result.errors)")
        }
        return result
    }

    /// Sends a packet to the embedded panel.
    @discardableResult
    func packet(_ text: String) throws -> String {
        try panel(["xml", "--database", panelPath], input: text).output
    }

    /// Writes into the panel's database by hand, as an administrator would.
    @discardableResult
    func sql(_ text: String, on path: String? = nil) throws -> String {
        let result = try Shell.run(
            Programs.sqlite, ["-bail", "-cmd", ".timeout 10000", path ?? panelPath], input: text)
        guard result.status == 0 else { throw ScenarioError("sqlite3: \(result.errors)") }
        return result.output
    }

    /// A domain that the customer of the sample creates, written straight into the database.
    func addDomain(_ name: String) throws {
        try sql("INSERT INTO domains (name, displayName, cl_id, vendor_id) VALUES ('\(name)', '\(name)', 3, 2);")
    }

    /// Orders a licence. Gives its key number.
    func orderLicence() throws -> String {
        try panel([
            "license", "order", "--database", panelPath, "--kind", "plesk", "--product", "PLESK-12-VPS",
            "--title", "Shop server", "--comment", "for the shop", "--period", "12", "--os", "LINUX",
            "--wpb-sites", "10",
        ]).output.trimmed
    }

    /// Copies a SQLite database as it is on disk, complete, while nobody writes.
    func copyDatabase(_ path: String, to copy: String) throws {
        try sql(".backup '\(copy)'", on: path)
    }
}

struct ScenarioError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
