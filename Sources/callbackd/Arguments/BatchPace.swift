import CallbackCore
import Glibc

/// How many go together, and how long it takes until the next ones go.
struct BatchPace {
    /// As many at once as one command takes.
    static let unlimited = BatchPace(size: Change.batch, perSecond: nil)

    let size: Int
    private let perSecond: Double?

    private init(size: Int, perSecond: Double?) {
        self.size = size
        self.perSecond = perSecond
    }

    /// About ten times a second.
    init(_ rate: RateArgument) {
        let size = Int(max(1, min(Double(Change.batch), (rate.perSecond / 10).rounded(.up))))
        self.init(size: size, perSecond: rate.perSecond)
    }

    /// When the next ones may go after so many went at a moment, in monotonic nanoseconds.
    func next(after count: Int, at moment: Int64) -> Int64 {
        perSecond.map { moment + Int64(Double(count) / $0 * 1_000_000_000) } ?? moment
    }

    /// Waits, but not beyond a wish to stop.
    func wait(until moment: Int64, unless isStopped: () -> Bool) {
        while !isStopped() {
            let left = moment - SystemTimekeeper().monotonic()
            guard left > 0 else { return }
            poll(nil, 0, Int32(min(left / 1_000_000 + 1, 200)))
        }
    }
}
