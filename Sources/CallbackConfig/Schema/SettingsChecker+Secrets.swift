import CallbackCore

/// Secrets go by reference: where they are used, and where they must not stand.
extension SettingsChecker {
    mutating func reportInlineSecret(_ node: ConfigNode, _ what: String) {
        texts[node.place.file]?.mask(node)
        report(
            .inlineSecret, "\(what) holds a secret itself; secrets go by reference", at: node.place,
            label: "not shown",
            help:
                "put it into a file that others cannot read, declare that file below secrets:, and write its name here"
        )
    }

    mutating func secretName(_ node: ConfigNode, _ what: String) -> Setting? {
        guard let name = node.string else {
            texts[node.place.file]?.mask(node)
            report(.wrongKind, "\(what) must be the name of a secret, not \(node.kind)", at: node.place)
            return nil
        }
        guard !SecretMask.holdsSigningKey(name), PartName.isValid(name) else {
            reportInlineSecret(node, what)
            return nil
        }
        secretUses.append(SecretUse(name: name, node: node, place: node.place, isWholeValue: true))
        return Setting(.text(name), at: node.place)
    }

    mutating func template(_ node: ConfigNode, _ what: String) -> Setting? {
        guard let text = text(node, what) else { return nil }
        for reference in references(in: text) where reference.hasPrefix("${secret") {
            report(
                .secretNotAllowedHere, "\(what) must not hold a secret",
                at: texts[node.place.file]?.place(of: reference, in: node.place) ?? node.place,
                help: "secrets are allowed in header values only: what templates make is kept and shown")
        }
        return Setting(.text(text), at: node.place)
    }

    mutating func secretTemplate(_ node: ConfigNode, _ what: String) -> Setting? {
        guard let text = text(node, what) else { return nil }
        for reference in references(in: text) {
            let place = texts[node.place.file]?.place(of: reference, in: node.place) ?? node.place
            let name = reference.dropFirst("${secret.".count).dropLast()
            guard reference.hasPrefix("${secret."), reference.hasSuffix("}"), PartName.isValid(String(name)) else {
                report(
                    .badReference, "\(what) has a reference that is not understood: \(quoted(reference))", at: place,
                    help: "write ${secret.NAME} with a name below secrets:")
                continue
            }
            secretUses.append(SecretUse(name: String(name), node: node, place: place, isWholeValue: false))
        }
        return Setting(.text(text), at: node.place)
    }

    /// Every `${…}`, or from `${` to the end where it is not closed.
    private func references(in text: String) -> [String] {
        var references: [String] = []
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[dollar...]
            guard rest.hasPrefix("${") else {
                rest = rest.dropFirst()
                continue
            }
            let end = rest.firstIndex(of: "}").map { rest.index(after: $0) } ?? rest.endIndex
            references.append(String(rest[..<end]))
            rest = rest[end...]
        }
        return references
    }

    /// Holds every use of a secret against the secrets that are declared.
    mutating func resolveSecretUses(declared: [String]) {
        for use in secretUses where !declared.contains(use.name) {
            let meant = DidYouMean.closest(to: use.name, among: declared)
            let help =
                declared.isEmpty
                ? "declare it below secrets:" : "secrets declared: \(declared.sorted().joined(separator: ", "))"
            // A word that resembles no name may be the secret itself, so it is not repeated.
            guard meant != nil || !use.isWholeValue else {
                texts[use.place.file]?.mask(use.node)
                report(
                    .unknownSecret, "this names no secret that is declared", at: use.place, label: "not shown",
                    help: help)
                continue
            }
            report(
                .unknownSecret, "unknown secret \(quoted(use.name))", at: use.place,
                label: meant.map { "did you mean \"\($0)\"?" }, help: help)
        }
    }
}
