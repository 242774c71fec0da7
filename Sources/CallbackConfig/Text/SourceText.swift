import CallbackCore

/// The text of one configuration file, by lines as YAML counts them, for finding tokens and for showing lines.
package struct SourceText: Sendable, Hashable {
    package let file: String
    /// Without line ends. A line is kept as scalars, because columns count those.
    private let lines: [[Unicode.Scalar]]
    /// Columns from 0 that are never shown, by line number.
    private var masks: [Int: [Range<Int>]] = [:]

    package init(file: String, text: String) {
        self.file = file
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(line)
                line = []
            default: line.append(scalar)
            }
            previous = scalar
        }
        lines.append(line)
        self.lines = lines
    }

    /// The line as it may be shown: anything that looks like a secret is covered by asterisks of the same length.
    package func shownLine(_ number: Int) -> String? {
        guard lines.indices.contains(number - 1) else { return nil }
        var scalars = lines[number - 1]
        for range in SecretMask.ranges(in: scalars) + (masks[number] ?? []) {
            for index in range.clamped(to: scalars.indices) where scalars[index] != " " {
                scalars[index] = "*"
            }
        }
        return string(scalars[...])
    }

    /// Covers a value so that no diagnostic can show it.
    mutating func mask(_ node: ConfigNode) {
        switch node.content {
        case .mapping(let members): for member in members { mask(member.value) }
        case .sequence(let elements): for element in elements { mask(element) }
        default: maskFrom(node.place.line, column: node.place.column, length: node.place.length)
        }
    }

    /// Covers what follows the first colon of a line, for files whose structure is not known.
    mutating func maskValue(ofLine number: Int) {
        guard lines.indices.contains(number - 1) else { return }
        let scalars = lines[number - 1]
        let start = scalars.firstIndex(of: ":").map { $0 + 1 } ?? 0
        masks[number, default: []].append(start..<scalars.count)
    }

    private mutating func maskFrom(_ line: Int, column: Int, length: Int) {
        masks[line, default: []].append((column - 1)..<(column - 1 + length))
    }

    /// Whether a line stands in the file's top-level block of the given key, judged by indentation alone.
    func isLine(_ number: Int, inBlock key: String) -> Bool {
        for line in lines.prefix(number).reversed() {
            guard let first = line.first, first != " ", first != "#", first != "\t" else { continue }
            return line.starts(with: (key + ":").unicodeScalars)
        }
        return false
    }

    /// The place of the token that begins at a line and column, both from 1; anchors and tags are skipped.
    ///
    /// - Parameter plain: the value of an unquoted scalar.
    func token(line: Int, column: Int, plain: String?) -> ConfigPlace {
        guard lines.indices.contains(line - 1) else { return ConfigPlace(file: file, line: line, column: column) }
        let scalars = lines[line - 1]
        var start = column - 1
        while start < scalars.count, scalars[start] == "&" || scalars[start] == "!" {
            guard let space = scalars[start...].firstIndex(of: " "),
                let next = scalars[space...].firstIndex(where: { $0 != " " }), scalars[next] != "#"
            else { break }
            start = next
        }
        let length = TokenScan.length(of: scalars, from: start, plain: plain)
        return ConfigPlace(file: file, line: line, column: start + 1, length: length)
    }

    /// The stretch in which a scalar's text is written as it reads, from its beginning to the first escape or the end of
    /// the line; nil where its first character is not.
    func verbatim(_ text: String, in value: ConfigPlace) -> ConfigPlace.Verbatim? {
        guard lines.indices.contains(value.line - 1) else { return nil }
        let scalars = lines[value.line - 1]
        var start = value.column - 1
        guard scalars.indices.contains(start) else { return nil }
        let isQuoted = scalars[start] == "\"" || scalars[start] == "'"
        // A block begins on another line.
        guard isQuoted || (scalars[start] != "|" && scalars[start] != ">") else { return nil }
        if isQuoted { start += 1 }
        let end = value.column - 1 + value.length
        var length = 0
        for scalar in text.unicodeScalars {
            guard start + length < min(end, scalars.count), scalars[start + length] == scalar else { break }
            length += 1
        }
        return length == 0 ? nil : ConfigPlace.Verbatim(column: start + 1, length: length)
    }

    /// The place of a piece of a value; the value's own place where the piece is not written as it reads.
    func place(of piece: String, in value: ConfigPlace) -> ConfigPlace {
        guard lines.indices.contains(value.line - 1) else { return value }
        let scalars = lines[value.line - 1]
        let wanted = Array(piece.unicodeScalars)
        let end = min(value.column - 1 + value.length, scalars.count)
        var start = value.column - 1
        while start + wanted.count <= end {
            if Array(scalars[start..<start + wanted.count]) == wanted {
                return ConfigPlace(file: file, line: value.line, column: start + 1, length: wanted.count)
            }
            start += 1
        }
        return value
    }

    /// Line and column, from 1, of the first byte that is not UTF-8, or of any other offset into the bytes.
    static func position(ofByte offset: Int, in bytes: some Sequence<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        var previous: Unicode.Scalar?
        for scalar in String(decoding: Array(bytes.prefix(offset)), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                line += 1
                column = 1
            default: column += 1
            }
            previous = scalar
        }
        return (line, column)
    }
}

func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
}
