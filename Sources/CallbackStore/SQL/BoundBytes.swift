import GRDBSQLite

/// Memory for what is bound to a statement, used again for each run: SQLite would otherwise take and free a piece of its
/// own for every text.
struct BoundBytes {
    /// Larger values are rare, and are copied by SQLite itself.
    private static let capacity = 16_384

    private var memory: UnsafeMutableRawPointer?
    private var used = 0

    /// A copy of `bytes`, and how SQLite must treat it: as good until `forget`, or as something to copy.
    mutating func keep(_ bytes: UnsafeRawBufferPointer) -> (UnsafeRawPointer, sqlite3_destructor_type?) {
        let memory = self.memory ?? .allocate(byteCount: Self.capacity, alignment: 16)
        self.memory = memory
        // An empty text still needs an address: without one it would be NULL.
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return (UnsafeRawPointer(memory), nil) }
        guard used + bytes.count <= Self.capacity else { return (base, Self.transient) }
        let place = memory + used
        place.copyMemory(from: base, byteCount: bytes.count)
        used += bytes.count
        return (UnsafeRawPointer(place), nil)
    }

    /// What was kept may be overwritten from now on.
    /// - Returns: whether anything was kept.
    mutating func forget() -> Bool {
        defer { used = 0 }
        return used > 0
    }

    func deallocate() { memory?.deallocate() }

    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
