import CLinux
import Glibc
import Logging
import Synchronization

/// Tells when a file of the configuration may have changed: written, renamed over, added or taken away.
///
/// It waits in the kernel and costs nothing meanwhile. What it tells may be nothing: whoever is told reads and compares.
final class ConfigurationWatch: Sendable {
    private struct Watched {
        var directory: String
        var names: Set<String>
    }

    private static let mask =
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF
        | IN_MOVE_SELF | IN_ONLYDIR

    private let notifier: Int32
    private let stopper: Int32
    private let watched = Mutex<[Int32: Watched]>([:])
    private let thread = Mutex<BlockingThread?>(nil)
    private let logger: Logger
    private let onChange: @Sendable () -> Void

    /// Nil where the system has no descriptor left for it.
    init?(logger: Logger, onChange: @escaping @Sendable () -> Void) {
        self.logger = logger
        self.onChange = onChange
        notifier = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        stopper = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard notifier >= 0, stopper >= 0 else {
            logger.warning("configuration files are not watched: \(String(cString: strerror(errno)))")
            return nil
        }
    }

    deinit {
        for descriptor in [notifier, stopper] where descriptor >= 0 { close(descriptor) }
    }

    func start() {
        let thread = BlockingThread(name: "configuration") { [self] in wait() }
        self.thread.withLock { $0 = thread }
    }

    /// Ends the thread. Blocks until it has ended.
    func stop() {
        var one: UInt64 = 1
        _ = write(stopper, &one, 8)
        thread.withLock { $0 }?.join()
    }

    /// Watches these files and patterns from now on, and nothing else.
    /// - Returns: whether a directory is watched now that was not before.
    func look(at patterns: [String]) -> Bool {
        watched.withLock { watched in
            var next: [Int32: Watched] = [:]
            for (directory, names) in WatchList(patterns).directories {
                let number = inotify_add_watch(notifier, directory, UInt32(Self.mask))
                guard number >= 0 else {
                    logger.warning("\(directory) is not watched: \(String(cString: strerror(errno)))")
                    continue
                }
                // Two paths may lead to one directory.
                next[number, default: Watched(directory: directory, names: [])].names.formUnion(names)
            }
            for number in watched.keys where next[number] == nil { inotify_rm_watch(notifier, number) }
            let hasMore = next.keys.contains { watched[$0] == nil }
            watched = next
            return hasMore
        }
    }

    private func wait() {
        var descriptors = [stopper, notifier].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { continue }
            if descriptors[0].revents != 0 { return }
            if takeEvents() { onChange() }
        }
    }

    /// Reads all that the kernel has to say; true where it is about our files.
    private func takeEvents() -> Bool {
        var concerns = false
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
            while true {
                let count = read(notifier, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                var offset = 0
                while offset + MemoryLayout<inotify_event>.size <= count {
                    let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let start = offset + MemoryLayout<inotify_event>.size
                    let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<start + Int(event.len)])
                    let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                    if isAboutUs(event, name) { concerns = true }
                    offset = start + Int(event.len)
                }
            }
        }
        return concerns
    }

    private func isAboutUs(_ event: inotify_event, _ name: String) -> Bool {
        // Something was lost: then anything may have happened.
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
        guard let watched = watched.withLock({ $0[event.wd] }) else { return false }
        // The directory itself is gone, or has another name.
        if name.isEmpty { return event.mask & UInt32(IN_ATTRIB) == 0 }
        guard watched.names.contains(where: { fnmatch($0, name, FNM_PERIOD) == 0 }) else { return false }
        return event.mask & UInt32(IN_CREATE) == 0 || Self.isWhole("\(watched.directory)/\(name)")
    }

    /// A file that was just made is being written, and is closed when it is whole; a directory or a link is whole.
    private static func isWhole(_ path: String) -> Bool {
        var about = stat()
        guard lstat(path, &about) == 0 else { return false }
        return about.st_mode & S_IFMT != S_IFREG || about.st_nlink > 1
    }
}
