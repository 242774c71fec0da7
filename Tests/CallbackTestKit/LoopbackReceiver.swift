import Glibc
import Synchronization

/// A small HTTP/1.1 receiver on 127.0.0.1 that remembers what it got and answers, or misbehaves, as told.
///
/// It has one thread that accepts and one for each connection; `stop`, or the last reference, ends them all.
package final class LoopbackReceiver: Sendable {
    package typealias Script = @Sendable (LoopbackRequest) -> LoopbackAnswer

    package let port: UInt16
    private let listener: Int32
    private let script: Script
    private let connections: LoopbackConnections
    private let log = LoopbackLog()
    private let acceptor = Mutex<LoopbackThread?>(nil)

    /// Listens at once.
    /// - Parameters:
    ///   - port: 0 takes a free one; a test that brings a receiver back names the earlier one's.
    ///   - host: the last byte of the address; a test of what may be reached takes another than 1.
    ///   - script: what to answer to each request, called on the thread of its connection.
    package convenience init(
        port: UInt16 = 0, host: UInt8 = 1, script: @escaping Script = { _ in .status(204) }
    ) throws {
        try self.init(try LoopbackSocket.listen(port: port, host: host), script)
    }

    /// Listens on a Unix socket at `path`, which the caller removes.
    package convenience init(socketPath path: String, script: @escaping Script = { _ in .status(204) }) throws {
        try self.init((try LoopbackSocket.listen(path: path), 0), script)
    }

    private init(_ listening: (descriptor: Int32, port: UInt16), _ script: @escaping Script) throws {
        let (listener, port) = listening
        self.listener = listener
        self.port = port
        self.script = script
        let connections = LoopbackConnections()
        self.connections = connections
        let log = log
        let thread = try LoopbackThread {
            while let descriptor = LoopbackSocket.accept(listener) {
                connections.serve(descriptor) { number in
                    LoopbackConnection(descriptor: descriptor, number: number, log: log, script: script).serve()
                }
            }
        }
        acceptor.withLock { $0 = thread }
    }

    deinit {
        stop()
    }

    /// `http://127.0.0.1:<port>`, without a final slash.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Every request so far, in the order in which they were complete.
    package var requests: [LoopbackRequest] { log.requests }

    /// How many connections were accepted so far.
    package var connectionCount: Int { connections.count }

    /// Waits until `count` requests have come.
    /// - Returns: all requests so far, at least `count`.
    /// - Throws: `LoopbackError` at the deadline.
    @discardableResult
    package func waitForRequests(_ count: Int, within limit: Duration = .seconds(20)) throws -> [LoopbackRequest] {
        try log.wait(for: count, within: limit)
    }

    /// Waits for the n-th request, counted from 1.
    package func request(_ number: Int, within limit: Duration = .seconds(20)) throws -> LoopbackRequest {
        try log.wait(for: number, within: limit)[number - 1]
    }

    /// Closes the port and every connection, and waits for the threads.
    package func stop() {
        let thread = acceptor.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let thread else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        thread.join()
        close(listener)
        connections.closeAll()
    }
}

/// One request as it came.
package struct LoopbackRequest: Sendable {
    package let method: String
    /// The path with its query.
    package let path: String
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// The number of the connection it came on, from 1.
    package let connection: Int

    /// The value of a header, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// What to do with a request.
package enum LoopbackAnswer: Sendable {
    /// A proper answer; `Content-Length` is added.
    case response(status: Int, headers: [(name: String, value: String)], body: [UInt8])
    /// These bytes, whatever they are, then the end of the connection.
    case bytes([UInt8])
    /// The end of the connection without a byte.
    case close
    /// A reset of the connection without a byte.
    case reset
    /// Nothing, until the sender goes away or the receiver is stopped.
    case hang
    /// These bytes, one at a time, with the pause between them, until the sender goes away.
    case drip([UInt8], pauseMilliseconds: Int)
    /// These bytes, then `forever` again and again until the sender goes away.
    case endless(first: [UInt8], forever: [UInt8])

    package static func status(
        _ status: Int, headers: [(name: String, value: String)] = [], body: String = ""
    ) -> LoopbackAnswer {
        .response(status: status, headers: headers, body: Array(body.utf8))
    }

    package static func bytes(_ text: String) -> LoopbackAnswer { .bytes(Array(text.utf8)) }
}

package struct LoopbackError: Error, CustomStringConvertible {
    package let description: String
}
