import CSpawn
import Glibc
import HookProtocol

/// The first words with the daemon, and the lock that keeps two runners of one state apart.
///
/// The lock belongs to the open file, and every process of this runner holds that file open: it is free only when
/// the last of them is gone, and with it the last hook. So a new runner that has the lock knows that nothing of an
/// older daemon still runs.
struct Greeting {
    let lockPath: String
    /// How many seconds an older runner may take to end.
    let patience: UInt64
    private(set) var reader = FrameReader()

    init(lockPath: String, patience: UInt64) {
        self.lockPath = lockPath
        self.patience = patience
    }

    /// Hears `hello`, takes the lock, and answers `ready`; false when the runner has to end.
    mutating func exchange() -> Bool {
        guard let version = hearHello() else { return false }
        guard version == HookMessage.version else {
            return refuse(
                "callbackd-hooks speaks version \(HookMessage.version) and its daemon version \(version): "
                    + "install both from one release"
            )
        }
        let file = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return refuse("cannot open \(lockPath): \(Descriptor.words(errno))") }
        guard take(file) else { return false }
        guard cspawn_move(file, Descriptor.lock) == 0 else {
            return refuse("cannot keep \(lockPath) open: \(Descriptor.words(errno))")
        }
        note(getpid())
        return Descriptor.write(Descriptor.upstream, HookMessage.ready(process: getpid()).frame)
    }

    private mutating func hearHello() -> UInt16? {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
        defer { space.deallocate() }
        while true {
            do {
                if let frame = try reader.next() {
                    guard case .hello(let version) = try HookMessage(frame) else { return nil }
                    return version
                }
            } catch {
                _ = refuse(error.description)
                return nil
            }
            guard case .bytes(let bytes) = Descriptor.read(Descriptor.upstream, into: space) else { return nil }
            reader.append(bytes)
        }
    }

    /// Waits for the lock; the daemon may give up in the meantime.
    private func take(_ file: Int32) -> Bool {
        let giveUp = monotonicNow() + patience * 1_000_000_000
        var told = false
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                return refuse("cannot lock \(lockPath): \(Descriptor.words(errno))")
            }
            let holder = "another hook runner\(holder(of: file)) holds \(lockPath)"
            if monotonicNow() >= giveUp {
                return refuse("\(holder) and did not end within \(patience) s; look for what its hooks wait for")
            }
            if !told {
                told = true
                guard Descriptor.write(Descriptor.upstream, HookMessage.waiting(holder).frame) else { return false }
            }
            // No event is asked for: the end of the other side is told in any case.
            var daemon = pollfd(fd: Descriptor.upstream, events: 0, revents: 0)
            if poll(&daemon, 1, 20) > 0 { return false }
        }
        return true
    }

    private func holder(of file: Int32) -> String {
        var digits = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &digits, digits.count, 0)
        let number = digits.prefix(max(0, count)).prefix { $0 >= 0x30 && $0 <= 0x39 }
        return number.isEmpty ? "" : " (process \(String(decoding: number, as: UTF8.self)))"
    }

    /// The number in the file is for people only; the lock itself is what counts.
    private func note(_ process: pid_t) {
        let digits = Array("\(process)\n".utf8)
        _ = ftruncate(Descriptor.lock, 0)
        _ = pwrite(Descriptor.lock, digits, digits.count, 0)
    }

    private func refuse(_ words: String) -> Bool {
        _ = Descriptor.write(Descriptor.upstream, HookMessage.refused(words).frame)
        return false
    }
}
