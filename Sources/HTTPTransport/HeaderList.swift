import CCurl
import Glibc

/// The list of header lines that libcurl reads during a transfer, rewritten in place for each request.
///
/// `curl_slist_append` would copy every line and allocate twice for it; libcurl only reads the list, so it may as well
/// be ours.
struct HeaderList: ~Copyable {
    private var bytes: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 1024)
    private var nodes: UnsafeMutableBufferPointer<curl_slist> = .allocate(capacity: 16)

    deinit {
        bytes.deallocate()
        nodes.deallocate()
    }

    /// Lays out the lines and gives the head of the list, valid until the next call.
    mutating func load(
        _ first: borrowing HTTPHeaderLines, _ second: borrowing HTTPHeaderLines
    ) -> UnsafeMutablePointer<curl_slist>? {
        let byteCount = first.bytes.count + second.bytes.count
        let count = first.count + second.count
        guard count > 0 else { return nil }
        if byteCount > bytes.count {
            bytes.deallocate()
            bytes = .allocate(capacity: byteCount * 2)
        }
        if count > nodes.count {
            nodes.deallocate()
            nodes = .allocate(capacity: count * 2)
        }
        guard let base = bytes.baseAddress, let head = nodes.baseAddress else { return nil }
        copy(first.bytes, to: base)
        copy(second.bytes, to: base + first.bytes.count)

        var line = UnsafeMutableRawPointer(base).assumingMemoryBound(to: CChar.self)
        let end = line + byteCount
        var used = 0
        while used < count, line < end {
            head[used] = curl_slist(data: line, next: head + used + 1)
            line += strlen(line) + 1
            used += 1
        }
        head[used - 1].next = nil
        return head
    }

    private func copy(_ source: borrowing [UInt8], to place: UnsafeMutablePointer<UInt8>) {
        source.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            place.update(from: start, count: buffer.count)
        }
    }
}
