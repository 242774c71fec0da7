import FoundationEssentials

/// What `callbackd status --json` says of the one source of a scenario.
struct LoadStatus: Decodable {
    struct Source: Decodable {
        var name: String
        var state: String
        var gap: String?
    }

    var ready: Bool
    var sources: [Source]
}

extension Scenario {
    /// The daemon's status and the verb's exit code.
    func status() throws -> (status: LoadStatus, exit: Int32) {
        let result = try callbackd(["status", "--json"])
        guard result.status == 0 || result.status == 1 else {
            throw ScenarioError("status: exit \(result.status): \(result.errors)")
        }
        return (try JSONDecoder().decode(LoadStatus.self, from: Data(result.output.utf8)), result.status)
    }

    /// Whether a gap was ever journalled.
    func hasGap() throws -> Bool {
        try callbackd(["events", "list", "--type", "source.gap", "--json"]).output.contains("source.gap")
    }
}
