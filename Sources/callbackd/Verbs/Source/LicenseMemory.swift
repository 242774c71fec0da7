import CallbackCore
import CallbackStore
import Glibc

/// What the state file remembers of a licence source.
struct LicenseMemory {
    let name: SourceName
    /// Nil where the source was never in touch with its API.
    private let mark: Mark?
    /// Known licences by kind.
    private let licenses: [(kind: String, count: Int)]

    init(of name: SourceName, in configuration: Configuration) throws {
        self.name = name
        guard access(configuration.statePath, F_OK) == 0 else {
            mark = nil
            licenses = []
            return
        }
        let queries = try OpenedState(configuration).queries
        mark = try queries.sources().first { $0.name == name }?.mark
        let remembered = try queries.remembered(by: name)
        licenses = remembered.filter { !["account", "baseline"].contains($0.key) }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    var hasBaseline: Bool { mark?.isInstalled == true }

    var json: JSONValue {
        [
            "source": .string(name.rawValue), "installed": .bool(hasBaseline), "intact": .bool(hasBaseline),
            "incarnation": mark.map { .string($0.incarnation) } ?? .null,
            "last": mark.map { .integer($0.position) } ?? .null,
            "licenses": .object(
                JSONObject(members: licenses.map { .init(key: $0.kind, value: .integer(Int64($0.count))) })),
        ]
    }

    func show() {
        let palette = Terminal.palette()
        let state = hasBaseline ? palette(.green, "watched") : palette(.red, "not listed yet")
        Terminal.print("\(palette(.bold, name.rawValue)): \(state)")
        for (kind, count) in licenses { Terminal.print("  \(kind)  \(count) known licences") }
        if let mark { Terminal.print("  told  \(mark.position) events") }
    }
}
