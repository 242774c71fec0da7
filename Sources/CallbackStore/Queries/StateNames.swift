import CallbackCore
import GRDB

/// The names behind the numbers of rules and targets, as the file knows them.
struct StateNames {
    let rules: [Int64: RuleName]
    let targets: [Int64: TargetName]

    init(_ database: Database) throws {
        var rules: [Int64: RuleName] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT number, name FROM rules") {
            rules[row["number"]] = RuleName(row["name"] as String)
        }
        var targets: [Int64: TargetName] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT number, name FROM targets ORDER BY number") {
            targets[row["number"]] = TargetName(row["name"] as String)
        }
        self.rules = rules
        self.targets = targets
    }

    func number(of rule: RuleName) -> Int64? { rules.first { $0.value == rule }?.key }

    func number(of target: TargetName) -> Int64? { targets.first { $0.value == target }?.key }

    /// SQL that is true for rows whose rule or target is not among the current ones.
    func parkedCondition(_ current: CurrentNames) -> String {
        let rules = self.rules.filter { !current.rules.contains($0.value) }.keys.sorted()
        let targets = self.targets.filter { !current.targets.contains($0.value) }.keys.sorted()
        func list(_ numbers: [Int64]) -> String { numbers.map(String.init).joined(separator: ",") }
        return "(d.rule IN (\(list(rules))) OR d.target IN (\(list(targets))))"
    }
}
