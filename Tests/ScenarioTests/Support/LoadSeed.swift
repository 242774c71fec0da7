import CallbackTestKit
import Glibc

/// Random numbers that a printed seed brings back.
struct LoadGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var generator: SeededGenerator

    /// `CALLBACKD_SEED` repeats an earlier run.
    init() {
        let wanted = getenv("CALLBACKD_SEED").flatMap { UInt64(String(cString: $0)) }
        seed = wanted ?? UInt64.random(in: 1...999_999_999)
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 { generator.next() }
}

/// Time in scenario tests.
enum LoadTime {
    /// Milliseconds on the monotonic clock.
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// Lets so many milliseconds pass. Only for the moment of a fault, which is random by intention.
    static func pass(_ milliseconds: Int) { poll(nil, 0, Int32(milliseconds)) }

    /// Looks again and again, for things that no descriptor or condition tells of.
    /// - Throws: `ScenarioError` when `condition` is still false at the deadline.
    static func wait(for what: String, within milliseconds: Int = 20_000, _ condition: () throws -> Bool) throws {
        let deadline = now() + milliseconds
        while try !condition() {
            guard now() < deadline else { throw ScenarioError("not within \(milliseconds) ms: \(what)") }
            poll(nil, 0, 5)
        }
    }
}
