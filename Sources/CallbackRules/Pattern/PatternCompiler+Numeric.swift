import CallbackCore

extension PatternCompiler {
    private static let numericHelp = "such as [\">\", 0], [\"=\", 5] or [\">=\", 0, \"<\", 100]"

    mutating func numeric(_ node: ConfigNode) -> NumericRange? {
        guard let elements = node.elements, elements.count == 2 || elements.count == 4 else {
            let message = "\"numeric\" takes a comparison and a number, once or twice"
            report(.badNumeric, message, node.place, help: Self.numericHelp)
            return nil
        }
        guard let first = comparison(elements[0], among: ["<", "<=", "=", ">=", ">"]) else { return nil }
        guard let bound = bound(elements[1], isIncluded: first != "<" && first != ">") else { return nil }
        if elements.count == 2 { return range(first, bound) }
        guard first == ">" || first == ">=" else {
            let message = "a range begins with \">\" or \">=\", not with \"\(first)\""
            report(.badNumeric, message, elements[0].place, help: Self.numericHelp)
            return nil
        }
        guard let second = comparison(elements[2], among: ["<", "<="]) else { return nil }
        guard let high = self.bound(elements[3], isIncluded: second == "<=") else { return nil }
        guard bound.value < high.value else {
            let message = "the low end of the range must be below the high end: nothing can match"
            report(.emptyRange, message, node.place)
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
        report(.badNumeric, "one of \(words) is expected here", node.place, help: Self.numericHelp)
        return nil
    }

    private mutating func bound(_ node: ConfigNode, isIncluded: Bool) -> NumericRange.Bound? {
        comparable(node)?.comparable.map { NumericRange.Bound($0, isIncluded: isIncluded) }
    }

    /// A number that can be compared with others, and not only with its own digits.
    mutating func comparable(_ node: ConfigNode) -> ExactNumber? {
        guard let number = number(node) else { return nil }
        guard number.comparable != nil else {
            let message = "this number has more digits than can be compared"
            let help = "15 digits are always enough; match it as an exact value instead"
            report(.badNumeric, message, node.place, help: help)
            return nil
        }
        return number
    }
}
