import ArgumentParser
import CallbackCore

/// `callbackd explain`
struct ExplainVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a code of `check` means, with a wrong and a right example; without a code, list all.")

    @Argument(help: "A code, such as C012.")
    var code: String?

    @OptionGroup var json: JSONFlag

    func run() throws {
        guard let code else { return list() }
        let wanted = code.uppercased()
        guard let explanation = CodeCatalog.explanation(of: wanted) else {
            let meant = DidYouMean.closest(to: wanted, among: CodeCatalog.all.map(\.code))
            let hint = meant.map { "; did you mean \($0)?" } ?? "; `callbackd explain` lists all codes"
            throw VerbFailure(.usage, "there is no code \(code.harmless)\(hint)")
        }
        if json.isOn { JSONOutput.print(explanation.json) } else { Terminal.print(explanation.text) }
    }

    private func list() {
        if json.isOn { return JSONOutput.print(CodeCatalog.all.map(\.json)) }
        Terminal.print(CodeCatalog.all.map { "\($0.code)  \($0.meaning)" }.joined(separator: "\n"))
    }
}

extension CodeExplanation {
    var text: String {
        var parts = ["\(code): \(meaning)", reason]
        switch occasion {
        case .check, .included: break
        case .reload, .reloadHere: parts.append("A running daemon finds it when it is to reload; then nothing changes.")
        case .here: parts.append("`callbackd check --here` and `callbackd run` look for it.")
        case .insteadOf(let other):
            parts.append("In a configuration this mistake is reported as \(other); \(code) guards what was kept.")
        }
        parts.append("Wrong, \(part.rawValue):")
        parts.append(Self.indented(wrong))
        parts.append("Right:")
        parts.append(Self.indented(right))
        return parts.joined(separator: "\n\n")
    }

    var json: JSONValue {
        [
            "code": .string(code), "meaning": .string(meaning), "reason": .string(reason),
            "part": .string(part.rawValue), "wrong": .string(wrong), "right": .string(right),
        ]
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n")
    }
}
