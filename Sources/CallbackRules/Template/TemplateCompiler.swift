package import CallbackCore

/// Reads templates and holds them against the events that will fill them. Collects everything that is wrong.
package struct TemplateCompiler {
    private let check: FieldCheck
    /// Whether the templates are rendered before the journal gives an event its identity and number.
    private let isBeforeJournal: Bool
    /// The secrets that there are; nil accepts every name.
    private let secrets: Set<String>?
    package private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter shapes: the event types that can meet the templates; nil accepts every field.
    package init(shapes: [EventShape]?, isBeforeJournal: Bool = false, secrets: Set<String>? = nil) {
        check = FieldCheck(shapes: shapes)
        self.isBeforeJournal = isBeforeJournal
        self.secrets = secrets
    }

    /// A template for one place; nil where it is wrong.
    package mutating func compile(_ text: String, at place: ConfigPlace, for use: TemplatePlace) -> Template? {
        let before = diagnostics.count
        let value = WrittenText(text: text, place: place)
        let (parts, problems) = TemplateParser.parse(text, allowsSecrets: use.allowsSecrets)
        for part in parts { judge(part, value, use) }
        for problem in problems {
            report(
                problem.code, problem.message, value.place(of: problem.range), label: problem.label,
                help: problem.help)
        }
        return diagnostics.count == before ? Template(segments: parts.map(\.segment)) : nil
    }

    private mutating func judge(_ part: TemplateParser.Part, _ value: WrittenText, _ use: TemplatePlace) {
        switch part.segment {
        case .text(let text), .quoted(let text):
            if let problem = use.problem(with: text) {
                report(.badCharacter, "the text holds \(problem)", value.place(of: part.range))
            }
        case .field(let expression):
            field(expression, at: value.place(of: part.range))
            filters(expression, part, value)
        case .secret(let name): secret(name, at: value.place(of: part.range))
        }
    }

    private mutating func field(_ expression: Template.Expression, at place: ConfigPlace) {
        let path = expression.path
        let attribute = path.segments.count == 1 ? EventAttribute(rawValue: path.segments[0]) : nil
        if isBeforeJournal, let attribute, !attribute.isKnownBeforeJournal {
            return report(.notYetKnown, "\"\(path)\" is not known yet when deliveries are put in order", place)
        }
        switch check.find(path) {
        case .unknown(let depth, let allowed):
            let advice = check.advice(for: path, depth: depth, allowed: allowed)
            let message = "events of \(check.types) have no field \"\(path)\""
            report(.unknownField, message, place, label: advice.label, help: advice.help)
        case .known(_, let missing):
            guard let type = missing.first, !expression.hasDefault else { return }
            let message = "\"\(path)\" is missing in events of \(type)"
            report(.mayBeMissing, message, place, help: "write {{ \(path) | default(\"…\") }}")
        }
    }

    /// Follows the kinds of values through the filters, as far as they are known beforehand.
    private mutating func filters(_ expression: Template.Expression, _ part: TemplateParser.Part, _ value: WrittenText)
    {
        var kinds = isObject(expression.path) ? [ValueKind.object] : nil
        var isNeverNull = false
        var before = "\"\(expression.path)\""
        for (filter, range) in zip(expression.filters, part.filters) {
            let name = filter.name
            if let kinds, name.accepts.isDisjoint(with: kinds) {
                let message = "\(before) is \(kinds[0].rawValue), which \"\(name.rawValue)\" cannot take"
                return report(.neverFits, message, value.place(of: range), help: "\(name.rawValue) \(name.rule)")
            }
            if name == .default, isNeverNull {
                return report(
                    .neverFits, "this default never acts: \(before) is never missing", value.place(of: range),
                    help: "write default before json")
            }
            switch filter {
            case .fallback(let other):
                kinds = kinds.map { $0 + [ValueKind(other)] }
                isNeverNull = other != .null
            case .json:
                (kinds, isNeverNull) = ([.text], true)
            case .date(.unix): kinds = [.number]
            case .date: kinds = [.text]
            default: kinds = name.gives.map { [$0] } ?? kinds
            }
            before = "what \"\(name.rawValue)\" gives"
        }
    }

    private func isObject(_ path: EventPath) -> Bool {
        guard case .known(let shapes, _) = check.find(path), !shapes.isEmpty else { return false }
        return shapes.allSatisfy { shape in
            switch shape {
            case .object?, .open?: true
            case .leaf?, nil: false
            }
        }
    }

    private mutating func secret(_ name: String, at place: ConfigPlace) {
        guard let secrets, !secrets.contains(name) else { return }
        let label = DidYouMean.closest(to: name, among: secrets).map { "did you mean \"\($0)\"?" }
        report(.badSecret, "there is no secret \"\(name)\"", place, label: label, help: "name it below secrets:")
    }

    mutating func report(
        _ code: TemplateCode, _ message: String, _ place: ConfigPlace, label: String? = nil, help: String? = nil
    ) {
        diagnostics.append(Diagnostic(.error, code.rawValue, message, at: place, label: label, help: help))
    }
}

/// A template's text and where it is written, for pointing into it.
private struct WrittenText {
    private let place: ConfigPlace
    /// The number of characters before each byte, counted once; empty where the file writes the text in another way.
    private var offsets: [Int] = []

    init(text: String, place: ConfigPlace) {
        self.place = place
        guard place.verbatim != nil else { return }
        var count = 0
        for byte in text.utf8 {
            offsets.append(count)
            // The other bytes of a character belong to the one before.
            if byte & 0xC0 != 0x80 { count += 1 }
        }
        offsets.append(count)
    }

    /// - Parameter bytes: of the text.
    func place(of bytes: Range<Int>) -> ConfigPlace {
        guard offsets.indices.contains(bytes.upperBound) else { return place }
        let start = offsets[bytes.lowerBound]
        return place.part(from: start, length: offsets[bytes.upperBound] - start)
    }
}

extension TemplatePlace {
    var allowsSecrets: Bool {
        if case .header = self { true } else { false }
    }
}
