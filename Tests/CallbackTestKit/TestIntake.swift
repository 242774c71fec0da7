package import CallbackCore
package import Synchronization

/// Stands for the daemon: keeps what a source hands over, as the state file would.
package final class TestIntake: SourceIntake, Sendable {
    package struct State {
        package var mark: Mark?
        package var names: [String: NameChange] = [:]
        package var batches: [SourceBatch] = []
        package var statuses: [SourceStatus] = []
        /// What an operator should know.
        package var notes: [String] = []
        /// What was told of how far this is behind.
        package var lags: [SourceLag?] = []
        package var limits = LimitSettings(inFlight: 1, panelLog: 1 << 30)
        package var failsCommit = false
        /// Whether the next batch cannot be written.
        package var fails: @Sendable (State) -> Bool = { _ in false }
        /// Why no events are taken in.
        package var pause: String?
        /// Whether a batch with events is refused.
        package var refuses: @Sendable (State) -> Bool = { _ in false }
        package var refusals = 0
        /// Whether a snapshot was asked for that the source does not know yet.
        package var isAsked = false
        /// What was told of how a snapshot is going.
        package var snapshots: [SnapshotRun?] = []
    }

    package struct Unwritable: Error {}

    package let stateID: String
    package let state: Mutex<State>

    package init(stateID: String = "state-a") {
        self.stateID = stateID
        state = Mutex(State())
    }

    package var limits: LimitSettings { state.withLock { $0.limits } }

    package func savedMark(of source: SourceName) -> SavedMark? {
        state.withLock { state in
            state.mark.map { SavedMark(mark: $0, names: Array(state.names.values)) }
        }
    }

    package func submit(_ batch: SourceBatch) throws {
        if !batch.events.isEmpty, let pause = state.withLock({ $0.pause }) { throw IntakeUnavailable(paused: pause) }
        let isRefused = state.withLock { state in
            guard !batch.events.isEmpty, state.refuses(state) else { return false }
            state.refusals += 1
            return true
        }
        if isRefused { throw IntakeUnavailable(paused: "the test takes no more") }
        try commit(batch)
    }

    package func commit(_ batch: SourceBatch) throws {
        try state.withLock { state in
            if state.failsCommit || state.fails(state) { throw Unwritable() }
            state.mark = batch.mark
            if batch.replacesNames { state.names = state.names.filter { $0.value.table == SnapshotMemory.table } }
            for name in batch.names { state.names["\(name.table)/\(name.key)"] = name.row == nil ? nil : name }
            state.batches.append(batch)
        }
    }

    package func remembered(in table: String, by source: SourceName) -> [NameChange] {
        state.withLock { $0.names.values.filter { $0.table == table } }
    }

    package func takeRequest(of source: SourceName) -> Bool {
        state.withLock { state in
            defer { state.isAsked = false }
            return state.isAsked
        }
    }

    package func committedPosition(of source: SourceName) -> Int64 { state.withLock { $0.mark?.position ?? 0 } }

    package func report(_ status: SourceStatus, of source: SourceName) { state.withLock { $0.statuses.append(status) } }

    package func report(notes: [String], of source: SourceName) { state.withLock { $0.notes = notes } }

    package func report(_ lag: SourceLag?, of source: SourceName) { state.withLock { $0.lags.append(lag) } }

    package func report(snapshot: SnapshotRun?, of source: SourceName) {
        state.withLock { $0.snapshots.append(snapshot) }
    }

    /// What is remembered of snapshots.
    package var snapshots: SnapshotMemory {
        SnapshotMemory(state.withLock { Array($0.names.values) })
    }

    /// Asks for something as an operator's command does.
    package func ask(_ changes: [NameChange]) {
        state.withLock { state in
            for change in changes { state.names["\(change.table)/\(change.key)"] = change.row == nil ? nil : change }
            state.isAsked = true
        }
    }

    package var mark: Mark? { state.withLock { $0.mark } }
    package var events: [CapturedEvent] { state.withLock { $0.batches.flatMap(\.events) } }
    package var gaps: [Gap] { state.withLock { $0.batches.compactMap(\.gap) } }
    package var lags: [SourceLag?] { state.withLock { $0.lags } }
    package var statuses: [SourceStatus] { state.withLock { $0.statuses } }
    package var notes: [String] { state.withLock { $0.notes } }

    package var refusals: Int { state.withLock { $0.refusals } }

    /// Refuses batches with events while `isRefused` says so of what was taken.
    package func refuses(_ isRefused: @escaping @Sendable (State) -> Bool) { state.withLock { $0.refuses = isRefused } }

    /// Takes the events and gaps seen so far away.
    package func drain() -> [CapturedEvent] {
        state.withLock { state in
            defer { state.batches = [] }
            return state.batches.flatMap(\.events)
        }
    }
}
