import CallbackCore

extension JSONValue {
    /// The value for a person's eye: short things on one line, the rest one member a line.
    func indented(_ depth: Int = 0) -> String {
        let margin = String(repeating: "  ", count: depth)
        let short = text.harmless
        switch self {
        case .object(let object) where short.count > 72 && !object.members.isEmpty:
            let members = object.members.map { member in
                "\(JSONValue.string(member.key).text.harmless): \(member.value.indented(depth + 1).dropMargin)"
            }
            return margin + "{\n" + members.map { "\(margin)  \($0)" }.joined(separator: ",\n") + "\n\(margin)}"
        case .array(let elements) where short.count > 72 && !elements.isEmpty:
            return margin + "[\n" + elements.map { $0.indented(depth + 1) }.joined(separator: ",\n") + "\n\(margin)]"
        default: return margin + short
        }
    }
}

extension String {
    fileprivate var dropMargin: Substring { drop { $0 == " " } }

    /// The text filled with spaces to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
