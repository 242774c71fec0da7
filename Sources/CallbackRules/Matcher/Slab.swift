/// Memory that is filled once and then only read, by any thread.
///
/// A pointer into it costs no reference count and no bounds check, which is what the match of one event consists of
/// otherwise. A `SlabStore` owns it.
struct Slab<Element: BitwiseCopyable>: @unchecked Sendable {
    let start: UnsafePointer<Element>
    let count: Int
}

/// Owns slabs, and frees them together.
final class SlabStore: @unchecked Sendable {
    private var memory: [UnsafeMutableRawPointer] = []

    func keep<Element: BitwiseCopyable>(_ elements: some Collection<Element>) -> Slab<Element> {
        let count = elements.count
        let start = UnsafeMutablePointer<Element>.allocate(capacity: max(count, 1))
        _ = UnsafeMutableBufferPointer(start: start, count: count).initialize(from: elements)
        memory.append(UnsafeMutableRawPointer(start))
        return Slab(start: UnsafePointer(start), count: count)
    }

    deinit { for block in memory { block.deallocate() } }
}
