import CallbackTestKit

extension Scenario {
    /// Whether any file beside the state file, itself and its write-ahead log included, holds these bytes.
    func stateHolds(_ text: String) throws -> Bool {
        let result = try Shell.run("/bin/grep", ["-rlaF", "--", text, folder.file("state")])
        guard result.status <= 1 else { throw ScenarioError("grep: \(result.errors)") }
        return result.status == 0
    }
}
