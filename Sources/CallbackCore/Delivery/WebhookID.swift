import Crypto

/// The identity that a receiver sees: the same on every retry and redrive, different per rule and target.
package enum WebhookID {
    package static func make(event: EventID, rule: RuleName, target: TargetName, cause: String) -> String {
        var hash = SHA256()
        for part in [event.rawValue, rule.rawValue, target.rawValue, ReplayCause.identity(of: cause)] {
            hash.update(data: Array(part.utf8))
            // A separator that no name can hold, so that no two sets of parts run together.
            hash.update(data: [0])
        }
        return "msg_" + Base32.text(of: hash.finalize(), count: 26)
    }
}
