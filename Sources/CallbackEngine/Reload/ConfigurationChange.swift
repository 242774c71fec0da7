import CallbackCore

/// What a new configuration changes, in names. Comments, line numbers and the order of targets change nothing.
struct ConfigurationChange: Hashable, Sendable {
    var rules: ReloadReport.Names
    var targets: ReloadReport.Names
    var secrets: ReloadReport.Names
    /// Other parts, as they are called in the configuration.
    var others: [String] = []

    init(from old: ReloadContent, to new: ReloadContent) {
        let (before, after) = (old.configuration, new.configuration)
        rules = Self.names(
            before.rules.map { ($0.name.rawValue, $0.content) }, after.rules.map { ($0.name.rawValue, $0.content) })
        targets = Self.names(
            before.targets.map { ($0.name.rawValue, $0.content) }, after.targets.map { ($0.name.rawValue, $0.content) })
        secrets = Self.names(old.secretDigests.map { ($0, $1) }, new.secretDigests.map { ($0, $1) })
        if Self.isReordered(before.rules.map(\.name), after.rules.map(\.name)) { others.append("order of rules") }
        if before.egressAllow.map(\.value.content) != after.egressAllow.map(\.value.content) { others.append("egress") }
        if before.limits != after.limits { others.append("limits") }
        if before.retention != after.retention { others.append("retention") }
        if before.watchesFiles != after.watchesFiles { others.append("reload") }
    }

    var isEmpty: Bool { rules.isEmpty && targets.isEmpty && secrets.isEmpty && others.isEmpty }

    /// Targets that are worth trying at once: a secret or the egress policy may be what failed any of them.
    func targetsToTry(of configuration: Configuration) -> Set<TargetName> {
        guard secrets.isEmpty, !others.contains("egress") else { return Set(configuration.targets.map(\.name)) }
        return Set(targets.changed.map { TargetName($0) })
    }

    private static func names<Content: Equatable>(
        _ old: [(String, Content)], _ new: [(String, Content)]
    ) -> ReloadReport.Names {
        let before = Dictionary(old) { first, _ in first }
        let after = Dictionary(new) { first, _ in first }
        return ReloadReport.Names(
            added: after.keys.filter { before[$0] == nil }.sorted(),
            removed: before.keys.filter { after[$0] == nil }.sorted(),
            changed: after.keys.filter { name in before[name].map { $0 != after[name] } ?? false }.sorted())
    }

    private static func isReordered(_ old: [RuleName], _ new: [RuleName]) -> Bool {
        let common = Set(old).intersection(new)
        return old.filter(common.contains) != new.filter(common.contains)
    }
}
