import CallbackCore
import Yams

/// One YAML text as a tree with places, or what is wrong with it.
struct YamlReader {
    private(set) var text: SourceText
    private(set) var diagnostics: [Diagnostic] = []

    private let file: String
    /// Keys that stood twice were renamed so that the parser goes on; here are their places.
    private var renamed: [Renaming] = []
    private var seen: Set<Visit> = []
    private var aliased = 0

    private struct Renaming {
        var line: Int
        var column: Int
        var original: String
        var replacement: String
    }

    private struct Visit: Hashable {
        var line: Int
        var column: Int
        var kind: Int
    }

    private init(file: String, text: String) {
        self.file = file
        self.text = SourceText(file: file, text: text)
    }

    /// The root of the file; nil where the file is empty or cannot be parsed, which the diagnostics then say.
    static func read(_ bytes: [UInt8], file: String) -> (root: ConfigNode?, reader: YamlReader) {
        guard bytes.count <= YamlLimits.fileSize else {
            var reader = YamlReader(file: file, text: "")
            reader.report(.limitExceeded, "the file is larger than 1 MiB", help: "split it, and use include")
            return (nil, reader)
        }
        guard var string = String(validating: bytes, as: UTF8.self) else {
            return (nil, notUTF8(bytes, file: file))
        }
        if string.unicodeScalars.first == "\u{FEFF}" { string.unicodeScalars.removeFirst() }
        var reader = YamlReader(file: file, text: string)
        guard !reader.refusesAliasesAsKeys(string) else { return (nil, reader) }
        guard let node = reader.compose(string) else { return (nil, reader) }
        return (reader.convert(node, depth: 1), reader)
    }

    private static func notUTF8(_ bytes: [UInt8], file: String) -> YamlReader {
        var reader = YamlReader(file: file, text: String(decoding: bytes, as: UTF8.self))
        var valid = 0
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while case .valid(let encoded) = parser.parseScalar(from: &iterator) { valid += encoded.count }
        let position = SourceText.position(ofByte: valid, in: bytes)
        reader.report(
            .syntax, "the file is not UTF-8 text",
            at: ConfigPlace(file: file, line: position.line, column: position.column),
            help: "save it in the encoding UTF-8")
        return reader
    }

    private mutating func report(
        _ code: DiagnosticCode,
        _ message: String,
        at place: ConfigPlace? = nil,
        label: String? = nil,
        help: String? = nil
    ) {
        diagnostics.append(
            Diagnostic(
                .error, code, message, at: place ?? ConfigPlace(file: file, line: 1, column: 1), label: label,
                help: help))
    }
}

// MARK: - Parsing

extension YamlReader {
    private mutating func refusesAliasesAsKeys(_ text: String) -> Bool {
        let scan = AliasScan(text)
        guard scan.aliases > YamlLimits.aliasesBesideComplexKeys, let line = scan.complexKeyLine else { return false }
        report(
            .limitExceeded, "the file has many aliases and a key that is not a plain word",
            at: ConfigPlace(file: file, line: line, column: 1), help: "use plain words as keys")
        return true
    }

    /// Parses the text. Where the parser stops at a duplicate key, the key gets another name and parsing starts anew,
    /// so that everything else in the file is judged too.
    private mutating func compose(_ original: String) -> Node? {
        var string = original
        for _ in 0...YamlLimits.duplicateKeys {
            do {
                return try Parser(yaml: string, resolver: .basic, encoding: .utf8).singleRoot()
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let next = rename(keyAt: context.mark, in: string) else {
                    report(
                        .duplicateKey, "duplicate key \(quoted(keys.first ?? ""))",
                        at: self.text.token(line: context.mark.line, column: context.mark.column, plain: keys.first))
                    return nil
                }
                string = next
            } catch let error as YamlError {
                reportSyntax(error)
                return nil
            } catch {
                report(.syntax, "the file cannot be parsed: \(error)")
                return nil
            }
        }
        report(.duplicateKey, "the file has more than \(YamlLimits.duplicateKeys) duplicate keys")
        return nil
    }

    private mutating func rename(keyAt mark: Yams.Mark, in string: String) -> String? {
        var scalars = Array(string.unicodeScalars)
        guard let start = offset(of: mark, in: scalars) else { return nil }
        var index = start
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, scalars[index].properties.isAlphabetic || ("0"..."9").contains(scalars[index]),
            let replacement = Unicode.Scalar(0xF0000 + UInt32(renamed.count))
        else { return nil }
        renamed.append(
            Renaming(
                line: mark.line, column: mark.column, original: String(scalars[index]),
                replacement: String(replacement)))
        scalars[index] = replacement
        return CallbackConfig.string(scalars[...])
    }

    private func offset(of mark: Yams.Mark, in scalars: [Unicode.Scalar]) -> Int? {
        var line = 1
        var index = 0
        while line < mark.line, index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == "\r", index < scalars.count, scalars[index] == "\n" { continue }
            if ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) { line += 1 }
        }
        index += mark.column - 1
        return mark.column >= 1 && scalars.indices.contains(index) ? index : nil
    }

    private mutating func reportSyntax(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            var place = ConfigPlace(file: file, line: mark.line, column: mark.column)
            var words = context.map { "\(problem) \($0.text) that begins in line \($0.mark.line)" } ?? problem
            if problem.contains("end of stream"), let context {
                // The end of the file tells nobody which quote was meant.
                place = text.token(line: context.mark.line, column: context.mark.column, plain: nil)
                words = "\(problem) \(context.text)"
            } else if case .composer = error, let context {
                words = "\(context.text), \(problem)"
            }
            if text.isLine(place.line, inBlock: "secrets") { text.maskValue(ofLine: place.line) }
            report(.syntax, "this is not YAML: \(words)", at: place, help: help(at: place))
        case .reader(let problem, let offset, _, let yaml):
            let bytes = yaml.prefix(offset ?? 0).utf8
            let position = SourceText.position(ofByte: bytes.count, in: bytes)
            report(
                .syntax, "this is not YAML: \(problem)",
                at: ConfigPlace(file: file, line: position.line, column: position.column))
        default:
            report(.syntax, "the file cannot be parsed: \(error)")
        }
    }

    private func help(at place: ConfigPlace) -> String? {
        guard let line = text.shownLine(place.line) else { return nil }
        let indentation = line.prefix { $0 == " " || $0 == "\t" }
        if indentation.contains("\t") { return "YAML is indented with spaces; this line has a tab" }
        return nil
    }
}

// MARK: - Conversion

extension YamlReader {
    private mutating func convert(_ node: Node, depth: Int) -> ConfigNode {
        let place = place(of: node)
        guard depth <= YamlLimits.depth else {
            report(.limitExceeded, "values are nested more than \(YamlLimits.depth) levels deep", at: place)
            return ConfigNode(.null, at: place)
        }
        guard countsWithinLimit(node, at: place) else { return ConfigNode(.null, at: place) }
        switch node {
        case .scalar(let scalar):
            return ConfigNode(content(of: scalar, at: place), at: place)
        case .sequence(let sequence):
            refuseTag(sequence.tag, at: place)
            return ConfigNode(.sequence(sequence.map { convert($0, depth: depth + 1) }), at: place)
        case .mapping(let mapping):
            refuseTag(mapping.tag, at: place)
            return ConfigNode(.mapping(members(of: mapping, depth: depth)), at: place)
        case .alias:
            report(.unusualYAML, "an alias that leads nowhere", at: place)
            return ConfigNode(.null, at: place)
        }
    }

    /// Reports only once that the limit is passed.
    private mutating func countsWithinLimit(_ node: Node, at place: ConfigPlace) -> Bool {
        guard let mark = node.mark else { return true }
        let kind =
            switch node {
            case .scalar, .alias: 0
            case .sequence: 1
            case .mapping: 2
            }
        if seen.insert(Visit(line: mark.line, column: mark.column, kind: kind)).inserted { return true }
        aliased += 1
        if aliased == YamlLimits.aliasedValues + 1 {
            report(
                .limitExceeded, "aliases repeat more than \(YamlLimits.aliasedValues) values", at: place,
                help: "write the values out, or use fewer aliases")
        }
        return aliased <= YamlLimits.aliasedValues
    }

    private mutating func members(of mapping: Node.Mapping, depth: Int) -> [ConfigMember] {
        var members: [ConfigMember] = []
        var places: [String: ConfigPlace] = [:]
        for (keyNode, valueNode) in mapping {
            var keyPlace = place(of: keyNode)
            keyPlace.verbatim = nil
            guard case .scalar(let scalar) = keyNode else {
                report(.unusualYAML, "a key must be a text", at: keyPlace, help: helpForKey(keyNode))
                continue
            }
            refuseTag(scalar.tag, at: keyPlace)
            let key = originalName(scalar)
            let value = convert(valueNode, depth: depth + 1)
            if let first = places[key] {
                reportDuplicate(key, first: first, second: keyPlace)
            } else {
                places[key] = keyPlace
                members.append(ConfigMember(key: key, keyPlace: keyPlace, value: value))
            }
        }
        return members
    }

    /// Two braces that nobody put in quotes are a mapping whose key is a mapping.
    private func helpForKey(_ key: Node) -> String? {
        guard case .mapping = key else { return nil }
        return "a text that begins with {{ must stand in quotes: \"{{ … }}\""
    }

    private mutating func reportDuplicate(_ key: String, first: ConfigPlace, second: ConfigPlace) {
        report(
            .duplicateKey, "duplicate key \(quoted(key))", at: second,
            label: "stands first in line \(first.line), column \(first.column)",
            help: "keep one of the two")
    }

    private func originalName(_ scalar: Node.Scalar) -> String {
        guard let mark = scalar.mark,
            let renaming = renamed.first(where: { $0.line == mark.line && $0.column == mark.column }),
            scalar.string.hasPrefix(renaming.replacement)
        else { return scalar.string }
        return renaming.original + scalar.string.dropFirst()
    }

    private mutating func content(of scalar: Node.Scalar, at place: ConfigPlace) -> ConfigNode.Content {
        if scalar.tag.rawValue == Tag.Name.str.rawValue { return .string(scalar.string) }
        refuseTag(scalar.tag, at: place)
        guard scalar.style == .plain else { return .string(scalar.string) }
        return PlainScalar.resolve(scalar.string)
    }

    private mutating func refuseTag(_ tag: Tag, at place: ConfigPlace) {
        let allowed = [Tag.Name.implicit, .nonSpecific, .str, .seq, .map].map(\.rawValue)
        guard !allowed.contains(tag.rawValue) else { return }
        report(.unusualYAML, "the tag \(quoted(tag.rawValue)) is not used in configuration files", at: place)
    }

    private func place(of node: Node) -> ConfigPlace {
        guard let mark = node.mark else { return ConfigPlace(file: file, line: 1, column: 1) }
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain ? originalName(scalar) : nil
            var place = text.token(line: mark.line, column: mark.column, plain: plain)
            place.verbatim = text.verbatim(scalar.string, in: place)
            return place
        case .mapping(let mapping):
            let place = text.token(line: mark.line, column: mark.column, plain: nil)
            guard let first = mapping.first?.key, first.mark?.line == mark.line, first.mark?.column == mark.column
            else { return place }
            return self.place(of: first)
        case .sequence, .alias:
            return text.token(line: mark.line, column: mark.column, plain: nil)
        }
    }
}
