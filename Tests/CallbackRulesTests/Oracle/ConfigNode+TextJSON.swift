import CallbackCore

extension ConfigNode {
    /// A JSON value as if it stood in a file, every value and key on a line of its own. Numbers keep their digits.
    static func lines(_ json: TextJSON, file: String = "pattern.json") -> ConfigNode {
        var line = 0
        return node(json, file, &line)
    }

    private static func node(_ json: TextJSON, _ file: String, _ line: inout Int) -> ConfigNode {
        line += 1
        let place = ConfigPlace(file: file, line: line, column: 1)
        switch json {
        case .null: return ConfigNode(.null, at: place)
        case .bool(let flag): return ConfigNode(.bool(flag), at: place)
        case .number(let text): return ConfigNode(number(String(decoding: text, as: UTF8.self)), at: place)
        case .string(let text): return ConfigNode(.string(String(decoding: text, as: UTF8.self)), at: place)
        case .array(let elements):
            return ConfigNode(.sequence(elements.map { node($0, file, &line) }), at: place)
        case .object(let members):
            let members = members.map { member in
                line += 1
                let keyPlace = ConfigPlace(file: file, line: line, column: 1)
                let key = String(decoding: member.key, as: UTF8.self)
                return ConfigMember(key: key, keyPlace: keyPlace, value: node(member.value, file, &line))
            }
            return ConfigNode(.mapping(members), at: place)
        }
    }

    private static func number(_ text: String) -> Content {
        if let whole = Int64(text), String(whole) == text { return .integer(whole) }
        guard let double = OracleNumber.comparable(Array(text.utf8)) else { return .longNumber(text) }
        return .double(double)
    }
}
