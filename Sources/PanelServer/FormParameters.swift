import FoundationEssentials

/// Parameters as forms and queries write them: `name=value&…`, percent-encoded, `+` for a space.
struct FormParameters: Sendable, Equatable {
    /// How many one request may have.
    static let limit = 100

    private(set) var values: [String: String] = [:]

    /// Why a text is no form, in words for who wrote it.
    struct Unreadable: Error, Equatable {
        let parameter: String
        let reason: String
    }

    /// Of a name that comes twice the last value counts, but those of a list come together: `addons`, `addons[]` and
    /// `addons[3]` are alike, and give their values with commas between.
    init(parsing text: Substring) throws(Unreadable) {
        guard text.utf8.count(where: { $0 == UInt8(ascii: "&") }) < Self.limit else {
            throw Unreadable(parameter: "", reason: "more than \(Self.limit) parameters")
        }
        var lists: [String: [String]] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]) else {
                throw Unreadable(
                    parameter: String(parts[0].prefix(80)), reason: "the name is not percent-encoded UTF-8")
            }
            guard let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
                throw Unreadable(parameter: name, reason: "the value is not percent-encoded UTF-8")
            }
            let (plain, isList) = Self.listName(name)
            if isList {
                if !value.isEmpty { lists[plain, default: []].append(value) }
                values[plain] = lists[plain, default: []].joined(separator: ",")
            } else {
                values[plain] = value
            }
        }
    }

    /// The parameters of a request: those of the body win over those of the query.
    static func merged(query: String?, body: String) throws(Unreadable) -> FormParameters {
        var merged = try FormParameters(parsing: (query ?? "")[...])
        let body = try FormParameters(parsing: body[...])
        merged.values.merge(body.values) { _, winner in winner }
        return merged
    }

    /// The name without its brackets, and whether it may come several times.
    private static func listName(_ name: String) -> (String, isList: Bool) {
        guard name.hasSuffix("]"), let bracket = name.firstIndex(of: "[") else { return (name, name == "addons") }
        let index = name[name.index(after: bracket)...].dropLast()
        let isIndex = index.allSatisfy { $0.isASCII && $0.isNumber }
        return isIndex ? (String(name[..<bracket]), true) : (name, false)
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
