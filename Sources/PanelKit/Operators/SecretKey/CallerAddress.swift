import Glibc

/// An address that a call comes from, written in the one way in which the panel keeps it.
struct CallerAddress: Sendable, Equatable {
    let text: String

    /// What calls on this machine come from.
    static let loopback = ["127.0.0.1", "::1"]

    /// Reads an IPv4 or IPv6 address. An IPv4 address inside an IPv6 one, as dual sockets report it, is that IPv4 one.
    ///
    /// - Returns: nil where it is neither.
    init?(_ written: String) {
        guard !written.utf8.contains(0) else { return nil }
        let mapped = "::ffff:"
        let isMapped = written.lowercased().hasPrefix(mapped) && written.contains(".")
        let text = isMapped ? String(written.dropFirst(mapped.count)) : written
        var four = in_addr()
        var six = in6_addr()
        var buffer = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isWritten = buffer.withUnsafeMutableBytes { bytes -> Bool in
            let out = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            if inet_pton(AF_INET, text, &four) == 1 {
                return inet_ntop(AF_INET, &four, out, socklen_t(bytes.count)) != nil
            }
            return inet_pton(AF_INET6, text, &six) == 1
                && inet_ntop(AF_INET6, &six, out, socklen_t(bytes.count)) != nil
        }
        guard isWritten else { return nil }
        self.text = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
}
