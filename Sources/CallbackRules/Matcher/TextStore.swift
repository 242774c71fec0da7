/// Texts of one event that had to be written anew. They stay where they are until the next event.
struct TextStore {
    /// Bytes that must be readable behind every text: it is compared 8 and 16 at a time.
    static let padding = 16
    private static let size = 16_384

    private var chunk: UnsafeMutablePointer<UInt8>
    private var capacity = Self.size
    private var used = 0
    private var full: [UnsafeMutablePointer<UInt8>] = []

    init() { chunk = .allocate(capacity: Self.size) }

    /// Room for so many bytes, to be written before `keep`.
    @inline(__always)
    mutating func room(_ length: Int) -> UnsafeMutablePointer<UInt8> {
        if used &+ length &+ Self.padding > capacity { grow(length) }
        return chunk + used
    }

    @inline(__always)
    mutating func keep(_ length: Int) { used &+= length }

    @inline(__always)
    mutating func removeAll() {
        used = 0
        if !full.isEmpty { freeFull() }
    }

    private mutating func grow(_ length: Int) {
        full.append(chunk)
        capacity = max(capacity, length + Self.padding)
        chunk = .allocate(capacity: capacity)
        used = 0
    }

    private mutating func freeFull() {
        for chunk in full { chunk.deallocate() }
        full.removeAll()
        guard capacity > Self.size else { return }
        // One event of megabytes should not hold its memory for ever.
        chunk.deallocate()
        capacity = Self.size
        chunk = .allocate(capacity: capacity)
    }

    func free() {
        chunk.deallocate()
        for chunk in full { chunk.deallocate() }
    }
}
