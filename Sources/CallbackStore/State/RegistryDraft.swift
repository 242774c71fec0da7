package import CallbackCore
import FoundationEssentials
import GRDB

/// The numbers that a new configuration will have: found aside, written by the writer in one transaction.
///
/// Only one draft may be on its way at a time, because nothing else gives numbers while a daemon owns the file.
package struct RegistryDraft: Sendable {
    /// The numbers as they will stand once the draft is written.
    package fileprivate(set) var registry: Registry
    /// The version of the rule book: a new one where its content differs from the latest.
    package let version: Int64

    fileprivate var newRules: [(number: Int64, name: RuleName)] = []
    fileprivate var newTargets: [(number: Int64, name: TargetName)] = []
    /// The rule book's content, where it has a new version.
    fileprivate let newBook: [UInt8]?
}

extension StateFile {
    /// Finds the numbers for a new configuration and writes nothing.
    package func draft(rules: [RuleName], targets: [TargetName], book: [UInt8]) throws -> RegistryDraft {
        try queue.read { database in
            let latest = try Row.fetchOne(
                database, sql: "SELECT version, content FROM books ORDER BY version DESC LIMIT 1")
            let version: Int64 = latest?["version"] ?? 0
            let isSame = latest.map { [UInt8]($0["content"] as Data) == book } ?? false
            var draft = RegistryDraft(
                registry: try Registry(database), version: isSame ? version : version + 1, newBook: isSame ? nil : book)
            draft.add(rules, targets)
            return draft
        }
    }
}

extension RegistryDraft {
    fileprivate mutating func add(_ rules: [RuleName], _ targets: [TargetName]) {
        var number = registry.ruleNames.keys.max() ?? 0
        for rule in rules where registry.rules[rule] == nil {
            number += 1
            registry.add(rule: rule, number: number)
            newRules.append((number, rule))
        }
        number = registry.targetNames.keys.max() ?? 0
        for target in targets where registry.targets[target] == nil {
            number += 1
            registry.add(target: target, number: number, isPaused: false)
            newTargets.append((number, target))
        }
    }
}

extension StateCommands {
    /// Writes a draft: names, and the rule book under its version.
    package func write(_ draft: RegistryDraft) throws(StateError) {
        let rule = try Statement(connection, "INSERT INTO rules (number, name) VALUES (?, ?)")
        for (number, name) in draft.newRules { try rule.bind(1, number).bind(2, name.rawValue).run() }
        let target = try Statement(connection, "INSERT INTO targets (number, name) VALUES (?, ?)")
        for (number, name) in draft.newTargets { try target.bind(1, number).bind(2, name.rawValue).run() }
        guard let book = draft.newBook else { return }
        try Statement(connection, "INSERT INTO books (version, since, content) VALUES (?, ?, ?)")
            .bind(1, draft.version).bind(2, now.milliseconds).bind(3, book).run()
    }
}
