import CLinux
import Glibc

/// Tells a blocked thread to stop, from any other thread.
package final class StopSignal: Sendable {
    /// Readable once `raise` was called; -1 where the process had no descriptor left.
    package let descriptor: Int32

    package init() { descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func raise() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    package var isRaised: Bool { wait(milliseconds: 0) }

    /// Waits at most this long; true as soon as it was told to stop.
    package func wait(milliseconds: Int32) -> Bool {
        var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        return poll(&descriptors, 1, milliseconds) > 0
    }
}
