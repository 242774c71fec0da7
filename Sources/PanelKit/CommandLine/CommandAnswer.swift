/// What a person or a program is told of the answer to one command.
package struct CommandAnswer: Sendable {
    /// For standard output.
    package private(set) var lines: [String] = []
    /// For standard error.
    package private(set) var errors: [String] = []
    private let results: [PacketNode]
    private let answer: [PacketGrammar.Part]

    private static let status: Set<String> = ["status", "errcode", "errtext"]

    package init(_ received: PacketAnswer, to operation: PacketOperation) {
        answer = operation.answer
        if let refusal = received.root.child("system") {
            results = [refusal]
        } else {
            results = received.root.children.flatMap(\.children).flatMap { $0.children(named: "result") }
        }
        for result in results {
            let details = result.children.filter { !Self.status.contains($0.name) }
            if let error = Self.error(in: result) {
                let about = details.isEmpty ? "" : " (\(Self.leaves(of: details)))"
                errors.append("error \(Self.plain(error.code)): \(Self.plain(error.text))\(about)")
            } else {
                lines += Self.lines("ok", details, indentation: 0)
            }
        }
    }

    /// The results as a JSON array of objects. What may come several times is an array.
    package var json: String {
        let head: [PacketGrammar.Part] = [
            .optional("status", .string, "ok or error"), .optional("errcode", .integer, "The number of the error"),
            .optional("errtext", .any, "The error in words"),
        ]
        return "[" + results.map { PacketJSON.object($0.children, head + answer) }.joined(separator: ",\n ") + "]\n"
    }

    private static func error(in result: PacketNode) -> (code: String, text: String)? {
        guard result.string("status") != "ok" else { return nil }
        return (result.string("errcode") ?? "unknown", result.child("errtext")?.text ?? "")
    }

    /// A name with what is directly in it on one line, and below it what has a structure.
    private static func lines(_ title: String, _ details: [PacketNode], indentation: Int) -> [String] {
        let leaves = leaves(of: details)
        let line = String(repeating: " ", count: indentation) + title + (leaves.isEmpty ? "" : " " + leaves)
        return [line]
            + details.filter { !$0.children.isEmpty }.flatMap {
                lines($0.name, $0.children, indentation: indentation + 2)
            }
    }

    private static func leaves(of nodes: [PacketNode]) -> String {
        nodes.filter(\.children.isEmpty).map { "\($0.name)=\(EscapedText.word($0.text))" }.joined(separator: " ")
    }

    /// Without the quotes, but with nothing in it that a terminal would obey.
    private static func plain(_ text: String) -> String {
        String(EscapedText.quoted(text).dropFirst().dropLast()).replacing("\\\"", with: "\"")
    }
}
