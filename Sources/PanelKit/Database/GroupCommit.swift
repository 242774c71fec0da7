import Dispatch
import Synchronization

/// Changes of many callers with as few durable commits as possible: whatever waits while one commit is under way shares
/// the next one.
///
/// Everything runs on one thread of its own, one piece of work after the other. A caller goes on when its own change is
/// on disk.
package final class GroupCommit: Sendable {
    /// How a piece of work ended, told once its commit is durable.
    private struct Piece: Sendable {
        /// Does the work; what it returns tells the caller. Throws only where the whole transaction is lost.
        let work: @Sendable (OperationSeries) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Piece] = []
        var isRunning = false
        var isFailing = false
    }

    private let database: PanelDatabase
    private let limit: Int
    private let thread = DispatchQueue(label: "panel commit")
    private let state = Mutex(State())

    /// - Parameter limit: how many may wait; further ones are refused, so that memory stays bounded.
    package init(database: PanelDatabase, limit: Int = 1024) {
        self.database = database
        self.limit = limit
    }

    /// Runs `work` and returns when what it changed is on disk.
    ///
    /// It may run more than once: where another piece loses the common transaction, each is tried again alone.
    ///
    /// - Parameter caller: on whose behalf it is done.
    /// - Throws: what `work` threw; `PanelDatabaseError` where the database could not take it; `Busy` where too many
    ///   wait already.
    package func perform<Value: Sendable>(
        as caller: Caller = .local, _ work: @escaping @Sendable (OperationSeries) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Value, any Error>) in
            let piece = Piece(
                work: { series in
                    do {
                        let value = try work(series.acting(for: caller))
                        return { waiter.resume(returning: value) }
                    } catch let ended as SeriesEnded {
                        throw ended
                    } catch {
                        return { waiter.resume(throwing: error) }
                    }
                },
                fail: { waiter.resume(throwing: $0) })
            if !admit(piece) { waiter.resume(throwing: Busy()) }
        }
    }

    /// Whether the database could not take the last change that was brought to it.
    package var isFailing: Bool { state.withLock { $0.isFailing } }

    /// Too many changes wait for the disk.
    package struct Busy: Error {}

    private func admit(_ piece: Piece) -> Bool {
        let (isAdmitted, starts) = state.withLock { state in
            guard state.waiting.count < limit else { return (false, false) }
            state.waiting.append(piece)
            defer { state.isRunning = true }
            return (true, !state.isRunning)
        }
        if starts { thread.async { self.run() } }
        return isAdmitted
    }

    private func run() {
        while true {
            let group = state.withLock { state in
                let group = state.waiting
                state.waiting.removeAll(keepingCapacity: true)
                state.isRunning = !group.isEmpty
                return group
            }
            guard !group.isEmpty else { return }
            commit(group)
        }
    }

    private func commit(_ group: [Piece]) {
        do {
            let answers = try database.series { series in try group.map { try $0.work(series) } }
            state.withLock { $0.isFailing = false }
            for answer in answers { answer() }
        } catch {
            guard group.count > 1 else {
                state.withLock { $0.isFailing = true }
                for piece in group { piece.fail(database.explained(error)) }
                return
            }
            // One of them may be to blame alone.
            for piece in group { commit([piece]) }
        }
    }
}
