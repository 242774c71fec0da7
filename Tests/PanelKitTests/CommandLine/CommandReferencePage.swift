@testable import PanelKit

/// The part of `docs/reference/panel-command-line.md` that is made from the grammar and the golden packets.
enum CommandReferencePage {
    static let path = "docs/reference/panel-command-line.md"
    static let mark =
        "<!-- What follows is made from the grammar: UPDATE_GOLDEN=1 swift test --filter CommandReferencePage -->\n"

    static func text() throws -> String {
        let sections = try OperatorRegistry.all.operators.map { known in
            let rows = known.operations.map { "| `\($0.name)` | \($0.summary) |\n" }.joined()
            let samples = try known.operations.map { try sample(of: $0, known.name) + "\n" }.joined()
            return """
                ### \(known.name)

                \(known.summary). Elements and types: [XML API](xml-api.md#\(known.name)).

                | operation | does |
                | --- | --- |
                \(rows)
                ```sh
                \(samples)```

                """
        }
        return "\n## Operators\n\n" + sections.joined(separator: "\n")
    }

    /// The first operation of a golden request, as a line for a shell.
    static func sample(of operation: PacketOperation, _ operatorName: String) throws -> String {
        let options = PacketWords.options(try golden(operation, operatorName), operation.grammar)
        let words = PacketWords.words(options).map(quoted)
        return (["panel", operatorName, operation.name] + words).joined(separator: " ")
    }

    static func golden(_ operation: PacketOperation, _ operatorName: String) throws -> PacketNode {
        let golden = GoldenCase(operatorName: operatorName, name: "\(operation.name)-good")
        let packet = try PacketParser.parse(Array(Repository.text(golden.requestPath).utf8))
        let calls = packet.children.filter { $0.isNamed(operatorName) }.flatMap(\.children)
        guard let node = calls.first(where: { $0.isNamed(operation.name) }) else { throw NoSample(golden: golden) }
        return node
    }

    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                let scalar = Character(Unicode.Scalar(byte))
                return scalar.isASCII && (scalar.isLetter || scalar.isNumber || "_-.,:/=@%+".contains(scalar))
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    struct NoSample: Error {
        let golden: GoldenCase
    }
}
