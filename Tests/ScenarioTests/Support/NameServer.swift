import CallbackTestKit
import Glibc
import Synchronization

/// A name server of our own on a loopback address that nobody else uses, and what makes a program ask it and no other:
/// a mount namespace with a `resolv.conf` of its own. Only root may make one, and listen on port 53.
final class NameServer: Sendable {
    enum Answer: Sendable {
        /// IPv4 addresses such as `127.0.0.1`; there are none of IPv6.
        case addresses([String])
        /// NXDOMAIN
        case noSuchName
        /// SERVFAIL
        case serverFailure
        case silence
    }

    private struct Content {
        var answer: Answer
        var questions = 0
    }

    private let descriptor: Int32
    private let content: Mutex<Content>
    private let thread = Mutex<LoopbackThread?>(nil)
    private let address: String

    /// Answers every question alike, until it is told otherwise.
    init(_ answer: Answer) throws {
        let place: UInt32 = 0x7F00_0000 | UInt32.random(in: 0x1_0000...0xFE_FFFF)
        address = Self.text(place)
        descriptor = try Self.listen(place)
        content = Mutex(Content(answer: answer))
        let serving = try LoopbackThread { [self] in serve() }
        thread.withLock { $0 = serving }
    }

    /// Ends the thread, which keeps the server alive until then.
    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        thread.withLock { $0 }?.join()
        close(descriptor)
    }

    func answers(_ answer: Answer) { content.withLock { $0.answer = answer } }

    /// How many questions came so far.
    var questions: Int { content.withLock { $0.questions } }

    /// What to put before a command line, so that the program asks this server, as glibc does by default: twice, 5 s
    /// each.
    func wrapper(in scenario: Scenario) throws -> [String] {
        let resolver = try scenario.folder.write("resolv.conf", "nameserver \(address)\noptions timeout:5 attempts:2\n")
        let hosts = try scenario.folder.write("nsswitch.conf", "hosts: dns\n")
        return [
            "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
            "mount --bind '\(resolver)' /etc/resolv.conf && mount --bind '\(hosts)' /etc/nsswitch.conf && exec \"$@\"",
            "sh",
        ]
    }

    // MARK: The protocol (RFC 1035), as far as one question needs it

    private func serve() {
        var buffer = [UInt8](repeating: 0, count: 512)
        while true {
            var sender = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            // A socket that was shut down gives nothing, or an error.
            guard count > 0 else { return }
            let answer = content.withLock { content in
                content.questions += 1
                return content.answer
            }
            guard let reply = Self.reply(to: Array(buffer[..<count]), answer) else { continue }
            _ = withUnsafePointer(to: sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, reply, reply.count, 0, $0, length)
                }
            }
        }
    }

    /// - Returns: nil where nothing is said, or the question is none.
    private static func reply(to question: [UInt8], _ answer: Answer) -> [UInt8]? {
        guard question.count > 12, let end = question[12...].firstIndex(of: 0), question.count >= end + 5 else {
            return nil
        }
        let wantsIPv4 = question[end + 1] == 0 && question[end + 2] == 1
        var code: UInt8 = 0
        var addresses: [UInt32] = []
        switch answer {
        case .silence: return nil
        case .noSuchName: code = 3
        case .serverFailure: code = 2
        case .addresses(let texts): addresses = wantsIPv4 ? texts.map(number) : []
        }
        // The question's number; an answer with recursion; one question, so many answers; the question itself.
        var reply = Array(question[..<2]) + [0x81, 0x80 | code, 0, 1, 0, UInt8(addresses.count), 0, 0, 0, 0]
        reply += question[12..<(end + 5)]
        for address in addresses {
            // A pointer to the name of the question; type A, class IN, no time to live, four bytes.
            reply += [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]
            reply += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address >> $0) }
        }
        return reply
    }

    private static func listen(_ place: UInt32) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(53).bigEndian
        address.sin_addr.s_addr = place.bigEndian
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard bound else {
            let problem = ScenarioError("cannot listen on \(text(place)):53: \(String(cString: strerror(errno)))")
            close(descriptor)
            throw problem
        }
        return descriptor
    }

    private static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { "\((address >> $0) & 0xFF)" }.joined(separator: ".")
    }

    private static func number(_ text: String) -> UInt32 {
        text.split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) }
    }
}
