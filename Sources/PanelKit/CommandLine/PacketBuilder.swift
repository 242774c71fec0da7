/// Makes the elements that options ask for, in the order of the grammar.
struct PacketBuilder {
    /// What was given for each option.
    let values: [String: [String]]
    /// Whether the operation changes anything: then "everything" must be said, and is not what is left when nothing is.
    let isChange: Bool
    /// What stands before names in messages: nothing inside `key=value,key=value`.
    var dashes = "--"

    func nodes(_ parts: [PacketGrammar.Part], below prefix: String = "") throws(CommandLineError) -> [PacketNode] {
        try refuseAbsence(parts, prefix)
        var nodes: [PacketNode] = []
        for part in parts { nodes += try self.nodes(part, prefix) }
        return nodes
    }

    private func nodes(_ part: PacketGrammar.Part, _ prefix: String) throws(CommandLineError) -> [PacketNode] {
        switch part {
        case .element(let element):
            return try nodes(element, prefix)
        case .choice(let options, let required):
            let given = options.filter { isGiven($0, prefix) }
            guard given.count < 2 else {
                let names = given.map { option in title(option.elements.first { isGiven($0, prefix) }, prefix) }
                throw CommandLineError("\(names.joined(separator: " and ")) exclude each other")
            }
            if let chosen = given.first { return try nodes(chosen, prefix) }
            if required {
                let names = CommandOption.all(of: [part], below: prefix).map { dashes + $0.name }
                throw CommandLineError("missing: one of \(Self.list(names))")
            }
            return []
        }
    }

    private func nodes(_ element: PacketElement, _ prefix: String) throws(CommandLineError) -> [PacketNode] {
        let name = element.optionName(below: prefix)
        let given = values[name] ?? []
        switch element.form {
        case .flag:
            try refuseRepetition(given.count, element, name)
            return given.map { _ in PacketNode(element.name) }
        case .value(_, let commas):
            let texts =
                commas
                ? given.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } : given
            try refuseRepetition(texts.count, element, name)
            return texts.map { PacketNode(element.name, text: $0) }
        case .names(let members):
            guard !given.isEmpty || element.occurs.lowerBound > 0 else { return [] }
            return [PacketNode(element.name, children: try NameList(given, of: members, option: dashes + name).nodes)]
        case .pair:
            var nodes: [PacketNode] = []
            for text in given {
                guard let (left, right) = EscapedText.pair(text) else {
                    throw CommandLineError("\(dashes)\(name): expected name=value, found \"\(text.prefix(80))\"")
                }
                nodes.append(
                    PacketNode(
                        element.name, children: [PacketNode("name", text: left), PacketNode("value", text: right)]))
            }
            return nodes
        case .fields(let parts):
            var nodes: [PacketNode] = []
            for text in given { nodes.append(PacketNode(element.name, children: try fields(text, parts, name))) }
            return nodes
        case .structure(let parts):
            return try structure(element, parts, name)
        }
    }

    private func structure(
        _ element: PacketElement, _ parts: [PacketGrammar.Part], _ name: String
    ) throws(CommandLineError) -> [PacketNode] {
        let isGiven = isGiven(parts, name) || values[name] != nil
        guard isGiven || element.occurs.lowerBound > 0 else { return [] }
        if !isGiven, isChange, PacketGrammar.Part.mayAllBeAbsent(parts) {
            let options = CommandOption.all(of: parts, below: name).map { dashes + $0.name }
            throw CommandLineError(
                "missing: \(element.summary); give \(Self.list(options)), or \(dashes)\(name) for an empty one")
        }
        return [PacketNode(element.name, children: try nodes(parts, below: name))]
    }

    /// One `key=value,key=value`.
    private func fields(
        _ text: String, _ parts: [PacketGrammar.Part], _ name: String
    ) throws(CommandLineError) -> [PacketNode] {
        let known = CommandOption.all(of: parts)
        var inside: [String: [String]] = [:]
        for field in EscapedText.fields(text) {
            let key = field.key.optionSpelling
            guard let option = known.first(where: { $0.name == key }) else {
                throw .unknown("\(dashes)\(name): there is no key", field.key, among: known.map(\.name))
            }
            guard option.takesValue == (field.value != nil) else {
                throw CommandLineError(
                    "\(dashes)\(name): \(key) \(option.takesValue ? "needs a value" : "takes no value")")
            }
            inside[key, default: []].append(field.value ?? "")
        }
        do {
            return try PacketBuilder(values: inside, isChange: isChange, dashes: "").nodes(parts)
        } catch {
            throw CommandLineError("\(dashes)\(name): \(error)")
        }
    }

    // MARK: What is given

    private func isGiven(_ parts: [PacketGrammar.Part], _ prefix: String) -> Bool {
        parts.contains { isGiven($0, prefix) }
    }

    private func isGiven(_ part: PacketGrammar.Part, _ prefix: String) -> Bool {
        part.elements.contains { isGiven($0, prefix) }
    }

    private func isGiven(_ element: PacketElement, _ prefix: String) -> Bool {
        let name = element.optionName(below: prefix)
        if values[name] != nil { return true }
        guard case .structure(let parts) = element.form else { return false }
        return isGiven(parts, name)
    }

    // MARK: What is wrong

    /// Names everything at once that must be there and is not.
    private func refuseAbsence(_ parts: [PacketGrammar.Part], _ prefix: String) throws(CommandLineError) {
        let absent = parts.compactMap { part -> String? in
            guard case .element(let element) = part, element.occurs.lowerBound > 0, !isGiven(element, prefix)
            else { return nil }
            switch element.form {
            case .structure, .names: return nil
            case .flag, .value, .pair, .fields:
                let name = title(element, prefix)
                return element.isSecret ? "\(name) or \(name)\(CommandOption.fileEnding)" : name
            }
        }
        guard absent.isEmpty else { throw CommandLineError("missing: \(absent.joined(separator: ", "))") }
    }

    private func refuseRepetition(_ count: Int, _ element: PacketElement, _ name: String) throws(CommandLineError) {
        guard count > element.occurs.upperBound else { return }
        throw CommandLineError("\(dashes)\(name) is given \(count) times, and can be given once")
    }

    private func title(_ element: PacketElement?, _ prefix: String) -> String {
        dashes + (element?.optionName(below: prefix) ?? "")
    }

    /// A few names, and that there are more.
    private static func list(_ names: [String]) -> String {
        names.count > 8 ? names.prefix(8).joined(separator: ", ") + ", …" : names.joined(separator: ", ")
    }
}
