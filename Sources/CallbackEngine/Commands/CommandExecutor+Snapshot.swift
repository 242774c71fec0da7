import CallbackCore
import CallbackStore

extension CommandExecutor {
    /// Writes down that a snapshot is wanted; the source begins it when it learns of it.
    func beginSnapshot(_ name: String, _ tables: [SnapshotRun.Table], _ state: StateCommands) throws -> CommandAnswer {
        let source = SourceName(name)
        let memory = try state.snapshots(of: source)
        if let run = memory.run {
            let advice =
                memory.isStopping
                ? "it ends when the source runs; ask again then" : "wait for its end, or end it with --stop"
            return one(name, done: false, "has a snapshot already (\(run.words)): \(advice)")
        }
        let run = SnapshotRun(asked: tables, askedAt: state.now)
        try state.remember(SnapshotMemory.begin(run), of: source)
        return one(name, done: true, "snapshot \(run.id) asked for")
    }

    func stopSnapshot(_ name: String, _ state: StateCommands) throws -> CommandAnswer {
        let source = SourceName(name)
        guard try state.snapshots(of: source).run != nil else {
            return one(name, done: false, "has no snapshot that could be stopped")
        }
        // The source ends it itself: it may be about to hand over a page.
        try state.remember([SnapshotMemory.stop], of: source)
        return one(name, done: true, "the snapshot ends; what was read of it stays")
    }
}
