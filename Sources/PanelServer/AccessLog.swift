import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// One line for each request: when, who, what, how it ended. Never a password, key, token, query or body.
///
///     2026-11-30T09:30:00.123Z 127.0.0.1 JDoe POST /enterprise/control/agent.php 200 1007 512 3.2ms
///
/// Lines are written by a thread of its own, so that a slow disk holds nobody up. When it cannot keep up, lines are
/// left out, and their number is told.
package final class AccessLog: Sendable {
    /// How a request ended.
    struct Line: Sendable {
        let peer: String?
        /// The login, where one was let in.
        var login: String?
        let method: String
        /// Without the query, which may hold a secret.
        let path: String
        var status: Int
        /// The first error code of a packet, or the parameter that was wrong.
        var detail: String?
        var bytes: Int
        let began: ContinuousClock.Instant
    }

    private struct State {
        var text: [UInt8] = []
        var omitted = 0
        var isWriting = false
    }

    private static let limit = 1 << 20

    private let descriptor: Int32
    private let thread = DispatchQueue(label: "panel access log")
    private let state = Mutex(State())

    /// - Parameter descriptor: where lines go. It stays open.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func write(_ line: Line) {
        let text = Self.text(of: line)
        let starts = state.withLock { state in
            guard state.text.count < Self.limit else {
                state.omitted += 1
                return false
            }
            if state.omitted > 0 {
                state.text += "\(state.omitted) lines left out\n".utf8
                state.omitted = 0
            }
            state.text += text.utf8
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if starts { thread.async { self.drain() } }
    }

    /// Waits until everything is written.
    package func flush() {
        thread.sync {}
    }

    private func drain() {
        while true {
            let text = state.withLock { state in
                let text = state.text
                state.text.removeAll(keepingCapacity: true)
                state.isWriting = !text.isEmpty
                return text
            }
            guard !text.isEmpty else { return }
            var rest = text[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count > 0 {
                    rest.removeFirst(count)
                } else if errno != EINTR {
                    break
                }
            }
        }
    }

    private static func text(of line: Line) -> String {
        let took = line.began.duration(to: .now) / .milliseconds(1)
        let milliseconds = Double(Int(took * 10)) / 10
        let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let words = [
            time, line.peer ?? "socket", line.login ?? "-", line.method, line.path, String(line.status),
            line.detail ?? "-", String(line.bytes), "\(milliseconds)ms",
        ]
        return words.map(visible).joined(separator: " ") + "\n"
    }

    /// A word of the log: nothing in it can end the line, pass for another word or steer a terminal.
    private static func visible(_ word: String) -> String {
        if !word.isEmpty, word.utf8.count <= 200, word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return word }
        var text = ""
        for scalar in word.unicodeScalars.prefix(200) {
            let isPlain = scalar.value > 0x20 && scalar.value != 0x7F && !(0x80..<0xA0).contains(scalar.value)
            text += isPlain ? String(scalar) : "%" + String(scalar.value, radix: 16)
        }
        return text.isEmpty ? "-" : text
    }
}
