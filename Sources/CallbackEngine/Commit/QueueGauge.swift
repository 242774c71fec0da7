import CallbackCore
import CallbackStore

/// Holds what is owed against `limits: queue`: an alarm at 80 %, a pause of the intake at 100 %.
///
/// Each ends a little lower than it began, so that a queue at its limit does not flicker.
struct QueueGauge: Sendable {
    enum Level: Int, Sendable, Comparable {
        case easy, high, full

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Bytes.
    var limit: Int64
    private(set) var level = Level.easy
    private(set) var owed = OwedWork.Sum()

    init(limit: Int64) { self.limit = limit }

    /// Takes a new sum.
    /// - Returns: whether the level is another one now.
    mutating func take(_ sum: OwedWork.Sum) -> Bool {
        owed = sum
        let before = level
        level =
            if share >= 1 || level == .full && share > 0.9 {
                .full
            } else if share >= 0.8 || level >= .high && share > 0.7 {
                .high
            } else {
                .easy
            }
        return level != before
    }

    private var share: Double { Double(owed.bytes) / Double(max(1, limit)) }

    /// What an operator must know; nil where all is well.
    var words: String? {
        let sum = "\(owed.deliveries) deliveries are owed, \(ByteCount.words(owed.bytes)) of \(ByteCount.words(limit)) "
        return switch level {
        case .easy: nil
        case .high:
            sum + "(limits: queue): at the limit the intake pauses; `callbackd shape` says which target they wait for"
        case .full:
            sum + "(limits: queue): the intake pauses until some have gone, and changes wait in the panel's log; "
                + "`callbackd shape` says which target they wait for"
        }
    }

    var line: DaemonStatus.QueueLine {
        DaemonStatus.QueueLine(
            deliveries: owed.deliveries, bytes: owed.bytes, limit: limit, intakePaused: level == .full)
    }
}
