/// What can stand at the end of a line that somebody is typing.
package struct CommandCompletion: Sendable {
    /// A word that leads to others: a verb, an operator, an operation.
    package struct Verb: Sendable {
        package let name: String
        package let verbs: [Verb]
        package let options: [Option]

        package init(name: String, verbs: [Verb] = [], options: [Option] = []) {
            self.name = name
            self.verbs = verbs
            self.options = options
        }
    }

    package struct Option: Sendable {
        /// Without the dashes before it.
        let name: String
        let takesValue: Bool
        let candidates: [String]
        let takesCommas: Bool

        package init(name: String, takesValue: Bool, candidates: [String] = [], takesCommas: Bool = false) {
            self.name = name
            self.takesValue = takesValue
            self.candidates = candidates
            self.takesCommas = takesCommas
        }
    }

    private let root: Verb

    /// - Parameter verbs: those that are no operators.
    package init(operators: OperatorRegistry, verbs: [Verb]) {
        root = Verb(name: "panel", verbs: operators.operators.map(Self.verb) + verbs)
    }

    private static func verb(_ known: any Operator) -> Verb {
        let operations = OperationCommand.all(of: known).map { command in
            let options = command.options.map {
                Option(
                    name: $0.name, takesValue: $0.takesValue, candidates: $0.candidates, takesCommas: $0.takesCommas)
            }
            let own = PanelOption.all.map {
                Option(name: command.name(of: $0), takesValue: $0.valueName != nil)
            }
            return Verb(name: command.operation.name, options: options + own)
        }
        // Where there is one operation only, its name may be left out.
        return Verb(name: known.name, verbs: operations, options: operations.count == 1 ? operations[0].options : [])
    }

    /// The words that can stand in the place of the last one; none where that is free text, or a file.
    ///
    /// - Parameter words: what is typed behind the program's name; the last one is unfinished, and may be empty. Bash
    ///   makes three words of `--option=value`.
    package func candidates(_ words: [String]) -> [String] {
        var words = words
        let unfinished = words.popLast() ?? ""
        let begun = unfinished == "=" ? "" : unfinished
        var before = words.filter { $0 != "=" }
        if unfinished != "=", let sides = Self.sides(begun) {
            return candidates(before + [sides.option, sides.value]).map { "\(sides.option)=\($0)" }
        }
        var verb = root
        var awaited: Option?
        while !before.isEmpty {
            let word = before.removeFirst()
            if awaited != nil {
                awaited = nil
            } else if word.hasPrefix("--") {
                awaited = verb.options.first { "--" + $0.name == word && $0.takesValue }
            } else if let next = verb.verbs.first(where: { $0.name == word }) {
                verb = next
            }
        }
        if let awaited { return Self.values(of: awaited, begun) }
        let options = verb.options.map { "--" + $0.name }
        let offered = begun.hasPrefix("-") || verb.verbs.isEmpty ? options : verb.verbs.map(\.name)
        return offered.filter { $0.hasPrefix(begun) }
    }

    private static func values(of option: Option, _ begun: String) -> [String] {
        guard option.takesCommas, let comma = begun.lastIndex(of: ",") else {
            return option.candidates.filter { $0.hasPrefix(begun) }
        }
        let finished = begun[...comma]
        let given = finished.split(separator: ",").map(String.init)
        let last = begun[begun.index(after: comma)...]
        return option.candidates.filter { $0.hasPrefix(last) && !given.contains($0) }.map { "\(finished)\($0)" }
    }

    private static func sides(_ word: String) -> (option: String, value: String)? {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return nil }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
}
