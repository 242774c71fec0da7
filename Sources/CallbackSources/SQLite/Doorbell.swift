import CLinux
import CallbackCore
import Glibc

/// Wakes a source when the panel's database file may have changed, or when it is told to stop.
///
/// inotify on the directory only shortens the wait: it fires before a commit can be seen, so every ring starts a
/// quick series of looks that slows down again. Correctness rests on the log's sequence numbers alone.
final class Doorbell {
    static let shortest: Int64 = 50_000
    static let longest: Int64 = 500_000_000

    private let notifier: Int32
    /// poll counts in milliseconds, which is too coarse here.
    private let timer: Int32
    private let stopSignal: StopSignal
    private let names: Set<String>
    /// Nanoseconds until the next look.
    private var delay = Doorbell.shortest

    init(path: String, stopSignal: StopSignal) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        names = [name, "\(name)-wal", "\(name)-journal"]
        self.stopSignal = stopSignal
        notifier = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        let mask = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM
        // Without a watch the database is looked at twice a second, which is late but loses nothing.
        if notifier >= 0 { inotify_add_watch(notifier, directory, UInt32(mask)) }
    }

    deinit {
        for descriptor in [notifier, timer] where descriptor >= 0 { close(descriptor) }
    }

    /// Something was there: look again soon.
    func quicken() { delay = Self.shortest }

    /// Sleeps until it is time for another look; returns at once when told to stop.
    func wait() {
        var descriptors = [stopSignal.descriptor, notifier, timer].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        var time = itimerspec()
        time.it_value.tv_sec = Int(delay / 1_000_000_000)
        time.it_value.tv_nsec = Int(delay % 1_000_000_000)
        timerfd_settime(timer, 0, &time, nil)
        // Where there is no timer, poll's own limit serves.
        let limit = Int32(max(1, delay / 1_000_000)) + 1
        while true {
            let ready = poll(&descriptors, nfds_t(descriptors.count), timer < 0 ? limit : -1)
            if ready < 0 && errno == EINTR { continue }
            if descriptors[0].revents != 0 { return }
            if descriptors[1].revents != 0 {
                if hasRung() { return quicken() }
                if ready == 1 { continue }
            }
            delay = min(delay * 2, Self.longest)
            return
        }
    }

    /// Reads all that inotify has to say; true where it is about our file.
    private func hasRung() -> Bool {
        var hasRung = false
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
            while true {
                let count = read(notifier, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                var offset = 0
                while offset + MemoryLayout<inotify_event>.size <= count {
                    let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let start = offset + MemoryLayout<inotify_event>.size
                    let name = UnsafeRawBufferPointer(rebasing: buffer[start..<start + Int(event.len)])
                    let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
                    // An overflow has no name: then anything may have happened.
                    if text.isEmpty || names.contains(text) { hasRung = true }
                    offset = start + Int(event.len)
                }
            }
        }
        return hasRung
    }
}
