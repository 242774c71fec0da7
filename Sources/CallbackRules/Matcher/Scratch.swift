/// Memory of one session that grows and is used again for each event.
struct Scratch<Element: BitwiseCopyable> {
    private(set) var start: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        start = .allocate(capacity: self.capacity)
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(to: capacity * 2) }
        (start + count).initialize(to: element)
        count += 1
    }

    /// Makes room for as many more, so that pointers into it hold until then.
    mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(to: max(count + more, capacity * 2)) }
    }

    /// Counts elements that were written behind the end.
    @inline(__always)
    mutating func advance(by more: Int) { count += more }

    @inline(__always)
    mutating func removeAll() { count = 0 }

    subscript(index: Int) -> Element {
        @inline(__always) get { start[index] }
        @inline(__always) nonmutating set { start[index] = newValue }
    }

    private mutating func grow(to size: Int) {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: size)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
        capacity = size
    }

    func free() { start.deallocate() }
}
