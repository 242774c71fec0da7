import CallbackTestKit
import Testing

/// Speaks with a licence API as the documentation's curl calls do: `-k`, form bodies, a bearer token.
struct LicenseClient {
    static let login = "user@domain.com"

    let base: String
    let token: String

    /// Gets a key and a token.
    /// - Parameter isTest: whether `/test` stands before every path.
    init(_ panel: RunningPanel, isTest: Bool = false) throws {
        let key = try panel.scenario.licenseKey()
        try self.init(base: try panel.licenseURL + (isTest ? "/test" : ""), key: key)
    }

    init(base: String, token: String) {
        self.base = base
        self.token = token
    }

    init(base: String, key: String) throws {
        self.base = base
        let (status, answer) = try Self.curl([
            "-d", "login=\(Self.login)&secret=\(key)", "\(base)/access/token",
        ])
        guard status == 200, let token = answer["access_token"].text else {
            throw ScenarioError("no token: \(status) \(answer)")
        }
        self.token = token
    }

    /// - Returns: the status, and the body as JSON.
    func ask(_ words: String..., at path: String) throws -> (status: Int, json: JSON) {
        try Self.curl(["-H", "Authorization: Bearer \(token)"] + words + ["\(base)/\(path)"])
    }

    static func curl(_ words: [String]) throws -> (status: Int, json: JSON) {
        let result = try Shell.run(
            "/usr/bin/curl", ["-k", "-sS", "--max-time", "30", "-w", "\n%{http_code}"] + words)
        guard result.status == 0 else { throw ScenarioError("curl: \(result.errors)") }
        let split = result.output.lastIndex(of: "\n") ?? result.output.startIndex
        let status = Int(result.output[split...].dropFirst()) ?? 0
        return (status, try JSON(parsing: String(result.output[..<split])))
    }

    /// A complete order of a Plesk 12, as a form.
    static let pleskOrder =
        "product=PLESK-12-VPS&title=Shop+server&comment=&period=12&os=LINUX&WPBSites=10&WPBOptions=0&applications=0"
        + "&CBMClients=0&languagePack=0&antivirus=0"

    func order() throws -> String {
        let (status, answer) = try ask("-d", Self.pleskOrder, at: "license/plesk/order")
        guard status == 201, let number = answer["keyNumber"].text else {
            throw ScenarioError("no order: \(status) \(answer)")
        }
        return number
    }
}

extension Scenario {
    /// Makes an API key for the licence API.
    func licenseKey(_ login: String = LicenseClient.login) throws -> String {
        try panel(["license", "credential", "add", "--database", panelPath, "--login", login]).output.trimmed
    }
}
