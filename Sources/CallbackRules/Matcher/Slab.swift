/// Memory that is filled once and then only read, by any thread.
///
/// A pointer into it costs no reference count and no bounds check, which is what the match of one event consists of
/// otherwise. A `SlabStore` owns it.
struct Slab<Element>: @unchecked Sendable {
    let start: UnsafePointer<Element>
    let count: Int
}

/// Owns slabs, and frees them together.
final class SlabStore: @unchecked Sendable {
    private var memory: [UnsafeMutableRawPointer] = []
    /// Ends the life of elements that are more than their bytes.
    private var endings: [() -> Void] = []

    func keep<Element: BitwiseCopyable>(_ elements: some Collection<Element>) -> Slab<Element> {
        let count = elements.count
        let start = UnsafeMutablePointer<Element>.allocate(capacity: max(count, 1))
        _ = UnsafeMutableBufferPointer(start: start, count: count).initialize(from: elements)
        memory.append(UnsafeMutableRawPointer(start))
        return Slab(start: UnsafePointer(start), count: count)
    }

    /// The same for elements that are more than their bytes: a slab of them is copied without counting references.
    func keep<Element>(whole elements: [Element]) -> Slab<Element> {
        let start = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        start.initialize(from: elements, count: elements.count)
        memory.append(UnsafeMutableRawPointer(start))
        endings.append { start.deinitialize(count: elements.count) }
        return Slab(start: UnsafePointer(start), count: elements.count)
    }

    deinit {
        for end in endings { end() }
        for block in memory { block.deallocate() }
    }
}
