import Crypto

/// The identity that a receiver sees: the same on every retry and redrive, different per rule and target.
package enum WebhookID {
    package static func make(event: EventID, rule: RuleName, target: TargetName, cause: String) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(128)
        func add(_ part: String) {
            text.append(contentsOf: part.utf8)
            // A separator that no name can hold, so that no two sets of parts run together.
            text.append(0)
        }
        add(event.rawValue)
        add(rule.rawValue)
        add(target.rawValue)
        add(ReplayCause.identity(of: cause))
        var hash = SHA256()
        text.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return "msg_" + Base32.text(of: hash.finalize(), count: 26)
    }
}
