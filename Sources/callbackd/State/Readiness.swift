import CallbackCore
import CallbackEngine
import Synchronization

/// Says once that every source is installed and watched.
///
/// A source that was in contact before does not keep the others waiting while its panel is down: it has its mark, and
/// misses nothing.
final class Readiness: Sendable {
    private struct Content {
        weak var intake: Intake?
        var whenReady: (@Sendable () -> Void)?
    }

    private let content: Mutex<Content>

    private let known: Set<SourceName>

    /// - Parameter known: the sources that were in contact with their panel before.
    init(known: Set<SourceName>, _ whenReady: @escaping @Sendable () -> Void) {
        self.known = known
        content = Mutex(Content(whenReady: whenReady))
    }

    func watch(_ intake: Intake) {
        content.withLock { $0.intake = intake }
        look()
    }

    func look() {
        let intake = content.withLock { $0.whenReady == nil ? nil : $0.intake }
        guard let intake, intake.statuses().allSatisfy({ isReady($0.name, $0.status) }) else { return }
        let call = content.withLock { content in
            defer { content.whenReady = nil }
            return content.whenReady
        }
        call?()
    }

    private func isReady(_ source: SourceName, _ status: SourceStatus) -> Bool {
        switch status {
        case .watching: true
        case .starting: false
        case .waiting, .failed: known.contains(source)
        }
    }
}
