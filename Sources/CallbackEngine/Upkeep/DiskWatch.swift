package import CallbackCore
package import CallbackStore
package import Logging
import Synchronization

/// Looks at the room that is left for the state file, and raises `state.disk_low` before it is too late.
package final class DiskWatch: Sendable {
    private struct State {
        var alarm: String?
    }

    private let path: String
    private let space: @Sendable () -> DiskSpace?
    private let timekeeper: any Timekeeper
    private let logger: Logger
    private let raise: @Sendable (CapturedEvent) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - space: asks how much room there is.
    ///   - raise: takes an event about callbackd itself.
    package init(
        statePath: String,
        space: (@Sendable () -> DiskSpace?)? = nil,
        timekeeper: any Timekeeper,
        logger: Logger,
        raise: @escaping @Sendable (CapturedEvent) -> Void
    ) {
        path = statePath
        self.space = space ?? { DiskSpace(path: statePath) }
        self.timekeeper = timekeeper
        self.logger = logger
        self.raise = raise
    }

    /// What an operator must know; nil while there is room.
    package var alarm: String? { state.withLock { $0.alarm } }

    /// The room below which there is little: a GiB, or on a small file system its tenth part.
    package static func threshold(of space: DiskSpace) -> Int64 { min(1 << 30, space.size / 10) }

    /// Looks once. One event for each time that the room becomes little; it is over when half as much more is free.
    package func look() {
        guard let space = space() else { return }
        let threshold = Self.threshold(of: space)
        let words =
            "\(ByteCount.words(space.free)) of \(ByteCount.words(space.size)) are free for the state file \(path), less "
            + "than \(ByteCount.words(threshold)): when nothing is left, the intake pauses"
        let change: Bool? = state.withLock { state in
            if state.alarm == nil, space.free < threshold {
                state.alarm = words
                return true
            }
            guard state.alarm != nil else { return nil }
            let isOver = space.free >= threshold + threshold / 2
            state.alarm = isOver ? nil : words
            return isOver ? false : nil
        }
        guard let isLow = change else { return }
        guard isLow else { return logger.notice("there is room for the state file again") }
        logger.error("\(words)")
        raise(BuiltInEvents.diskLow(space, threshold: threshold, path: path, words, now: timekeeper.now()))
    }
}
