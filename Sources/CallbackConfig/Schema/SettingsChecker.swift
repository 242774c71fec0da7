import CallbackCore

/// Holds nodes against schemas and collects everything that is wrong with them.
///
/// What can be read is read even where something beside it is wrong, so that one run finds every error.
struct SettingsChecker {
    /// A place where a secret is used by name.
    struct SecretUse {
        var name: String
        var node: ConfigNode
        var place: ConfigPlace
        /// Whether the name stood alone, so that it may be a secret that someone wrote in its place.
        var isWholeValue: Bool
    }

    /// The owner of the keys at the top of a file.
    static let wholeFile = "the configuration"

    /// By file name.
    var texts: [String: SourceText]
    var diagnostics: [Diagnostic] = []
    var secretUses: [SecretUse] = []

    init(texts: [String: SourceText]) { self.texts = texts }

    /// Whether anything reported since `mark` is an error.
    func hasErrors(since mark: Int) -> Bool {
        diagnostics[mark...].contains { $0.severity == .error }
    }

    mutating func report(
        _ code: DiagnosticCode,
        _ message: String,
        at place: ConfigPlace,
        label: String? = nil,
        help: String? = nil,
        as severity: Diagnostic.Severity = .error
    ) {
        diagnostics.append(Diagnostic(severity, code, message, at: place, label: label, help: help))
    }

    /// Reads a mapping by its schema.
    ///
    /// - Parameters:
    ///   - owner: what the mapping belongs to, in the words of a message, such as `target "billing"`.
    ///   - place: where a missing key is reported; the mapping's own place if nil.
    mutating func settings(
        _ node: ConfigNode,
        _ schema: SettingsSchema,
        of owner: String,
        reportMissingAt place: ConfigPlace? = nil
    ) -> Settings {
        var settings = Settings(at: node.place)
        // Keys that a misspelt one was taken for: they are not reported as missing too.
        var meant: Set<String> = []
        guard let members = node.members else {
            report(
                .wrongKind, "\(owner) must be a mapping, not \(node.kind)", at: node.place,
                help: "keys allowed here: \(schema.allowedKeys)")
            return settings
        }
        for member in members {
            guard let key = schema.keys.first(where: { $0.name == member.key }) else {
                if let key = reportUnknown(member, schema, owner) { meant.insert(key) }
                continue
            }
            if let value = value(member.value, key.kind, what: words(key.name, owner)) {
                settings.values[key.name] = value
            }
        }
        for key in schema.keys
        where key.isRequired && node[key.name] == nil && !meant.contains(key.name) {
            report(
                .missingKey, "\(owner) has no \(quoted(key.name))", at: place ?? node.place,
                help: "\(key.name): \(key.summary)")
        }
        return settings
    }

    /// A key with its owner; keys of the whole file have none.
    private func words(_ key: String, _ owner: String) -> String {
        owner == Self.wholeFile ? quoted(key) : "\(quoted(key)) in \(owner)"
    }

    /// Returns the key that was probably meant.
    private mutating func reportUnknown(
        _ member: ConfigMember,
        _ schema: SettingsSchema,
        _ owner: String
    ) -> String? {
        let meant = DidYouMean.closest(to: member.key, among: schema.keys.map(\.name))
        report(
            .unknownKey, "unknown key \(words(member.key, owner))", at: member.keyPlace,
            label: meant.map { "did you mean \"\($0)\"?" }, help: "keys allowed here: \(schema.allowedKeys)")
        return meant
    }

    /// Reads one value; nil where it cannot be read.
    mutating func value(_ node: ConfigNode, _ kind: SettingKind, what: String) -> Setting? {
        switch kind {
        case .text: return text(node, what).map { Setting(.text($0), at: node.place) }
        case .template: return template(node, what)
        case .secretTemplate: return secretTemplate(node, what)
        case .bool: return bool(node, what)
        case .integer(let range): return integer(node, range, what)
        case .duration: return duration(node, what)
        case .size: return size(node, what)
        case .percent: return percent(node, what)
        case .rate: return rate(node, what)
        case .path: return path(node, what)
        case .oneOf(let words): return word(node, words, what)
        case .secretName: return secretName(node, what)
        case .list(let element): return list(node, element, what)
        case .map(let element): return map(node, element, what)
        case .settings(let schema):
            let settings = settings(node, schema, of: what)
            return node.members == nil ? nil : Setting(.settings(settings), at: node.place)
        case .node: return Setting(.node(node), at: node.place)
        }
    }

    private mutating func list(_ node: ConfigNode, _ element: SettingKind, _ what: String) -> Setting? {
        guard let elements = node.elements else {
            report(.wrongKind, "\(what) must be a list, not \(node.kind)", at: node.place, help: Self.asList(node))
            return nil
        }
        let values = elements.compactMap { value($0, element, what: "an item of \(what)") }
        // An argument vector without one of its elements would be another one.
        if case .template = element, values.count < elements.count { return nil }
        return Setting(.list(values), at: node.place)
    }

    /// How what stands there is written as a list, where that is plain enough to be shown.
    private static func asList(_ node: ConfigNode) -> String {
        guard case .string(let text) = node.content, text.count <= 60,
            text.allSatisfy({ $0.isLetter || $0.isNumber || "._-/".contains($0) }), !text.isEmpty
        else { return "write it as [a, b]" }
        return "write [\(text)]"
    }

    private mutating func map(_ node: ConfigNode, _ element: SettingKind, _ what: String) -> Setting? {
        guard let members = node.members else {
            report(.wrongKind, "\(what) must be a mapping, not \(node.kind)", at: node.place)
            return nil
        }
        var values: [String: Setting] = [:]
        for member in members {
            values[member.key] = value(member.value, element, what: "\(quoted(member.key)) of \(what)")
        }
        return Setting(.map(values), at: node.place)
    }
}

extension SettingsSchema {
    /// The keys that this version reads, for a help line.
    var allowedKeys: String {
        keys.map(\.name).sorted().joined(separator: ", ")
    }
}
