import CallbackCore

/// Numbers, words and quantities.
extension SettingsChecker {
    /// A text. One that holds a signing key is refused, wherever it stands.
    mutating func text(_ node: ConfigNode, _ what: String) -> String? {
        guard let text = node.string else {
            let isScalar = node.members == nil && node.elements == nil && node.content != .null
            report(
                .wrongKind, "\(what) must be a text, not \(node.kind)", at: node.place,
                help: isScalar ? "put it in quotes" : nil)
            return nil
        }
        guard !SecretMask.holdsSigningKey(text) else {
            reportInlineSecret(node, what)
            return nil
        }
        return text
    }

    mutating func bool(_ node: ConfigNode, _ what: String) -> Setting? {
        if case .bool(let flag) = node.content { return Setting(.bool(flag), at: node.place) }
        let words = ["yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"]
        if let text = node.string?.lowercased(),
            let meant = words[text] ?? (["true", "false"].contains(text) ? text : nil)
        {
            report(
                .wordAsBoolean, "\(what) must be true or false, not \(quoted(node.string ?? ""))", at: node.place,
                label: "did you mean \(meant)?",
                help: "only true and false, in small letters and without quotes, are booleans")
        } else {
            report(.wrongKind, "\(what) must be true or false, not \(node.kind)", at: node.place)
        }
        return nil
    }

    mutating func integer(_ node: ConfigNode, _ range: ClosedRange<Int64>, _ what: String) -> Setting? {
        guard case .integer(let number) = node.content else {
            let kind = if case .double = node.content { "a fraction" } else { node.kind }
            report(.wrongKind, "\(what) must be a whole number, not \(kind)", at: node.place)
            return nil
        }
        guard range.contains(number) else {
            report(
                .outOfRange, "\(what) must be \(range.lowerBound) to \(range.upperBound), not \(number)", at: node.place
            )
            return nil
        }
        return Setting(.integer(number), at: node.place)
    }

    mutating func duration(_ node: ConfigNode, _ what: String) -> Setting? {
        let help = "write a whole number with a unit: 500ms, 5s, 5m, 2h or 3d"
        return quantity(node, Quantity.duration, .badDuration, "a duration", help, what)
            .map { Setting(.duration($0), at: node.place) }
    }

    mutating func size(_ node: ConfigNode, _ what: String) -> Setting? {
        let help = "write a whole number with a unit: 512B, 64KiB, 10MiB, 1GiB or 1TiB"
        return quantity(node, Quantity.size, .badSize, "a size", help, what)
            .map { Setting(.size($0), at: node.place) }
    }

    mutating func percent(_ node: ConfigNode, _ what: String) -> Setting? {
        quantity(node, Quantity.percent, .badPercent, "a percentage", "write 0% to 100%", what)
            .map { Setting(.percent($0), at: node.place) }
    }

    mutating func rate(_ node: ConfigNode, _ what: String) -> Setting? {
        quantity(
            node, Quantity.rate, .badRate, "a rate", "write a whole number and a time: 50/s, 600/m or 1000/h", what
        ).map { Setting(.rate($0), at: node.place) }
    }

    private mutating func quantity<Value>(
        _ node: ConfigNode,
        _ parse: (String) -> Result<Value, Quantity.Failure>,
        _ code: DiagnosticCode,
        _ noun: String,
        _ help: String,
        _ what: String
    ) -> Value? {
        let text: String
        switch node.content {
        case .string(let string): text = string
        case .integer(let number): text = String(number)
        default:
            report(code, "\(what) must be \(noun), not \(node.kind)", at: node.place, help: help)
            return nil
        }
        switch parse(text) {
        case .success(let value): return value
        case .failure(.missingUnit):
            report(code, "\(what) has no unit: \(quoted(text))", at: node.place, help: help)
        case .failure(.tooLarge):
            report(code, "\(what) is too large: \(quoted(text))", at: node.place, help: help)
        case .failure(.unreadable):
            report(code, "\(what) must be \(noun), not \(quoted(text))", at: node.place, help: help)
        }
        return nil
    }

    /// A relative path counts from the directory of the file in which it stands.
    mutating func path(_ node: ConfigNode, _ what: String) -> Setting? {
        guard let text = text(node, what) else { return nil }
        guard !text.isEmpty else {
            report(.wrongKind, "\(what) must be a path, not an empty text", at: node.place)
            return nil
        }
        return Setting(.text(FilePath.resolve(text, besideFile: node.place.file)), at: node.place)
    }

    mutating func word(_ node: ConfigNode, _ words: [String], _ what: String) -> Setting? {
        let help = "one of: \(words.joined(separator: ", "))"
        guard let text = node.string else {
            report(.wrongKind, "\(what) must be a word, not \(node.kind)", at: node.place, help: help)
            return nil
        }
        guard words.contains(text) else {
            let meant = DidYouMean.closest(to: text, among: words)
            report(
                .unknownWord, "\(what) cannot be \(quoted(text))", at: node.place,
                label: meant.map { "did you mean \"\($0)\"?" }, help: help)
            return nil
        }
        return Setting(.text(text), at: node.place)
    }
}
