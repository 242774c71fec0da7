import CallbackCore
import CallbackStore

extension StateQueries {
    /// Refuses names that were never in force: whoever misspells one must not be told that there is nothing.
    /// - Throws: `VerbFailure` with exit code 66.
    func refuseUnknown(target: String?, rule: String?) throws {
        guard target != nil || rule != nil else { return }
        let known = try names()
        if let target { try Self.refuseUnknown("target", target, among: known.targets.map(\.rawValue)) }
        if let rule { try Self.refuseUnknown("rule", rule, among: known.rules.map(\.rawValue)) }
    }

    private static func refuseUnknown(_ kind: String, _ name: String, among known: [String]) throws {
        guard !known.contains(name) else { return }
        let hint = DidYouMean.hint(for: name, among: known)
        throw VerbFailure(.noInput, "there never was a \(kind) \"\(name.harmless)\": \(hint)")
    }
}
