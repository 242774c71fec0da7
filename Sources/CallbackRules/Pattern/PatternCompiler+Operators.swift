import CallbackCore

extension PatternCompiler {
    private static let operators = ["prefix", "anything-but", "exists", "numeric"]
    /// Operators of the language whose turn has not come.
    private static let laterOperators = ["suffix", "equals-ignore-case", "wildcard", "cidr", "exactly", "$or"]

    /// One alternative of a leaf: a plain value, or a mapping with one operator.
    mutating func alternative(_ node: ConfigNode) -> ValueTest? {
        switch node.content {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .string(let text): return .string(text)
        case .integer, .double: return number(node).map { .number($0) }
        case .sequence:
            report("P005", "a list inside a list of alternatives has no meaning", node.place)
            return nil
        case .mapping(let members):
            guard members.count == 1, let member = members.first else {
                let message = "an alternative has exactly one operator, not \(members.count)"
                report("P006", message, node.place, help: "operators: \(Self.operators.joined(separator: ", "))")
                return nil
            }
            return operation(member)
        }
    }

    private mutating func operation(_ member: ConfigMember) -> ValueTest? {
        switch member.key {
        case "prefix": return text(member.value, of: "prefix").map { .prefix($0) }
        case "exists": return exists(member.value)
        case "numeric": return numeric(member.value).map { .numeric($0) }
        case "anything-but": return anythingBut(member.value).map { .anythingBut($0) }
        default:
            unknown(member, allowed: Self.operators)
            return nil
        }
    }

    private mutating func unknown(_ member: ConfigMember, allowed: [String]) {
        let help = "operators here: \(allowed.joined(separator: ", "))"
        if Self.laterOperators.contains(member.key) {
            return report("P008", "the operator \"\(member.key)\" is not in this version", member.keyPlace, help: help)
        }
        let label = DidYouMean.closest(to: member.key, among: allowed + Self.laterOperators)
            .map { "did you mean \"\($0)\"?" }
        report("P007", "unknown operator \"\(member.key)\"", member.keyPlace, label: label, help: help)
    }

    private mutating func text(_ node: ConfigNode, of name: String) -> String? {
        if let text = node.string { return text }
        if let member = node.members?.first, node.members?.count == 1 {
            unknown(member, allowed: [])
            return nil
        }
        report("P009", "\"\(name)\" takes a text, not \(node.kind)", node.place)
        return nil
    }

    private mutating func exists(_ node: ConfigNode) -> ValueTest? {
        guard case .bool(let flag) = node.content else {
            report("P009", "\"exists\" takes true or false, not \(node.kind)", node.place)
            return nil
        }
        return flag ? .present : .absent
    }

    private mutating func number(_ node: ConfigNode) -> ExactNumber? {
        switch node.content {
        case .integer(let number): return ExactNumber(number)
        case .double(let number) where number.isFinite: return ExactNumber(number)
        default:
            report("P009", "a finite number is expected, not \(node.kind)", node.place)
            return nil
        }
    }
}

// MARK: anything-but

extension PatternCompiler {
    private mutating func anythingBut(_ node: ConfigNode) -> ValueTest.Exclusion? {
        switch node.content {
        case .mapping(let members):
            guard members.count == 1, let member = members.first else {
                report("P006", "\"anything-but\" takes exactly one operator, not \(members.count)", node.place)
                return nil
            }
            guard member.key == "prefix" else {
                unknown(member, allowed: ["prefix"])
                return nil
            }
            return excludedPrefixes(member.value)
        case .sequence(let elements): return excludedValues(elements, at: node.place)
        default: return excludedValues([node], at: node.place)
        }
    }

    private mutating func excludedPrefixes(_ node: ConfigNode) -> ValueTest.Exclusion? {
        let nodes = node.elements ?? [node]
        let prefixes = nodes.compactMap { text($0, of: "prefix") }
        guard prefixes.count == nodes.count else { return nil }
        guard !prefixes.isEmpty, !prefixes.contains("") else {
            report("P009", "\"prefix\" inside \"anything-but\" takes a text that is not empty", node.place)
            return nil
        }
        return .prefixes(prefixes)
    }

    private mutating func excludedValues(_ nodes: [ConfigNode], at place: ConfigPlace) -> ValueTest.Exclusion? {
        let texts = nodes.compactMap(\.string)
        if !nodes.isEmpty, texts.count == nodes.count { return .strings(texts) }
        let areNumbers = nodes.allSatisfy { $0.kind == "a number" }
        guard !nodes.isEmpty, areNumbers else {
            let help = "true, false and null can be listed as alternatives instead"
            report("P009", "\"anything-but\" takes texts only or numbers only", place, help: help)
            return nil
        }
        let numbers = nodes.compactMap { number($0) }
        return numbers.count == nodes.count ? .numbers(numbers) : nil
    }
}

// MARK: numeric

extension PatternCompiler {
    private static let numericHelp = "such as [\">\", 0], [\"=\", 5] or [\">=\", 0, \"<\", 100]"

    private mutating func numeric(_ node: ConfigNode) -> NumericRange? {
        guard let elements = node.elements, elements.count == 2 || elements.count == 4 else {
            let message = "\"numeric\" takes a comparison and a number, once or twice"
            report("P010", message, node.place, help: Self.numericHelp)
            return nil
        }
        guard let first = comparison(elements[0], among: ["<", "<=", "=", ">=", ">"]) else { return nil }
        guard let bound = bound(elements[1], isIncluded: first != "<" && first != ">") else { return nil }
        if elements.count == 2 { return range(first, bound) }
        guard first == ">" || first == ">=" else {
            let message = "a range begins with \">\" or \">=\", not with \"\(first)\""
            report("P010", message, elements[0].place, help: Self.numericHelp)
            return nil
        }
        guard let second = comparison(elements[2], among: ["<", "<="]) else { return nil }
        guard let high = self.bound(elements[3], isIncluded: second == "<=") else { return nil }
        guard bound.value < high.value else {
            report("P011", "the low end of the range must be below the high end: nothing can match", node.place)
            return nil
        }
        return NumericRange(low: bound, high: high)
    }

    private func range(_ comparison: String, _ bound: NumericRange.Bound) -> NumericRange {
        switch comparison {
        case "<", "<=": NumericRange(low: nil, high: bound)
        case ">", ">=": NumericRange(low: bound, high: nil)
        default: NumericRange(low: bound, high: bound)
        }
    }

    private mutating func comparison(_ node: ConfigNode, among allowed: [String]) -> String? {
        if let text = node.string, allowed.contains(text) { return text }
        let words = allowed.map { "\"\($0)\"" }.joined(separator: ", ")
        report("P010", "one of \(words) is expected here", node.place, help: Self.numericHelp)
        return nil
    }

    private mutating func bound(_ node: ConfigNode, isIncluded: Bool) -> NumericRange.Bound? {
        guard let number = number(node) else { return nil }
        guard let value = number.comparable else {
            let message = "this number has more digits than \"numeric\" can compare"
            report("P010", message, node.place, help: "15 digits are always enough; match it as an exact value instead")
            return nil
        }
        return NumericRange.Bound(value, isIncluded: isIncluded)
    }
}
