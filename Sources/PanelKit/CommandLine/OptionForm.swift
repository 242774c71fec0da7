/// How an element of a packet is said on the command line.
enum OptionForm {
    /// `--all`: an element with nothing in it.
    case flag
    /// `--label TEXT`, or several at once between commas where no value of the type holds one.
    case value(ValueType, commas: Bool)
    /// `--url-components dom_id,email=false`: elements that are each there or not, or true or false.
    case names([PacketElement])
    /// `--package name=WordPress`: a repeated pair of `name` and `value`.
    case pair(ValueType)
    /// `--key-info key=value,key=value`: any other repeated structure.
    case fields([PacketGrammar.Part])
    /// The elements inside have options of their own, whose names begin with this one's.
    case structure([PacketGrammar.Part])
}

extension PacketElement {
    var form: OptionForm {
        switch content {
        case .empty: return .flag
        case .value(let type): return .value(type, commas: occurs.upperBound > 1 && type.isFreeOfCommas)
        case .sequence(let parts), .anyOrder(let parts):
            if occurs.upperBound > 1 { return Self.valueOfPair(parts).map(OptionForm.pair) ?? .fields(parts) }
            return Self.names(parts).map(OptionForm.names) ?? .structure(parts)
        }
    }

    /// Whether its value is not for everybody's eyes.
    var isSecret: Bool { if case .value(.secret, _) = form { true } else { false } }

    /// The name of its option below that of the structure around it. Options are spelt with `-` throughout.
    func optionName(below prefix: String) -> String {
        prefix.isEmpty ? name.optionSpelling : prefix + "-" + name.optionSpelling
    }

    private static func valueOfPair(_ parts: [PacketGrammar.Part]) -> ValueType? {
        guard parts.count == 2, case .element(let name) = parts[0], case .element(let value) = parts[1],
            name.name == "name", value.name == "value", name.occurs == 1...1, value.occurs == 1...1,
            case .value = name.content, case .value(let type) = value.content
        else { return nil }
        return type
    }

    /// The parts, where each is a single element that is empty or a boolean.
    private static func names(_ parts: [PacketGrammar.Part]) -> [PacketElement]? {
        var elements: [PacketElement] = []
        for part in parts {
            guard case .element(let element) = part, element.occurs.upperBound == 1 else { return nil }
            switch element.content {
            case .empty, .value(.boolean): elements.append(element)
            default: return nil
            }
        }
        return elements.isEmpty ? nil : elements
    }
}

extension PacketGrammar.Part {
    /// Tells whether these parts may all be left out.
    static func mayAllBeAbsent(_ parts: [PacketGrammar.Part]) -> Bool { !parts.contains(where: \.isRequired) }
}

extension ValueType {
    /// Tells whether a comma can only stand between two values of this type.
    var isFreeOfCommas: Bool {
        switch self {
        case .boolean, .integer, .identifier, .decimal, .domainName, .address, .word: true
        case .separately(let type): type.isFreeOfCommas
        case .any, .text, .label, .string, .name, .secret, .brief, .url: false
        }
    }

    /// The words that a value can be, where they can be told.
    var words: [String]? {
        switch self {
        case .boolean: ["true", "false"]
        case .word(let words): words
        case .separately(let type): type.words
        default: nil
        }
    }
}

extension String {
    /// Packets write `dom_id` or `dom-id`; options are spelt with `-`, and understood in both spellings.
    var optionSpelling: String { replacing("_", with: "-") }
}
