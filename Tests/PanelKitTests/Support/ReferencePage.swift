@testable import PanelKit

/// The part of `docs/reference/xml-api.md` that is made from the grammar and the golden packets.
enum ReferencePage {
    static let path = "docs/reference/xml-api.md"
    static let mark =
        "<!-- What follows is made from the grammar: UPDATE_GOLDEN=1 swift test --filter ReferencePage -->\n"

    static func text() throws -> String {
        let operators = OperatorRegistry.all.operators
        let links = operators.map { "[`\($0.name)`](#\($0.name.replacing(" ", with: "-")))" }.joined(separator: " · ")
        let sections = try operators.map(section)
        return "\n## Operators\n\n\(links)\n\n" + sections.joined(separator: "\n")
    }

    private static func section(_ known: any Operator) throws -> String {
        let operations = try known.operations.map { try section(known.name, $0) }
        return "## \(known.name)\n\n\(known.summary).\n\n" + operations.joined(separator: "\n")
    }

    private static func section(_ name: String, _ operation: PacketOperation) throws -> String {
        let golden = GoldenCase(operatorName: name, name: "\(operation.name)-good")
        let request = try Repository.text(golden.requestPath)
        let response = try Repository.text(golden.responsePath)
        let audience = operation.audience == .administrator ? " For the administrator only." : ""
        return """
            ### \(name) \(operation.name)

            \(operation.summary).\(audience)

            \(table(operation.grammar.parts, or: "The request holds nothing."))
            \(table(operation.answer, or: "The result holds a status only.", title: "in a result"))
            ```xml
            \(request)```

            ```xml
            \(shortened(response))```

            """
    }

    private static func table(_ parts: [PacketGrammar.Part], or nothing: String, title: String = "in the request")
        -> String
    {
        guard !parts.isEmpty else { return nothing + "\n" }
        let head = "| \(title) | type | how often | |\n| --- | --- | --- | --- |\n"
        return head + rows(parts, below: "").map { $0 + "\n" }.joined()
    }

    private static func rows(_ parts: [PacketGrammar.Part], below path: String) -> [String] {
        parts.flatMap { part in
            switch part {
            case .element(let element): rows(element, below: path, often: often(element.occurs))
            case .choice(let options, let required):
                options.flatMap(\.elements).flatMap { element in
                    let many = element.occurs.upperBound > 1 ? ", any number" : ""
                    return rows(
                        element, below: path, often: (required ? "one of these" : "one of these or none") + many)
                }
            }
        }
    }

    private static func rows(_ element: PacketElement, below path: String, often: String) -> [String] {
        let name = path + element.name
        let type: String =
            switch element.content {
            case .value(let type): type.title
            case .empty: "empty"
            case .sequence, .anyOrder: ""
            }
        let order = if case .anyOrder = element.content { "; in any order" } else { "" }
        let row = "| `\(name)` | \(shortened(words: type)) | \(often) | \(element.summary)\(order) |"
        return [row] + rows(element.content.parts, below: name + "/")
    }

    private static func often(_ occurs: ClosedRange<Int>) -> String {
        switch (occurs.lowerBound, occurs.upperBound) {
        case (1, 1): "once"
        case (0, 1): "at most once"
        case (0, _): "any number"
        default: "once or more"
        }
    }

    /// A long list of words is told by its beginning.
    private static func shortened(words: String) -> String {
        let parts = words.split(separator: ", ")
        return parts.count > 10 ? parts.prefix(6).joined(separator: ", ") + ", … (\(parts.count) words)" : words
    }

    /// A long answer is told by its beginning and its end.
    private static func shortened(_ xml: String) -> String {
        let lines = xml.split(separator: "\n")
        guard lines.count > 45 else { return xml }
        let cut = lines.prefix(32) + ["  …"] + lines.suffix(8)
        return cut.joined(separator: "\n") + "\n"
    }
}
