import CCurl
import Glibc

// What libcurl calls during a transfer, on the thread of the loop. The context is always the transfer, which the loop
// holds for as long as its handle exists.

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

func transferReceivedBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    transfer(context)?.receivedBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

func transferReceivedHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    transfer(context)?.receivedHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

func transferOpensSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address, let transfer = transfer(context) else { return -1 }
    return transfer.openSocket(address)
}

func transferWillSend(
    _ context: UnsafeMutableRawPointer?, _ remote: UnsafeMutablePointer<CChar>?, _ local: UnsafeMutablePointer<CChar>?,
    _ remotePort: Int32, _ localPort: Int32
) -> Int32 {
    let allowed = transfer(context)?.willSend(to: remote) ?? false
    return allowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

extension Transfer {
    /// Any count but that of `bytes` makes libcurl end the transfer.
    fileprivate func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        let room = sight.bodyLimit - sight.body.count
        if bytes.count <= room {
            sight.body.append(contentsOf: bytes)
            return bytes.count
        }
        sight.body.append(contentsOf: bytes.prefix(room))
        sight.truncated = true
        return 0
    }

    fileprivate func receivedHeader(_ line: UnsafeRawBufferPointer) -> Int {
        sight.headerBytes += line.count
        guard sight.headerBytes <= Transfer.headerLimit else {
            sight.headersTooLarge = true
            return 0
        }
        // Most lines are of no interest, and their first letter says so.
        switch line.first {
        case UInt8(ascii: "H") where Transfer.value(of: "HTTP/", in: line) != nil:
            // An interim answer (1xx) may come before the real one.
            sight.retryAfter = nil
            sight.location = nil
        case UInt8(ascii: "r"), UInt8(ascii: "R"):
            if let value = Transfer.value(of: "retry-after:", in: line) { sight.retryAfter = value }
        case UInt8(ascii: "l"), UInt8(ascii: "L"):
            if let value = Transfer.value(of: "location:", in: line) { sight.location = value }
        default:
            break
        }
        return line.count
    }

    /// The text after `name`, without the white space around it; `nil` where the line does not begin with `name`.
    private static func value(of name: StaticString, in line: UnsafeRawBufferPointer) -> String? {
        guard line.count >= name.utf8CodeUnitCount else { return nil }
        let same = name.withUTF8Buffer { wanted in
            zip(wanted, line).allSatisfy { $0 == $1 || ($0 >= 97 && $0 <= 122 && $0 == $1 | 0x20) }
        }
        guard same else { return nil }
        var rest = line[name.utf8CodeUnitCount...]
        while let byte = rest.first, byte <= 32 { rest = rest.dropFirst() }
        while let byte = rest.last, byte <= 32 { rest = rest.dropLast() }
        return String(decoding: rest, as: UTF8.self)
    }

    fileprivate func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let wanted = address.pointee
        guard permits(IPAddress(ccurl_address(address)), isUnix: wanted.family == AF_UNIX) else { return -1 }
        // No child of the daemon may inherit a connection.
        let type = wanted.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(wanted.family, type, wanted.`protocol`)
        if descriptor < 0 {
            sight.socketError = errno
        } else {
            sight.openedSocket = true
        }
        return descriptor
    }

    /// A kept connection may have been opened by another endpoint under another policy, so each request asks anew.
    fileprivate func willSend(to remote: UnsafeMutablePointer<CChar>?) -> Bool {
        if sight.goesOutOnce && sight.sendings > 0 {
            sight.stoppedRepetition = true
            return false
        }
        let isUnix = endpoint?.unixSocket != nil
        guard isUnix || permits(remote.flatMap { IPAddress(cString: $0) }, isUnix: false) else { return false }
        sight.sendings += 1
        return true
    }

    private func permits(_ address: IPAddress?, isUnix: Bool) -> Bool {
        guard let endpoint else { return false }
        if isUnix { return endpoint.unixSocket != nil }
        guard let address else { return false }
        switch endpoint.egress.verdict(for: address) {
        case .allowed:
            return true
        case .refused(let refusal):
            sight.refusal = refusal
            return false
        }
    }
}
