import Glibc
import HookProtocol

/// A keeper as the front sees it.
final class KeeperHandle {
    enum Hearing {
        /// Whole reports, to be passed on as they are.
        case frames([[UInt8]])
        case gone
    }

    let process: pid_t
    private(set) var socket: Int32
    /// What it works on; nil while it is idle.
    var job: UInt64?
    private(set) var idleSince: UInt64 = 0
    private var reader = FrameReader()

    init(socket: Int32, process: pid_t) {
        self.socket = socket
        self.process = process
    }

    /// A keeper that is gone is noticed when it is next heard, so a failure here says nothing new.
    func send(_ bytes: [UInt8]) {
        _ = Descriptor.write(socket, bytes)
    }

    func hear(into space: UnsafeMutableRawBufferPointer) -> Hearing {
        guard case .bytes(let bytes) = Descriptor.read(socket, into: space) else { return .gone }
        reader.append(bytes)
        var frames: [[UInt8]] = []
        do {
            while let frame = try reader.next() {
                frames.append(frame.bytes)
                job = nil
                idleSince = monotonicNow()
            }
        } catch {
            return .gone
        }
        return .frames(frames)
    }

    func close() {
        Glibc.close(socket)
        socket = -1
    }
}
