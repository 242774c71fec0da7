import CallbackCore

extension PatternCompiler {
    private static let operators = [
        "anything-but", "cidr", "equals-ignore-case", "exactly", "exists", "numeric", "prefix", "suffix", "wildcard",
    ]

    /// One alternative of a leaf: a plain value, or a mapping with one operator.
    mutating func alternative(_ node: ConfigNode) -> ValueTest? {
        switch node.content {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .string(let text): return IPAddress(text).map { .address(IPRange($0), text: text) } ?? .string(text)
        case .integer, .double, .longNumber: return number(node).map { .number($0) }
        case .sequence:
            report(.listInList, "a list inside a list of alternatives has no meaning", node.place)
            return nil
        case .mapping(let members):
            guard members.count == 1, let member = members.first else {
                let message = "an alternative has exactly one operator, not \(members.count)"
                report(.notOneOperator, message, node.place, help: Self.help(Self.operators))
                return nil
            }
            return operation(member)
        }
    }

    private mutating func operation(_ member: ConfigMember) -> ValueTest? {
        let operand = member.value
        switch member.key {
        case "prefix":
            if let text = caseless(in: operand) { return text.map { .prefixIgnoringCase($0) } }
            return text(operand, of: member.key).map { .prefix($0) }
        case "suffix":
            if let text = caseless(in: operand) { return text.map { .suffixIgnoringCase($0) } }
            return text(operand, of: member.key).map { .suffix($0) }
        case "exactly": return text(operand, of: member.key).map { .exactly($0) }
        case "equals-ignore-case":
            return text(operand, of: member.key).map { .equalsIgnoringCase(CaselessText($0)) }
        case "wildcard": return wildcard(operand).map { .wildcard($0) }
        case "cidr": return addresses(operand)
        case "exists": return exists(operand)
        case "numeric": return numeric(operand).map { .numeric($0) }
        case "anything-but": return anythingBut(operand).map { .anythingBut($0) }
        default:
            unknown(member, allowed: Self.operators)
            return nil
        }
    }

    mutating func unknown(_ member: ConfigMember, allowed: [String]) {
        let label = DidYouMean.closest(to: member.key, among: allowed).map { "did you mean \"\($0)\"?" }
        let isElsewhere = Self.operators.contains(member.key)
        let message =
            isElsewhere
            ? "the operator \"\(member.key)\" has no meaning at this place" : "unknown operator \"\(member.key)\""
        report(.unknownOperator, message, member.keyPlace, label: label, help: Self.help(allowed))
    }

    private static func help(_ operators: [String]) -> String { "operators here: \(operators.joined(separator: ", "))" }

    mutating func text(_ node: ConfigNode, of name: String) -> String? {
        if let text = node.string { return text }
        report(.wrongOperand, "\"\(name)\" takes a text, not \(node.kind)", node.place)
        return nil
    }

    /// `{equals-ignore-case: …}` as the operand of `prefix` or `suffix`; nil where the operand is no mapping.
    private mutating func caseless(in node: ConfigNode) -> CaselessText?? {
        guard let members = node.members else { return nil }
        guard members.count == 1, let member = members.first else {
            report(.notOneOperator, "exactly one operator is expected here, not \(members.count)", node.place)
            return .some(nil)
        }
        guard member.key == "equals-ignore-case" else {
            unknown(member, allowed: ["equals-ignore-case"])
            return .some(nil)
        }
        return .some(text(member.value, of: member.key).map { CaselessText($0) })
    }

    mutating func wildcard(_ node: ConfigNode) -> WildcardText? {
        guard let text = text(node, of: "wildcard") else { return nil }
        do throws(WildcardText.Problem) {
            return try WildcardText(text)
        } catch {
            let place = node.place
            report(
                .badWildcard, "\(error.message), at character \(error.offset + 1) of the text", place,
                help: "* stands for any characters; write \\* and \\\\ for the star and the backslash themselves")
            return nil
        }
    }

    private mutating func addresses(_ node: ConfigNode) -> ValueTest? {
        guard let text = text(node, of: "cidr") else { return nil }
        guard let range = IPRange(cidr: text) else {
            let help = "such as 10.0.0.0/8 (a mask of 0 to 32) or 2001:db8::/32 (0 to 128)"
            report(.badAddress, "\"\(text)\" is no range of IP addresses", node.place, help: help)
            return nil
        }
        return .cidr(range, text: text)
    }

    private mutating func exists(_ node: ConfigNode) -> ValueTest? {
        guard case .bool(let flag) = node.content else {
            report(.wrongOperand, "\"exists\" takes true or false, not \(node.kind)", node.place)
            return nil
        }
        return flag ? .present : .absent
    }

    mutating func number(_ node: ConfigNode) -> ExactNumber? {
        switch node.content {
        case .integer(let number): return ExactNumber(number)
        case .double(let number) where number.isFinite: return ExactNumber(number)
        case .longNumber(let text) where check.shapes == nil: return ExactNumber(text: text)
        case .longNumber:
            report(
                .longNumber, "this number has more digits than a field of an event can hold", node.place,
                help: "such a field is a text: write the number in quotes")
            return nil
        default:
            report(.wrongOperand, "a finite number is expected, not \(node.kind)", node.place)
            return nil
        }
    }
}
