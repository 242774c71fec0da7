import Synchronization

/// Why the panel cannot serve, with words for whoever has to act.
package struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The first thing that went wrong where nobody could throw.
final class FirstProblem: Sendable {
    private let first = Mutex<(any Error)?>(nil)

    var error: (any Error)? { first.withLock { $0 } }

    func note(_ error: any Error) {
        first.withLock { $0 = $0 ?? error }
    }
}
