package import CallbackCore

/// The variables of one hook: the fixed path, the event, its fields, and what the target configured.
///
/// Names come from the event's shape or the configuration; a value never becomes a name without the prefix `NEW_` or
/// `OLD_`, so that no data can set what a shell or a loader obeys.
package struct CommandEnvironment: Sendable {
    /// Where programs are looked for by a hook that names them without a path.
    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    /// One variable of 128 KiB, name and value, is more than Linux takes.
    static let largestValue = 120 << 10
    /// All variables together, well below the 2 MiB that Linux takes with the usual stack.
    static let largestTotal = 1 << 20

    package private(set) var variables: [(name: String, value: String)] = []
    /// Whether something was too large, or held a NUL byte, and was left out.
    package private(set) var isTruncated = false
    private var names: Set<String> = []
    private var total = 0

    package init(attempt: Attempt, target: CommandTarget) {
        var configured = target.environment
        if let rendering = attempt.rendering { configured.merge(rendering.environment) { _, rendered in rendered } }

        // What was asked for comes first, so that it is the event's own fields that give way.
        for (name, value) in configured.sorted(by: { $0.key < $1.key }) { put(name, value) }
        put("PATH", Self.path)
        put("EVENT_ID", attempt.event.id.rawValue)
        put("EVENT_TYPE", attempt.event.type.rawValue)
        put("EVENT_SUBJECT", attempt.event.subject)
        put("EVENT_TIME", attempt.event.time.description)
        put("ATTEMPT", "\(attempt.number)")
        for (name, value) in EventVariables(attempt.event).list { put(name, value) }
        if isTruncated { variables.append(("EVENT_TRUNCATED", "1")) }
    }

    /// The first value of a name stays.
    private mutating func put(_ name: String, _ value: String) {
        guard names.insert(name).inserted else { return }
        let size = name.utf8.count + value.utf8.count + 2
        guard value.utf8.count <= Self.largestValue, total + size <= Self.largestTotal, !value.utf8.contains(0) else {
            isTruncated = true
            return
        }
        total += size
        variables.append((name, value))
    }

    // What shells, the loader and the interpreters of scripts take code, or ways to it, from.
    private static let codePrefixes = ["LD_", "BASH_", "PYTHON", "PERL5"]
    private static let codeNames: Set<String> = [
        "ENV", "IFS", "SHELLOPTS", "BASHOPTS", "PS4", "GCONV_PATH", "GLIBC_TUNABLES",
    ]

    /// Why a target must not set this variable; nil when it may.
    package static func objection(to name: String) -> String? {
        let bytes = Array(name.utf8)
        let isWord = bytes.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        }
        guard isWord, let first = bytes.first, first > UInt8(ascii: "9"), bytes.count <= 256 else {
            return "a name is made of letters, digits and _, and does not begin with a digit"
        }
        if codePrefixes.contains(where: name.hasPrefix) || codeNames.contains(name) {
            return "it changes which code the program runs; set it inside the program if it is really wanted"
        }
        if name == "ATTEMPT" || name.hasPrefix("EVENT_") { return "callbackd sets it itself" }
        return nil
    }
}
