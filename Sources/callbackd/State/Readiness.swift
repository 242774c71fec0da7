import CallbackCore
import CallbackEngine
import Synchronization

/// Says once that every source is installed and watched.
final class Readiness: Sendable {
    private struct Content {
        weak var intake: Intake?
        var whenReady: (@Sendable () -> Void)?
    }

    private let content: Mutex<Content>

    init(_ whenReady: @escaping @Sendable () -> Void) { content = Mutex(Content(whenReady: whenReady)) }

    func watch(_ intake: Intake) {
        content.withLock { $0.intake = intake }
        look()
    }

    func look() {
        let intake = content.withLock { $0.whenReady == nil ? nil : $0.intake }
        guard let intake, intake.statuses().allSatisfy({ $0.status == .watching }) else { return }
        let call = content.withLock { content in
            defer { content.whenReady = nil }
            return content.whenReady
        }
        call?()
    }
}
