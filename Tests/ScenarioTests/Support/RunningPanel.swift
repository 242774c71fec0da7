import CallbackTestKit
import Glibc
import Testing

/// `panel serve`, running, and ways to speak with it.
final class RunningPanel: Sendable {
    static let password = "setup"
    static let endpoint = "/enterprise/control/agent.php"

    let child: Child
    let scenario: Scenario
    /// The addresses that it printed, by their names: `xml`, `license`, `socket`.
    let addresses: [String: String]
    private let logPath: String

    /// - Parameter words: options beside the database and free ports.
    init(_ scenario: Scenario, _ words: [String] = []) throws {
        self.scenario = scenario
        let output = try scenario.folder.write("serve.out", "")
        logPath = try scenario.folder.write("serve.log", "")
        child = try Child(
            Programs.panel,
            ["serve", "--database", scenario.panelPath, "--listen", "127.0.0.1:0", "--license-listen", "127.0.0.1:0"]
                + words,
            output: output, errors: logPath)
        var addresses: [String: String] = [:]
        let logPath = logPath
        try eventually("panel serve is ready: \((try? Shell.read(logPath)) ?? "")") {
            let parts = try Shell.read(output).trimmed.split(separator: " ")
            guard parts.first == "ready" else { return false }
            for part in parts.dropFirst() {
                let sides = part.split(separator: "=", maxSplits: 1)
                addresses[String(sides[0])] = String(sides[1])
            }
            return true
        }
        self.addresses = addresses
    }

    /// What it wrote down.
    var log: String { get throws { try Shell.read(logPath) } }

    var certificate: String { scenario.panelPath + ".cert.pem" }

    var url: String {
        get throws { try #require(addresses["xml"]) }
    }

    var licenseURL: String {
        get throws { try #require(addresses["license"]) }
    }

    /// Asks it to stop, and waits. Gives its exit status.
    func stop() -> Int32 {
        child.signal(SIGTERM)
        return child.waitForEnd()
    }

    /// Runs curl, which trusts the panel's certificate.
    func curl(_ words: [String], input: String = "") throws -> Shell.Result {
        try Shell.run("/usr/bin/curl", ["-sS", "--max-time", "30", "--cacert", certificate] + words, input: input)
    }

    /// Sends a packet with curl, as the administrator or with other headers.
    func packet(
        _ text: String, headers: [String] = ["HTTP_AUTH_LOGIN: admin", "HTTP_AUTH_PASSWD: \(RunningPanel.password)"],
        _ words: [String] = []
    ) throws -> String {
        let result = try curl(
            words + headers.flatMap { ["-H", $0] } + [
                "-H", "Content-Type: text/xml", "--data-binary", "@-", try url + Self.endpoint,
            ],
            input: text)
        guard result.status == 0 else { throw ScenarioError("curl: exit \(result.status): \(result.errors)") }
        return result.output
    }
}

extension Scenario {
    /// Makes the panel's database anew, with a password for the administrator that tests know.
    func initPanel() throws {
        try folder.write("admin.password", RunningPanel.password + "\n")
        try panel(["init", "--database", panelPath, "--sample", "--admin-password-file", folder.file("admin.password")])
    }

    /// Gives an account a password, and gives the path of a file with it.
    func givePassword(_ password: String, to login: String) throws -> String {
        let file = try folder.write("\(login).password", password + "\n")
        try panel(["password", "--database", panelPath, "--login", login, "--password-file", file])
        return file
    }
}
