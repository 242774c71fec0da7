import CallbackCore

extension PatternCompiler {
    private static let excludingOperators = ["equals-ignore-case", "prefix", "suffix", "wildcard"]

    mutating func anythingBut(_ node: ConfigNode) -> ValueTest.Exclusion? {
        switch node.content {
        case .mapping(let members):
            guard members.count == 1, let member = members.first else {
                report(
                    .notOneOperator, "\"anything-but\" takes exactly one operator, not \(members.count)", node.place)
                return nil
            }
            return exclusion(by: member)
        case .sequence(let elements): return excludedValues(elements, at: node.place)
        default: return excludedValues([node], at: node.place)
        }
    }

    private mutating func exclusion(by member: ConfigMember) -> ValueTest.Exclusion? {
        switch member.key {
        case "prefix": return texts(member, canBeEmpty: false).map { .prefixes($0) }
        case "suffix": return texts(member, canBeEmpty: false).map { .suffixes($0) }
        case "equals-ignore-case":
            return texts(member, canBeEmpty: true).map { .equalsIgnoringCase($0.map(CaselessText.init)) }
        case "wildcard":
            let nodes = member.value.elements ?? [member.value]
            guard !nodes.isEmpty else {
                report(.wrongOperand, "\"wildcard\" inside \"anything-but\" takes a text", member.value.place)
                return nil
            }
            let wildcards = nodes.compactMap { wildcard($0) }
            return wildcards.count == nodes.count ? .wildcards(wildcards) : nil
        default:
            unknown(member, allowed: Self.excludingOperators)
            return nil
        }
    }

    /// One text or a list of them.
    private mutating func texts(_ member: ConfigMember, canBeEmpty: Bool) -> [String]? {
        let nodes = member.value.elements ?? [member.value]
        let texts = nodes.compactMap { text($0, of: member.key) }
        guard texts.count == nodes.count else { return nil }
        guard !texts.isEmpty, canBeEmpty || !texts.contains("") else {
            let message = "\"\(member.key)\" inside \"anything-but\" takes a text that is not empty"
            report(.wrongOperand, message, member.value.place)
            return nil
        }
        return texts
    }

    private mutating func excludedValues(_ nodes: [ConfigNode], at place: ConfigPlace) -> ValueTest.Exclusion? {
        let texts = nodes.compactMap(\.string)
        if !nodes.isEmpty, texts.count == nodes.count { return .strings(texts) }
        let areNumbers = nodes.allSatisfy { $0.kind == "a number" }
        guard !nodes.isEmpty, areNumbers else {
            let help = "true, false and null can be listed as alternatives instead"
            report(.wrongOperand, "\"anything-but\" takes texts only or numbers only", place, help: help)
            return nil
        }
        let numbers = nodes.compactMap { comparable($0) }
        return numbers.count == nodes.count ? .numbers(numbers) : nil
    }
}
