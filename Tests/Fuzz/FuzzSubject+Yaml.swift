import CallbackConfig
import CallbackCore

extension FuzzSubject {
    /// Configuration files: every refusal stands at a place inside the file, and reading twice says the same.
    static let yaml = FuzzSubject(
        name: "yaml",
        seeds: {
            let files = [
                "etc/callbackd.yaml", "etc/demo.yaml", "etc/rules.d/licenses.yaml", "etc/rules.d/plan-items.yaml",
                "etc/rules.d/domain-created.yaml",
            ]
            return try files.map(Repository.bytes)
                + [
                    "a: &a [1, 2]\nb: *a\n", "? [x]\n: y\n", "a: |\n  text\n  more\nb: >-\n  folded\n",
                    "%YAML 1.2\n---\n{a: 1}\n",
                ]
                .map { Array($0.utf8) }
        },
        tokens: [
            ": ", "- ", "\n", "\n  ", "\r\n", "\r", "\t", "&a ", "*a", "!!str ", "!x ", "<<: ", "? ", "| \n", ">-\n",
            "---\n",
            "...\n", "%YAML 1.1\n", "{", "}", "[", "]", ", ", "\"", "'", "#", "version: 1", "rules:", "name: x",
            "match:",
            "deliver: [a]", "include: [f]", "\u{FEFF}", "\u{85}", "\u{2028}", "é", "😀", "\u{0}", "0x", "1e400", ".inf",
            "9223372036854775808", "\"\\u12\"", "\"\\ud800\"",
        ],
        check: { input in
            let access = FileAccess(
                read: { path, limit in
                    path == "f"
                        ? .success(Array(input.prefix(limit + 1))) : .failure(FileFailure(reason: "no such file"))
                },
                list: { _ in [] })
            let reader = ConfigurationReader(sources: [], actions: [], access: access)
            let result = reader.read(path: "f")
            let lines = lines(input)
            for diagnostic in result.diagnostics {
                guard let place = diagnostic.place else { return .broken("no place: \(diagnostic)") }
                guard (1...lines.count + 1).contains(place.line) else {
                    return .broken("line \(place.line) of \(lines.count): \(diagnostic)")
                }
                let length = place.line > lines.count ? 0 : lines[place.line - 1]
                guard (1...length + 1).contains(place.column) else {
                    return .broken("column \(place.column) of \(length): \(diagnostic)")
                }
            }
            guard (result.configuration == nil) == result.hasErrors else { return .broken("neither read nor refused") }
            guard reader.read(path: "f").diagnostics == result.diagnostics else { return .broken("two opinions") }
            return .fine(Set(result.diagnostics.map(\.code)).sorted().joined(separator: " "))
        }
    )

    /// The length of each line, in characters; YAML breaks lines at more than line feeds.
    private static func lines(_ input: [UInt8]) -> [Int] {
        var lines = [0]
        var previous: Unicode.Scalar = " "
        for scalar in String(decoding: input, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append(0)
            default: lines[lines.count - 1] += 1
            }
            previous = scalar
        }
        return lines
    }
}
