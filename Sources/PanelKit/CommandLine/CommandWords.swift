/// The words behind an operation's name, read but not yet made into a packet.
package struct CommandWords: Sendable {
    /// What was given for each option of the operation, in the order of the words; a flag gives an empty text.
    private(set) var values: [String: [String]] = [:]
    /// The files in which secret values stand, by the option whose value it is.
    private var files: [String: String] = [:]
    /// The panel's options that say where the packet goes, each as one word.
    package private(set) var connection: [String] = []
    package private(set) var printsPacket = false
    package private(set) var printsXML = false
    package private(set) var printsJSON = false
    package private(set) var wantsHelp = false

    /// - Throws: `CommandLineError` for a word that is no option, and an option without its value.
    package init(_ words: [String], for command: OperationCommand) throws(CommandLineError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard let (name, inline) = Self.option(word) else {
                throw CommandLineError("unexpected word \"\(word.prefix(80))\": options begin with --")
            }
            if let option = command.options.first(where: { $0.name == name }) {
                let value = try Self.value(word, inline, option.takesValue, &rest, command)
                if let secret = option.secret {
                    guard files.updateValue(value, forKey: secret) == nil else {
                        throw CommandLineError("--\(name) is given several times, and can be given once")
                    }
                } else {
                    try Self.refuseControls(value, of: name)
                    values[name, default: []].append(value)
                }
            } else if let own = PanelOption.all.first(where: { $0.name == name || $0.longName == name }) {
                take(own, try Self.value(word, inline, own.valueName != nil, &rest, command))
            } else {
                throw .unknown("there is no option", "--" + name, among: Self.known(to: command).map { "--" + $0 })
            }
        }
        if let twice = files.keys.sorted().first(where: { values[$0] != nil }) {
            throw CommandLineError("--\(twice) and --\(twice)\(CommandOption.fileEnding) exclude each other")
        }
    }

    /// Takes the values that stand in files.
    ///
    /// - Parameter read: gives what stands in the file of that path.
    /// - Throws: what `read` throws; `CommandLineError` for what cannot stand in a packet.
    package mutating func takeFiles(_ read: (String) throws -> String) throws {
        for (name, path) in files.sorted(by: { $0.key < $1.key }) {
            let value = try read(path)
            try Self.refuseControls(value, of: name)
            values[name] = [value]
        }
        files = [:]
    }

    private mutating func take(_ own: PanelOption, _ value: String) {
        switch own.name {
        case PanelOption.printPacket.name: printsPacket = true
        case PanelOption.xml.name: printsXML = true
        case PanelOption.json.name: printsJSON = true
        case PanelOption.help.name: wantsHelp = true
        default: connection.append(own.valueName == nil ? "--\(own.name)" : "--\(own.name)=\(value)")
        }
    }

    private static func known(to command: OperationCommand) -> [String] {
        command.options.map(\.name) + PanelOption.all.map { command.name(of: $0) }
    }

    /// An option's name and the value behind its `=`; nil for a word that is none.
    private static func option(_ word: String) -> (name: String, inline: String?)? {
        if word == "-h" { return (PanelOption.help.name, nil) }
        guard word.hasPrefix("--"), word.utf8.count > 2 else { return nil }
        let sides = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(sides[0]).optionSpelling, sides.count > 1 ? String(sides[1]) : nil)
    }

    /// What follows an option. The next word may begin with a dash, but for the name of another option.
    private static func value(
        _ word: String, _ inline: String?, _ isTaken: Bool, _ rest: inout ArraySlice<String>,
        _ command: OperationCommand
    ) throws(CommandLineError) -> String {
        guard isTaken else {
            if inline != nil { throw CommandLineError("\(word.prefix(80)): this option takes no value") }
            return ""
        }
        if let inline { return inline }
        guard let next = rest.first else { throw CommandLineError("\(word): its value is missing") }
        if next.hasPrefix("--"), let name = option(next)?.name, known(to: command).contains(name) {
            throw CommandLineError("\(word): its value is missing; if that is \(next), write \(word)=\(next)")
        }
        rest.removeFirst()
        return next
    }

    private static func refuseControls(_ value: String, of name: String) throws(CommandLineError) {
        let wrong = value.unicodeScalars.first { scalar in
            (scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r") || scalar == "\u{FFFE}"
                || scalar == "\u{FFFF}"
        }
        guard let wrong else { return }
        let number = String(wrong.value, radix: 16, uppercase: true)
        throw CommandLineError("--\(name): the character U+\(number) cannot stand in a packet")
    }
}
