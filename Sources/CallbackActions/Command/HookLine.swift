import Glibc
import HookProtocol

/// The bytes between the daemon and one runner process.
final class HookLine {
    let process: HookProcess
    /// Whether the runner has the lock and takes jobs.
    private(set) var isReady = false
    /// Why the runner said that it will not work.
    var refusal: String?
    private var outgoing = HookMessage.hello(version: HookMessage.version).frame
    private var sent = 0
    private var reader = FrameReader()
    private let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    init(_ process: HookProcess) {
        self.process = process
        send()
    }

    deinit { space.deallocate() }

    /// Whether bytes wait for the socket.
    var hasMore: Bool { sent < outgoing.count }
    /// Whether another job should be put into words yet.
    var hasRoom: Bool { outgoing.count - sent < 1 << 16 }

    func put(_ job: HookJob) {
        outgoing += HookMessage.start(HookStart(job)).frame
        outgoing += job.stdin
    }

    /// Sends what the socket takes. That the other side is gone is noticed when it is next heard.
    func send() {
        while hasMore {
            let count = outgoing.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return Glibc.send(process.socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return }
            sent += count
        }
        outgoing.removeAll(keepingCapacity: outgoing.count <= 1 << 20)
        sent = 0
    }

    /// Reads once and hands over whole messages; false when the other side is gone.
    func hear(_ each: (HookMessage) -> Void) throws(WireError) -> Bool {
        let count = read(process.socket, space.baseAddress, space.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        if count == 0 { return false }
        reader.append(UnsafeRawBufferPointer(rebasing: space[..<count]))
        while let frame = try reader.next() {
            let message = try HookMessage(frame)
            if case .ready = message { isReady = true }
            each(message)
        }
        return true
    }
}
