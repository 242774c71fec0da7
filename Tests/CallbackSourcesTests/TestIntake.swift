import CallbackCore
import Synchronization

/// Stands for the daemon: keeps what a source hands over, as the state file would.
final class TestIntake: SourceIntake, Sendable {
    struct State {
        var mark: Mark?
        var names: [String: NameChange] = [:]
        var batches: [SourceBatch] = []
        var statuses: [SourceStatus] = []
        /// What was told of how far this is behind.
        var lags: [SourceLag?] = []
        var limits = LimitSettings(inFlight: 1, panelLog: 1 << 30)
        var failsCommit = false
        /// Why no events are taken in.
        var pause: String?
    }

    struct Unwritable: Error {}

    let stateID: String
    let state: Mutex<State>

    init(stateID: String = "state-a") {
        self.stateID = stateID
        state = Mutex(State())
    }

    var limits: LimitSettings { state.withLock { $0.limits } }

    func savedMark(of source: SourceName) -> SavedMark? {
        state.withLock { state in
            state.mark.map { SavedMark(mark: $0, names: Array(state.names.values)) }
        }
    }

    func submit(_ batch: SourceBatch) throws {
        if !batch.events.isEmpty, let pause = state.withLock({ $0.pause }) { throw IntakeUnavailable(paused: pause) }
        try commit(batch)
    }

    func commit(_ batch: SourceBatch) throws {
        try state.withLock { state in
            if state.failsCommit { throw Unwritable() }
            state.mark = batch.mark
            if batch.replacesNames { state.names = [:] }
            for name in batch.names { state.names["\(name.table)/\(name.key)"] = name.row == nil ? nil : name }
            state.batches.append(batch)
        }
    }

    func committedPosition(of source: SourceName) -> Int64 { state.withLock { $0.mark?.position ?? 0 } }

    func report(_ status: SourceStatus, of source: SourceName) { state.withLock { $0.statuses.append(status) } }

    func report(_ lag: SourceLag?, of source: SourceName) { state.withLock { $0.lags.append(lag) } }

    var mark: Mark? { state.withLock { $0.mark } }
    var events: [CapturedEvent] { state.withLock { $0.batches.flatMap(\.events) } }
    var gaps: [Gap] { state.withLock { $0.batches.compactMap(\.gap) } }
    var lags: [SourceLag?] { state.withLock { $0.lags } }
    var statuses: [SourceStatus] { state.withLock { $0.statuses } }

    /// Takes the events and gaps seen so far away.
    func drain() -> [CapturedEvent] {
        state.withLock { state in
            defer { state.batches = [] }
            return state.batches.flatMap(\.events)
        }
    }
}
