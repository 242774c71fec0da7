import CallbackCore
import CallbackStore
import Logging

/// What the writer does on a full disk: it gives up the ballast, so that results are still recorded, takes no events
/// meanwhile, and goes on by itself when there is room for the ballast again.
struct DiskShortage {
    /// Nanoseconds between two looks for room.
    static let pause: Int64 = 500_000_000

    private let ballast: Ballast?
    private let logger: Logger
    private(set) var isOn = false
    private var nextLook = Int64.min

    /// - Parameter ballast: nil where there is none; then only trying tells whether there is room.
    init(_ ballast: Ballast?, logger: Logger) {
        self.ballast = ballast.flatMap { $0.size > 0 ? $0 : nil }
        self.logger = logger
    }

    /// Makes the ballast where it is missing.
    func prepare() {
        guard let ballast, !ballast.make() else { return }
        logger.warning(
            """
            there is no room for \(ballast.path), \(ByteCount.words(ballast.size)): if the disk fills up, results \
            cannot be recorded until somebody makes room
            """)
    }

    /// The disk is full.
    mutating func begin(at now: Int64) {
        nextLook = now + Self.pause
        guard !isOn else { return }
        isOn = true
        let isFreed = ballast?.free() ?? false
        logger.error(
            """
            the disk of the state file is full: no events are taken in until there is room; \
            \(isFreed ? "the ballast was given up, so results are still recorded" : "there is no ballast to give up")
            """)
    }

    /// Looks whether there is room again; then the shortage is over.
    /// - Returns: whether events may be written, or at least tried.
    mutating func admitsEvents(at now: Int64) -> Bool {
        guard isOn else { return true }
        guard now >= nextLook else { return false }
        nextLook = now + Self.pause
        guard let ballast else { return true }
        if ballast.make() { isOn = false }
        return !isOn
    }

    /// Events were written.
    mutating func end() { isOn = false }
}
