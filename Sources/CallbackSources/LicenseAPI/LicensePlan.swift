import CallbackCore
import CallbackRows
import HTTPTransport

/// The settings of a licence source, checked and typed.
struct LicensePlan: Sendable {
    /// Between two listings of a kind.
    static let standardInterval = Duration.seconds(60)
    /// Within which all properties are read once.
    static let standardRefresh = Duration.hours(24)
    static let standardPatience: Int64 = 3
    static let patienceRange: ClosedRange<Int64> = 2...1000
    static let standardRate = Rate(5, per: .second)

    /// With a `/` at its end.
    let url: String
    let login: String
    /// The name below `secrets:`.
    let secret: String
    let interval: Duration
    let refresh: Duration
    let kinds: [LicenseKind]
    /// Listings in a row without a licence that end it.
    let patience: Int
    /// Readings of properties in a time at most.
    let rate: Rate
    /// A PEM file of certificate authorities in place of the system's.
    let authorities: String?

    /// - Throws: everything that is wrong with the settings.
    init(_ settings: SourceSettings) throws(DiagnosticList) {
        let own = settings.settings
        var found: [Diagnostic] = []
        func report(_ code: SourceCode, _ words: String, _ key: String, help: String) {
            found.append(
                Diagnostic(
                    .error, code.rawValue, "source \"\(settings.name)\": \(words)",
                    at: own.values[key]?.place ?? settings.place, help: help))
        }
        func duration(_ key: String, _ standard: Duration, _ range: ClosedRange<Duration>, _ words: String) -> Duration
        {
            guard let given = own.duration(key) else { return standard }
            if !range.contains(given) {
                report(.badInterval, "\"\(key)\" is out of range", key, help: "write \(words)")
            }
            return given
        }
        let given = own.text("url") ?? ""
        url = given.hasSuffix("/") ? given : given + "/"
        if let problem = Self.problem(of: given) {
            report(.badAddress, problem.words, "url", help: problem.help)
        }
        login = own.text("login") ?? ""
        if login.isEmpty || login.utf8.count > 256 {
            report(.badLogin, "\"login\" must have 1 to 256 bytes", "login", help: "the login that the API key is of")
        }
        secret = own.text("secret") ?? ""
        interval = duration("every", Self.standardInterval, .seconds(1) ... .hours(24), "1s to 24h")
        refresh = duration("refresh", Self.standardRefresh, .seconds(1) ... .days(365), "1s to 365d")
        let words = own.texts("kinds") ?? LicenseKind.allCases.map(\.rawValue)
        kinds = LicenseKind.allCases.filter { words.contains($0.rawValue) }
        if words.isEmpty {
            report(.noKinds, "\"kinds\" is empty", "kinds", help: "leave it out to watch all kinds of licences")
        }
        patience = Int(own.integer("missing") ?? Self.standardPatience)
        rate = own.rate("rate") ?? Self.standardRate
        authorities = own.settings("tls")?.text("ca")
        guard found.isEmpty else { throw DiagnosticList(found) }
    }

    /// The account whose licences are compared: another one has another set.
    var account: JSONObject { ["url": .string(url), "login": .string(login)] }

    private static func problem(of url: String) -> (words: String, help: String)? {
        let help = "write it as url: \"https://api.example.com/\""
        do {
            let endpoint = try HTTPEndpoint(url: url)
            // The key of the account goes over this connection.
            if endpoint.isReadableOnTheWay {
                return ("others could read the secret on its way over plain http", "write https")
            }
        } catch {
            return ("url \(error)", help)
        }
        return url.contains("?") ? ("the url has a query", help) : nil
    }
}
