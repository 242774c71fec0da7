import CallbackCore

/// JSON for programs.
enum JSONOutput {
    /// A list as one JSON array with one element a line, which `jq` and `grep` both read.
    static func print(_ list: [JSONValue]) {
        guard !list.isEmpty else { return Terminal.print("[]") }
        Terminal.print("[\n" + list.map(\.text).joined(separator: ",\n") + "\n]")
    }

    static func print(_ value: JSONValue) { Terminal.print(value.text) }
}
