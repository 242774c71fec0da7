import Glibc

/// Where the time comes from. It is given to every part, never taken, so that tests can move it.
package protocol Timekeeper: Sendable {
    /// The wall clock: what stands on disk and in signatures.
    func now() -> Timestamp
    /// A clock that never jumps, in nanoseconds: what waiting inside the process is measured with.
    func monotonic() -> Int64
}

/// The machine's own clocks.
package struct SystemTimekeeper: Timekeeper {
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package func monotonic() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
