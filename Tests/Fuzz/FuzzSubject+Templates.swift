import CallbackCore
import CallbackRules

extension FuzzSubject {
    private static let uses: [TemplatePlace] = [.json, .urlPath, .urlQuery, .argument, .header, .environment, .plain]

    /// Templates: refused with a reason, or filled in without trouble, and compiled a second time to the same.
    static let templates = FuzzSubject(
        name: "templates",
        seeds: {
            [
                "plain", "{{ data.a }}", "{{ subject }}-{{ type }}", "{{ data.b | default(\"x\") }}", "${secret.token}",
                "Bearer ${secret.token}", "{{data.b|default(null)}}", "{{ data.b | default(1.5) }}", "{{ data.x }}",
                "{{ data.b | default('x') }}", "--plan={{ data.a }}", "{{ data.b | upper }}", "$${ {{ }} }", "{{", "}}",
                "{{ data.a | json }}", "{{ data.b | truncate(3) | lower }}", "{{ time | date(\"%Y\") }}",
                "{{ data.a | join(\", \") }}", "{{ data.é }}", "{{ id }}{{ sequence }}",
            ].map { Array($0.utf8) }
        },
        tokens: [
            "{{", "}}", "{{ ", " }}", "|", "| default(", "default", "(", ")", "\"", "'", "\\", "\\u0041", "\\ud83d",
            "${secret.", "${", "}", "$", "data.a", "data.b", "data.x.a", ".", "..", "null", "true", "-1e5", "json",
            "upper",
            "lower", "date", "join", "truncate", "\n", "\r", "\u{0}", "é", "😀", "1e400", "99999999999999999999",
        ],
        check: { input in
            guard let text = String(validating: input, as: UTF8.self) else { return .fine("no text") }
            let place = ConfigPlace(file: "t", line: 7, column: 3)
            var words = ""
            for use in uses {
                var compiler = TemplateCompiler(shapes: nil)
                guard let template = compiler.compile(text, at: place, for: use) else {
                    guard let code = compiler.diagnostics.first?.code else {
                        return .broken("refused without a reason")
                    }
                    guard compiler.diagnostics.allSatisfy({ $0.place == place }) else {
                        return .broken("another place: \(compiler.diagnostics)")
                    }
                    words += " " + code
                    continue
                }
                guard compiler.diagnostics.allSatisfy({ $0.severity != .error }) else {
                    return .broken("accepted with \(compiler.diagnostics)")
                }
                guard compiler.compile(text, at: place, for: use) == template else { return .broken("two opinions") }
                do {
                    let rendered = try template.render(event, as: use) { _ in "secret" }
                    if case .header = use, rendered.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
                        return .broken("a line break in a header")
                    }
                    words += " \(template.segments.count)"
                } catch {
                    words += " unfit"
                }
            }
            return .fine(words)
        }
    )
}
