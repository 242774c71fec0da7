import Crypto
import FoundationEssentials
import Glibc

/// What the panel tells about the machine that it runs on.
package struct ServerFacts: Sendable {
    /// An address of the machine.
    package struct Address: Sendable {
        let text: String
        let netmask: String
        let interface: String
    }

    let name: String
    /// The same for every panel of the machine, at every start.
    let guid: String
    let addresses: [Address]

    package init(name: String, guid: String, addresses: [Address]) {
        self.name = name
        self.guid = guid
        self.addresses = addresses
    }

    /// The facts as they are at this moment.
    package static func now() -> ServerFacts {
        ServerFacts(name: hostName, guid: guid(of: machineID ?? hostName), addresses: currentAddresses)
    }

    private static var hostName: String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let result = buffer.withUnsafeMutableBytes { bytes in
            let out = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return out.map { gethostname($0, bytes.count - 1) } ?? -1
        }
        return result == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : "localhost"
    }

    private static var machineID: String? {
        guard let data = FileManager.default.contents(atPath: "/etc/machine-id") else { return nil }
        let text = String(decoding: data, as: UTF8.self).whiteSpaceCollapsed
        return text.isEmpty ? nil : text
    }

    /// A GUID made of the machine's own number, which is not to be given away itself.
    static func guid(of machine: String) -> String {
        let digest = SHA256.hash(data: Array("callbackd panel \(machine)".utf8))
        let digits = digest.prefix(16).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return parts.map { part in String(digits.dropFirst(part.lowerBound).prefix(part.count)) }.joined(separator: "-")
    }

    private static var currentAddresses: [Address] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var addresses: [Address] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ifa_next
            guard let text = numeric(entry.pointee.ifa_addr) else { continue }
            // The scope of a link-local address is no part of it.
            let plain = String(text.prefix { $0 != "%" })
            addresses.append(
                Address(
                    text: plain, netmask: numeric(entry.pointee.ifa_netmask) ?? "",
                    interface: entry.pointee.ifa_name.map { String(cString: $0) } ?? ""))
        }
        return addresses
    }

    /// An address as text, or nil where it is no IPv4 or IPv6 address.
    private static func numeric(_ address: UnsafeMutablePointer<sockaddr>?) -> String? {
        guard let address else { return nil }
        let length: Int
        switch Int32(address.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var buffer = [UInt8](repeating: 0, count: Int(NI_MAXHOST))
        let result = buffer.withUnsafeMutableBytes { bytes in
            getnameinfo(
                address, socklen_t(length), bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                socklen_t(bytes.count), nil, 0, NI_NUMERICHOST)
        }
        return result == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : nil
    }
}
