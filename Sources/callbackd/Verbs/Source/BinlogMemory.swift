import CallbackCore
import CallbackStore
import Glibc

/// What the state file remembers of a source that reads a binlog.
struct BinlogMemory {
    let name: SourceName
    /// Nil where the source was never in touch with its server.
    private let mark: Mark?

    init(of name: SourceName, in configuration: Configuration) throws {
        self.name = name
        guard access(configuration.statePath, F_OK) == 0 else {
            mark = nil
            return
        }
        mark = try OpenedState(configuration).queries.sources().first { $0.name == name }?.mark
    }

    var hasBaseline: Bool { mark?.isInstalled == true }

    func json(_ snapshots: SnapshotMemory) -> JSONValue {
        [
            "source": .string(name.rawValue), "installed": .bool(hasBaseline), "intact": .bool(hasBaseline),
            "incarnation": mark.map { .string($0.incarnation) } ?? .null,
            "last": mark.map { .integer($0.position) } ?? .null,
            "snapshot": snapshots.run.map { .string($0.words) } ?? .null,
            "last_snapshot": snapshots.last.map { .string($0.words) } ?? .null,
        ]
    }

    func show(_ snapshots: SnapshotMemory) {
        let palette = Terminal.palette()
        let state = hasBaseline ? palette(.green, "watched") : palette(.red, "not read yet")
        Terminal.print("\(palette(.bold, name.rawValue)): \(state)")
        if let mark { Terminal.print("  read    \(mark.position) changes of rows from the binlog") }
        snapshots.show()
        Terminal.print("  server  `callbackd source doctor \(name)` asks it what it allows")
    }
}
