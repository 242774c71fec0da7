import Glibc
import Synchronization

/// The socket of one connection, so that another thread can end a read that blocks.
final class SocketHold: Sendable {
    /// -1 where there is none, or none any more.
    private let descriptor = Mutex<Int32>(-1)

    var isOpen: Bool { descriptor.withLock { $0 >= 0 } }

    func take(_ socket: Int32) { descriptor.withLock { $0 = socket } }

    /// To be called before the socket is closed: its number may be another file's soon.
    func letGo() { descriptor.withLock { $0 = -1 } }

    func interrupt() {
        descriptor.withLock { socket in
            if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }
}

/// The connections of one source, to be ended together.
final class OpenSockets: Sendable {
    private struct Content {
        var isEnded = false
        var holds: [SocketHold] = []
    }

    private let content = Mutex(Content())

    /// A connection that is added after the end is ended at once.
    func add(_ hold: SocketHold) {
        let isEnded = content.withLock { content in
            content.holds.removeAll { !$0.isOpen }
            content.holds.append(hold)
            return content.isEnded
        }
        if isEnded { hold.interrupt() }
    }

    func end() {
        let holds = content.withLock { content in
            content.isEnded = true
            return content.holds
        }
        for hold in holds { hold.interrupt() }
    }
}
