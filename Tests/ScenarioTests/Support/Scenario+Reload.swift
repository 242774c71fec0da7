import CallbackTestKit
import Glibc
import Testing

/// Configurations that change while the daemon runs.
extension Scenario {
    /// Reloads happen only when a test asks for one.
    static let unwatched = "reload: {watch: false}"

    static func rule(_ name: String, events: String = "domain.created", deliver: String = "billing") -> String {
        "  - {name: \(name), events: [\(events)], deliver: [\(deliver)]}\n"
    }

    static func rules(_ rules: String...) -> String { rules.isEmpty ? "" : "rules:\n" + rules.joined() }

    /// What `status --json` says of the configuration.
    func configurationLine() throws -> JSON {
        let result = try callbackd(["status", "--json"])
        guard result.status == 0 || result.status == 1 else {
            throw ScenarioError("status: exit \(result.status): \(result.errors)")
        }
        return try JSON(parsing: result.output)["configuration"]
    }

    /// Waits until a version of the rule book is in force.
    func version(becomes version: Int) throws {
        var last = JSON.null
        try eventually("rule book version \(version) is in force, it is \(last)") {
            last = try configurationLine()
            return last["version"] == JSON.number(Double(version))
        }
    }

    /// The rule book versions of all events, in order.
    func booksOfEvents() throws -> [Int] {
        try sql("SELECT book FROM events ORDER BY sequence;", on: statePath).split(separator: "\n")
            .compactMap { Int($0) }
    }

    /// Puts a file in the place of another as careful editors do.
    func rename(_ name: String, to other: String) throws {
        guard Glibc.rename(folder.file(name), folder.file(other)) == 0 else {
            throw ScenarioError("cannot rename \(name): \(String(cString: strerror(errno)))")
        }
    }
}
