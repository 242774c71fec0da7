import Synchronization

/// Something that happens once and that tasks can wait for.
package final class Signal: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Void, Never>])
        case raised
    }

    private let state = Mutex(State.waiting([]))

    package init() {}

    package func raise() {
        let waiters = state.withLock { state in
            defer { state = .raised }
            if case .waiting(let waiters) = state { return waiters }
            return []
        }
        for waiter in waiters { waiter.resume() }
    }

    package func wait() async {
        await withCheckedContinuation { continuation in
            let isRaised = state.withLock { state in
                guard case .waiting(let waiters) = state else { return true }
                state = .waiting(waiters + [continuation])
                return false
            }
            if isRaised { continuation.resume() }
        }
    }
}
