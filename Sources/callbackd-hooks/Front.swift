import CSpawn
import Glibc
import HookProtocol

/// The process that the daemon talks to: it hands each job to a keeper and passes each report back.
///
/// It keeps no job and no event in memory: what it reads goes on to the keeper at once. When the daemon closes the
/// socket, or dies, the front closes the keepers' sockets, which makes them kill their trees, and ends after the last
/// of them. When the front itself is killed, the keepers notice in the same way.
final class Front {
    private static let idleLimit: UInt64 = 10_000_000_000

    private let users: HookUserRule
    private var reader: FrameReader
    private var keepers: [KeeperHandle] = []
    /// How much of the last job's event is still to come, and whether anyone wants it.
    private var bodyLeft: UInt64 = 0
    private var bodyKeeper: KeeperHandle?
    private var reports: [UInt8] = []
    private var hasStrays = false
    private let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    init(reader: FrameReader, users: HookUserRule) {
        self.reader = reader
        self.users = users
    }

    func run() -> Never {
        while serve() {}
        close(Descriptor.upstream)
        finish()
    }

    /// One turn; false when the daemon is gone.
    private func serve() -> Bool {
        var files = [
            pollfd(fd: Descriptor.upstream, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Descriptor.childEnds, events: Int16(POLLIN), revents: 0),
        ]
        let asked = keepers
        files += asked.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        poll(&files, nfds_t(files.count), patience)

        for (keeper, file) in zip(asked, files.dropFirst(2)) where Descriptor.spoke(file) { hear(keeper) }
        if Descriptor.spoke(files[1]) || hasStrays { reap() }
        if !reports.isEmpty {
            guard Descriptor.write(Descriptor.upstream, reports) else { return false }
            reports.removeAll(keepingCapacity: reports.count <= 1 << 20)
        }
        if Descriptor.spoke(files[0]), !hearDaemon() { return false }
        retireIdle()
        return true
    }

    private var patience: Int32 {
        if hasStrays { return 50 }
        return keepers.contains { $0.job == nil } ? 5_000 : -1
    }

    private func hearDaemon() -> Bool {
        guard case .bytes(let bytes) = Descriptor.read(Descriptor.upstream, into: space) else { return false }
        reader.append(bytes)
        do {
            while true {
                if bodyLeft > 0 {
                    let body = reader.raw(upTo: bodyLeft)
                    if body.isEmpty { return true }
                    bodyLeft -= UInt64(body.count)
                    bodyKeeper?.send(body)
                } else if let frame = try reader.next() {
                    guard frame.kind == .start else { return false }
                    try begin(frame)
                } else {
                    return true
                }
            }
        } catch {
            Descriptor.complain("\(error)")
            return false
        }
    }

    private func begin(_ frame: HookFrame) throws(WireError) {
        let job = try frame.job
        bodyLeft = try frame.stdinLength
        // The one that was idle last: its memory is warm, and the others can retire.
        let idle = keepers.filter { $0.job == nil }.max { $0.idleSince < $1.idleSince }
        bodyKeeper = idle ?? hire()
        guard let keeper = bodyKeeper else {
            let words = "no process to run a hook in: \(Descriptor.words(errno))"
            reports += HookMessage.report(HookReport(id: job, end: .cannotStart(words))).frame
            return
        }
        keeper.job = job
        keeper.send(frame.bytes)
    }

    private func hire() -> KeeperHandle? {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            return nil
        }
        let process = cspawn_fork()
        if process == 0 { Keeper.become(socket: ends[1], users: users) }
        let failure = errno
        close(ends[1])
        guard process > 0 else {
            close(ends[0])
            errno = failure
            return nil
        }
        let keeper = KeeperHandle(socket: ends[0], process: process)
        keepers.append(keeper)
        return keeper
    }

    private func hear(_ keeper: KeeperHandle) {
        switch keeper.hear(into: space) {
        case .frames(let frames):
            for frame in frames { reports += frame }
        case .gone:
            if let job = keeper.job {
                let end = HookReport.End.runnerLost("the process that kept the hook was killed")
                reports += HookMessage.report(HookReport(id: job, end: end)).frame
            }
            // Its tree, if any is left, has become ours.
            hasStrays = true
            dismiss(keeper)
        }
    }

    private func dismiss(_ keeper: KeeperHandle) {
        keeper.close()
        keepers.removeAll { $0 === keeper }
        if bodyKeeper === keeper { bodyKeeper = nil }
    }

    private func retireIdle() {
        let now = monotonicNow()
        for keeper in keepers where keeper.job == nil && now >= keeper.idleSince + Self.idleLimit { dismiss(keeper) }
    }

    /// Collects ended children: keepers, and what a killed keeper left to us.
    private func reap() {
        Descriptor.clearChildEnds()
        if hasStrays { ProcessTree.signal(SIGKILL, sparing: Set(keepers.map(\.process))) }
        var child: pid_t
        repeat { child = waitpid(-1, nil, WNOHANG) } while child > 0 || child < 0 && errno == EINTR
        hasStrays = hasStrays && child == 0 && !onlyKeepersAreLeft
    }

    private var onlyKeepersAreLeft: Bool { ProcessTree.children().isSubset(of: keepers.map(\.process)) }

    /// Ends after the last keeper and the last stray; the lock is held until then.
    private func finish() -> Never {
        for keeper in keepers { keeper.close() }
        let patienceEnds = monotonicNow() + 8_000_000_000
        while true {
            var child: pid_t
            repeat { child = waitpid(-1, nil, WNOHANG) } while child > 0 || child < 0 && errno == EINTR
            if child < 0 { _exit(0) }
            // A keeper that does not end by itself was stopped by someone; what it keeps falls to us.
            let spared = monotonicNow() < patienceEnds ? Set(keepers.map(\.process)) : []
            ProcessTree.signal(SIGKILL, sparing: spared)
            var file = pollfd(fd: Descriptor.childEnds, events: Int16(POLLIN), revents: 0)
            poll(&file, 1, 50)
            Descriptor.clearChildEnds()
        }
    }
}
