/// Help texts of generated commands, made from the summaries of the grammar.
package enum CommandHelp {
    /// A line for each operator, for the help of the whole program.
    package static func operators(_ registry: OperatorRegistry) -> String {
        table(registry.operators.map { ($0.name, $0.summary) })
    }

    /// What an operator can do.
    package static func text(of known: any Operator) -> String {
        """
        \(known.summary).

        USAGE: panel \(known.name) OPERATION [--OPTION VALUE ...] --database PATH | --url URL | --socket PATH

        OPERATIONS:
        \(table(known.operations.map { ($0.name, $0.summary) }))
          See 'panel \(known.name) OPERATION --help'.

        """
    }

    /// The options of one operation.
    package static func text(of command: OperationCommand) -> String {
        let operation = command.operation
        let audience = operation.audience == .administrator ? " For the administrator only." : ""
        let options = command.options.map { (title($0), $0.summary + note($0)) }
        let own = PanelOption.all.map { option in
            ("--" + command.name(of: option) + (option.valueName.map { " <\($0)>" } ?? ""), option.summary)
        }
        return """
            \(operation.summary).\(audience)

            USAGE: panel \(command.operatorName) \(operation.name) [OPTIONS]

            \(options.isEmpty ? "" : "OPTIONS:\n\(table(options))\n")
            THE PANEL:
            \(table(own))
            """
    }

    private static func title(_ option: CommandOption) -> String {
        "--" + option.name + (option.valueName.map { " <\(shortened($0))>" } ?? "")
    }

    private static func note(_ option: CommandOption) -> String {
        var notes: [String] = []
        if option.isRequired { notes.append("required") }
        if option.repeats { notes.append(option.takesCommas ? "several between commas" : "may be repeated") }
        if option.takesValue, option.takesCommas, !option.repeats {
            notes.append("several between commas: " + option.candidates.joined(separator: ","))
        }
        return notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    }

    /// A long list of words is told by its beginning.
    private static func shortened(_ words: String) -> String {
        let parts = words.split(separator: ", ")
        return parts.count > 6 ? parts.prefix(5).joined(separator: ", ") + ", …" : words
    }

    /// Names on the left, and what they mean beside them, in lines of at most 80 characters where words allow it.
    private static func table(_ rows: [(String, String)]) -> String {
        rows.map { title, summary in
            let name = "  " + title
            let margin = String(repeating: " ", count: indentation)
            let gap = name.count < indentation ? String(margin.dropFirst(name.count)) : "\n" + margin
            return name + gap + lines(summary).joined(separator: "\n" + margin) + "\n"
        }.joined()
    }

    private static let indentation = 26

    private static func lines(_ text: String) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines.count - 1
            if lines[last].isEmpty {
                lines[last] += word
            } else if lines[last].count + word.count < 80 - indentation {
                lines[last] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
