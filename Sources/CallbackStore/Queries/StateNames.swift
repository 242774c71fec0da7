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
    func parkedCondition(_ current: CurrentNames) -> String { ParkedNumbers(self, current).condition("d") }
}

/// The numbers of rules and targets that the configuration does not have.
struct ParkedNumbers {
    let rules: Set<Int64>
    let targets: Set<Int64>

    /// - Parameter current: nil where it is not asked what is parked.
    init(_ names: StateNames, _ current: CurrentNames?) {
        guard let current else {
            rules = []
            targets = []
            return
        }
        rules = Set(names.rules.filter { !current.rules.contains($0.value) }.keys)
        targets = Set(names.targets.filter { !current.targets.contains($0.value) }.keys)
    }

    /// SQL that is true for their rows of a table.
    func condition(_ table: String) -> String {
        func list(_ numbers: Set<Int64>) -> String { numbers.sorted().map(String.init).joined(separator: ",") }
        return "(\(table).rule IN (\(list(rules))) OR \(table).target IN (\(list(targets))))"
    }

    func contains(rule: Int64, target: Int64) -> Bool { rules.contains(rule) || targets.contains(target) }
}
