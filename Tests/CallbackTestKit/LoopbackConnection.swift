import Glibc
import Synchronization

/// One connection of a receiver: reads requests, answers them, until either side has enough.
struct LoopbackConnection {
    let descriptor: Int32
    let number: Int
    let log: LoopbackLog
    let script: LoopbackReceiver.Script

    func serve() {
        var reader = LoopbackRequestReader(descriptor: descriptor, connection: number)
        while let request = reader.next() {
            // The answer is decided first, so that whoever waits for the request finds the script's effects.
            let answer = script(request)
            log.append(request)
            guard send(answer) else { return }
        }
    }

    /// - Returns: whether the connection goes on.
    private func send(_ answer: LoopbackAnswer) -> Bool {
        switch answer {
        case .response(let status, let headers, let body):
            return LoopbackSocket.write(response(status, headers, body), to: descriptor)
        case .bytes(let bytes):
            _ = LoopbackSocket.write(bytes, to: descriptor)
        case .close:
            break
        case .reset:
            // Closing with a linger time of zero sends RST instead of FIN.
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        case .hang:
            while !LoopbackSocket.isGone(descriptor, waitingMilliseconds: -1) {}
        case .drip(let bytes, let pause):
            for byte in bytes {
                guard LoopbackSocket.write([byte], to: descriptor),
                    !LoopbackSocket.isGone(descriptor, waitingMilliseconds: Int32(pause))
                else { break }
            }
        case .endless(let first, let forever):
            guard LoopbackSocket.write(first, to: descriptor) else { break }
            while LoopbackSocket.write(forever, to: descriptor) {}
        }
        return false
    }

    private func response(_ status: Int, _ headers: [(name: String, value: String)], _ body: [UInt8]) -> [UInt8] {
        var head = "HTTP/1.1 \(status) Answer\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if status != 204, status != 304 { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}

/// Cuts a stream of bytes into requests.
struct LoopbackRequestReader {
    let descriptor: Int32
    let connection: Int
    private var buffer: [UInt8] = []

    init(descriptor: Int32, connection: Int) {
        self.descriptor = descriptor
        self.connection = connection
    }

    /// The next request; `nil` at the end of the stream.
    mutating func next() -> LoopbackRequest? {
        var headEnd = endOfHead()
        while headEnd == nil {
            guard readMore() else { return nil }
            headEnd = endOfHead()
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
            return (name: String(parts[0]), value: String(value))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        let end = headEnd + 4 + length
        while buffer.count < end {
            guard readMore() else { return nil }
        }
        let body = Array(buffer[(headEnd + 4)..<end])
        buffer.removeFirst(end)
        return LoopbackRequest(
            method: String(words[0]), path: String(words[1]), headers: headers, body: body, connection: connection)
    }

    private func endOfHead() -> Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...(buffer.count - 4)).first {
            buffer[$0] == 13 && buffer[$0 + 1] == 10 && buffer[$0 + 2] == 13 && buffer[$0 + 3] == 10
        }
    }

    private mutating func readMore() -> Bool {
        let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { space, count in
            count = max(0, recv(descriptor, space.baseAddress, space.count, 0))
        }
        buffer += chunk
        return !chunk.isEmpty
    }
}

/// The open connections of a receiver.
final class LoopbackConnections: Sendable {
    private struct State {
        var accepted = 0
        var open: [Int: Int32] = [:]
        var threads: [Int: LoopbackThread] = [:]
        var ended: [LoopbackThread] = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.accepted } }

    /// Runs `body` for a new connection on a thread of its own, and closes the connection after it.
    func serve(_ descriptor: Int32, _ body: @escaping @Sendable (Int) -> Void) {
        let ended = state.withLock { state in
            defer { state.ended = [] }
            return state.ended
        }
        for thread in ended { thread.join() }
        state.withLock { state in
            state.accepted += 1
            let number = state.accepted
            state.open[number] = descriptor
            // The thread's first act needs this lock, so it cannot end before it is noted.
            state.threads[number] = try? LoopbackThread {
                body(number)
                self.close(number, descriptor)
            }
            if state.threads[number] == nil {
                state.open[number] = nil
                Glibc.close(descriptor)
            }
        }
    }

    /// Ends all connections and waits for their threads.
    func closeAll() {
        let threads = state.withLock { state in
            for descriptor in state.open.values { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.ended + Array(state.threads.values)
        }
        for thread in threads { thread.join() }
    }

    private func close(_ number: Int, _ descriptor: Int32) {
        state.withLock { state in
            state.open[number] = nil
            Glibc.close(descriptor)
            if let thread = state.threads.removeValue(forKey: number) { state.ended.append(thread) }
        }
    }
}
