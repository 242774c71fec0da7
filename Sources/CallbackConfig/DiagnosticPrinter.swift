package import CallbackCore

/// Shows diagnostics to people or to programs.
package struct DiagnosticPrinter: Sendable {
    /// The texts that diagnostics are about, by file name.
    private let files: [String: SourceText]
    private let usesColour: Bool

    package init(files: [String: SourceText], usesColour: Bool = false) {
        self.files = files
        self.usesColour = usesColour
    }

    /// All diagnostics with the lines that they are about, one empty line between two of them, and how many there are.
    /// Empty where there are none.
    package func human(_ diagnostics: [Diagnostic]) -> String {
        guard !diagnostics.isEmpty else { return "" }
        let blocks = diagnostics.map { human($0) }
        return (blocks + [Self.summary(diagnostics) + "\n"]).joined(separator: "\n")
    }

    /// Such as `2 errors, 1 warning`.
    package static func summary(_ diagnostics: [Diagnostic]) -> String {
        func count(_ severity: Diagnostic.Severity) -> String? {
            let count = diagnostics.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        let counts = [count(.error), count(.warning)].compactMap(\.self)
        return counts.isEmpty ? "no errors" : counts.joined(separator: ", ")
    }

    /// One diagnostic, ending with a line end.
    package func human(_ diagnostic: Diagnostic) -> String {
        let severity = diagnostic.severity == .error ? Colour.error : Colour.warning
        var lines = [
            paint("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", severity)
                + paint(": " + printable(diagnostic.message), .strong)
        ]
        var gutter = ""
        if let place = diagnostic.place {
            let number = String(place.line)
            gutter = String(repeating: " ", count: number.count)
            lines.append(
                gutter + paint("--> ", .frame) + printable("\(place.file):\(place.line):\(place.column)"))
            if let text = files[place.file]?.shownLine(place.line) {
                let snippet = Snippet(line: text, column: place.column, length: place.length)
                let label = diagnostic.label.map { " " + printable($0) } ?? ""
                lines.append(paint("\(gutter) |", .frame))
                lines.append(paint("\(number) |", .frame) + " " + printable(snippet.text))
                lines.append(
                    paint("\(gutter) |", .frame) + " " + snippet.indentation + paint(snippet.carets + label, severity))
            } else if let label = diagnostic.label {
                lines.append(gutter + paint(" = ", .frame) + printable(label))
            }
        }
        if let help = diagnostic.help { lines.append(gutter + paint(" = ", .frame) + "help: " + printable(help)) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A JSON list with one object for each diagnostic; what a diagnostic does not have is null.
    package func json(_ diagnostics: [Diagnostic]) -> JSONValue {
        .array(
            diagnostics.map { diagnostic in
                let place = diagnostic.place
                return [
                    "severity": .string(diagnostic.severity.rawValue),
                    "code": .string(diagnostic.code),
                    "message": .string(diagnostic.message),
                    "file": place.map { .string($0.file) } ?? .null,
                    "line": place.map { .integer(Int64($0.line)) } ?? .null,
                    "column": place.map { .integer(Int64($0.column)) } ?? .null,
                    "length": place.map { .integer(Int64($0.length)) } ?? .null,
                    "label": diagnostic.label.map { .string($0) } ?? .null,
                    "help": diagnostic.help.map { .string($0) } ?? .null,
                ]
            })
    }

    private enum Colour: String {
        case error = "1;31"
        case warning = "1;33"
        case frame = "34"
        case strong = "1"
    }

    private func paint(_ text: String, _ colour: Colour) -> String {
        usesColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Words of a configuration reach a terminal: control characters must not.
    private func printable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                scalars.append(scalar == "\t" ? " " : "\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}

/// A line of a file with the carets below it; long lines are cut to a window around them.
private struct Snippet {
    var text: String
    var indentation: String
    var carets: String

    private static let widest = 160

    init(line: String, column: Int, length: Int) {
        let scalars = Array(line.unicodeScalars)
        let start = min(max(column - 1, 0), scalars.count)
        let end = min(start + length, max(scalars.count, start + 1))
        // Columns count scalars, a terminal shows characters.
        var before = String(string(scalars[..<start]))
        var marked = start < scalars.count ? string(scalars[start..<min(end, scalars.count)]) : " "
        var after = end < scalars.count ? string(scalars[end...]) : ""
        if before.count + marked.count + after.count > Self.widest {
            if before.count > 60 { before = "…" + before.suffix(59) }
            if marked.count > 60 { marked = marked.prefix(59) + "…" }
            let room = max(Self.widest - before.count - marked.count, 1)
            if after.count > room { after = after.prefix(room - 1) + "…" }
        }
        text = before + (start < scalars.count ? marked : "") + after
        indentation = String(repeating: " ", count: before.count)
        carets = String(repeating: "^", count: max(marked.count, 1))
    }
}
