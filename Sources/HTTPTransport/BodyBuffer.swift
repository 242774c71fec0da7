/// The bytes of a request's body, at an address that does not move while libcurl sends them.
struct BodyBuffer: ~Copyable {
    /// A larger buffer is given back after its request, so that one large event does not stay in memory for good.
    private static let kept = 64 * 1024

    private var bytes: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 1024)

    deinit {
        bytes.deallocate()
    }

    /// Copies `body` in and gives its address, valid until the next call of any function here.
    mutating func load(_ body: borrowing [UInt8]) -> UnsafeMutablePointer<UInt8>? {
        if body.count > bytes.count {
            bytes.deallocate()
            bytes = .allocate(capacity: body.count)
        }
        guard let base = bytes.baseAddress else { return nil }
        body.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            base.update(from: start, count: source.count)
        }
        return base
    }

    mutating func shrink() {
        guard bytes.count > BodyBuffer.kept else { return }
        bytes.deallocate()
        bytes = .allocate(capacity: 1024)
    }
}
