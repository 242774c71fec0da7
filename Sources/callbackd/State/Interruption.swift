import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as a wish that a verb sees between two steps, so that it can say how far it came.
enum Interruption {
    private static let isWished = Atomic(false)

    /// From now on the two signals end nothing by themselves.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in Interruption.isWished.store(true, ordering: .relaxed) }
        }
    }

    static var wasAsked: Bool { isWished.load(ordering: .relaxed) }
}
