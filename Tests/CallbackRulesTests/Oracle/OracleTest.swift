/// One alternative of a clause.
enum OracleTest {
    case null
    case bool(Bool)
    case number([UInt8], Double?)
    /// A plain string of a pattern. One that is an address stands for that address however it is written.
    case string([UInt8], address: [UInt8]?)
    case exactly([UInt8])
    case prefix([UInt8])
    case suffix([UInt8])
    case equalsIgnoringCase([OracleText.Forms])
    case prefixIgnoringCase([OracleText.Forms])
    case suffixIgnoringCase([OracleText.Forms])
    case wildcard([OracleText.Glob])
    case cidr(OracleAddress.Network)
    case numeric([Bound])
    /// The field is there and none of these accepts it.
    case anythingBut([OracleTest])
    case present
    case absent

    struct Bound {
        let comparison: String
        let value: Double

        func accepts(_ number: Double) -> Bool {
            switch comparison {
            case "<": number < value
            case "<=": number <= value
            case ">": number > value
            case ">=": number >= value
            default: number == value
            }
        }
    }

    /// Whether a scalar of the event is accepted. `absent` is no question to a scalar and accepts none.
    func accepts(_ value: TextJSON) -> Bool {
        switch self {
        case .null: return value == .null
        case .bool(let flag): return value == .bool(flag)
        case .present: return true
        case .absent: return false
        case .anythingBut(let excluded): return !excluded.contains { $0.accepts(value) }
        case .number(let text, let number):
            guard case .number(let other) = value else { return false }
            if text == other { return true }
            return number != nil && number == OracleNumber.comparable(other)
        case .numeric(let bounds):
            guard case .number(let text) = value, let number = OracleNumber.comparable(text) else { return false }
            return bounds.allSatisfy { $0.accepts(number) }
        default:
            guard case .string(let text) = value else { return false }
            return accepts(text: text)
        }
    }

    private func accepts(text: [UInt8]) -> Bool {
        switch self {
        case .string(let wanted, nil), .exactly(let wanted): return text == wanted
        case .string(_, let address?): return OracleAddress.parse(text) == address
        case .prefix(let prefix): return text.starts(with: prefix)
        case .suffix(let suffix): return OracleText.hasSuffix(suffix, text)
        case .equalsIgnoringCase(let forms): return OracleText.equalsIgnoringCase(forms, text)
        case .prefixIgnoringCase(let forms): return OracleText.hasPrefixIgnoringCase(forms, text)
        case .suffixIgnoringCase(let forms): return OracleText.hasSuffixIgnoringCase(forms, text)
        case .wildcard(let glob): return OracleText.matches(glob[...], text[...])
        case .cidr(let network):
            guard let address = OracleAddress.parse(text) else { return false }
            return network.contains(address)
        default: return false
        }
    }
}
