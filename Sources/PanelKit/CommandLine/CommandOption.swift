/// An option of a command that is made from an operation's grammar.
package struct CommandOption: Sendable {
    /// Without the dashes before it.
    package let name: String
    /// What stands for the value in a help text; nil for a flag.
    package let valueName: String?
    /// Whether the command is refused without it.
    package let isRequired: Bool
    /// Whether it may be given several times.
    package let repeats: Bool
    package let summary: String
    /// What its value can be, where that can be told.
    package let candidates: [String]
    /// Whether several candidates may stand between commas.
    package let takesCommas: Bool
    /// Whether its value is not for everybody's eyes.
    let isSecret: Bool
    /// The option whose value stands in the file that this one names; nil where its value is the value.
    var secret: String?

    package var takesValue: Bool { valueName != nil }

    /// The option by which the value comes from a file: what stands in a command is seen in the list of processes.
    var fromFile: CommandOption {
        CommandOption(
            name: name + Self.fileEnding, valueName: "path", isRequired: false, repeats: false,
            summary: "In place of --\(name): a file whose first line it is; - is standard input", candidates: [],
            takesCommas: false, isSecret: false, secret: name)
    }

    static let fileEnding = "-file"

    /// The options of everything that a grammar allows, in its order.
    static func all(
        of parts: [PacketGrammar.Part], below prefix: String = "", mustBeThere: Bool = true
    ) -> [CommandOption] {
        parts.flatMap { part in
            switch part {
            case .element(let element):
                all(of: element, below: prefix, isRequired: mustBeThere && element.occurs.lowerBound > 0)
            case .choice(let options, _): all(of: options, below: prefix, mustBeThere: false)
            }
        }
    }

    private static func all(of element: PacketElement, below prefix: String, isRequired: Bool) -> [CommandOption] {
        let name = element.optionName(below: prefix)
        func option(
            _ valueName: String?, isRequired: Bool, candidates: [String] = [], commas: Bool = false
        ) -> CommandOption {
            CommandOption(
                name: name, valueName: valueName, isRequired: isRequired, repeats: element.occurs.upperBound > 1,
                summary: element.summary, candidates: candidates, takesCommas: commas, isSecret: element.isSecret)
        }
        switch element.form {
        case .flag:
            return [option(nil, isRequired: isRequired)]
        case .value(let type, let commas):
            return [option(type.title, isRequired: isRequired, candidates: type.words ?? [], commas: commas)]
        case .names(let members):
            let mustBeNamed = isRequired && members.contains { $0.occurs.lowerBound > 0 }
            return [option("names", isRequired: mustBeNamed, candidates: members.map(\.name), commas: true)]
        case .pair:
            return [option("name=value", isRequired: isRequired)]
        case .fields(let parts):
            let keys = all(of: parts).map { $0.takesValue ? $0.name + "=…" : $0.name }
            return [option(keys.joined(separator: ","), isRequired: isRequired)]
        case .structure(let parts):
            let inside = all(of: parts, below: name, mustBeThere: isRequired)
            return PacketGrammar.Part.mayAllBeAbsent(parts) ? [option(nil, isRequired: false)] + inside : inside
        }
    }
}
