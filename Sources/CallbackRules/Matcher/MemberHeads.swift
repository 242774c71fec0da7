import CScan

/// How members began in the events before, and which of them followed which.
///
/// The events of one source have the same names in the same order. A head is all of a member's text in front of its
/// value: the name, its quotes, the colon, and spaces. Where the bytes at hand are those of the head that followed last
/// time, nothing of that must be read, checked or looked up again: it was when the head was learnt.
struct MemberHeads {
    struct Head: BitwiseCopyable {
        var bytes: (UInt64, UInt64, UInt64, UInt64)
        /// A bit for each byte that counts.
        var mask: UInt32
        var length: Int32
        /// Where the name leads in the trie; -1 where no rule needs it.
        var node: Int32
        /// The member whose value is the object that this one stands in.
        let parent: Int32
        /// What followed it in its object, and what began the object that is its value.
        var next: Int32 = 0
        var first: Int32 = 0

        @inline(__always)
        static func stands(_ head: UnsafeMutablePointer<Head>, at text: UnsafePointer<UInt8>) -> Bool {
            cscan_is_equal32(text, UnsafeRawPointer(head).assumingMemoryBound(to: UInt8.self), head.pointee.mask)
        }
    }

    /// A longer beginning is read each time.
    static let longest = 32
    /// No head: it stands nowhere, as its bytes are in no text.
    static let none: Int32 = 0
    /// The event itself, as the parent of its members.
    static let event: Int32 = 1

    /// In the place of what stood before a head: it is the first one of its object.
    static let first: Int32 = -1

    let start: UnsafeMutablePointer<Head>
    /// Numbers of heads by hash; 0 where a slot is empty.
    private let slots: UnsafeMutablePointer<Int32>
    private let capacity: Int
    private var count = 2

    /// - Parameter capacity: a power of two.
    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(capacity: capacity)
        slots = .allocate(capacity: capacity * 2)
        slots.initialize(repeating: 0, count: capacity * 2)
        for index in 0..<2 { (start + index).initialize(to: Self.nothing) }
    }

    private static let nothing = Head(
        bytes: (.max, .max, .max, .max), mask: .max, length: 0, node: -1, parent: 0)

    func free() {
        start.deallocate()
        slots.deallocate()
    }

    /// Begins anew where there are too many: names that are made up for each event must not take memory for ever, and
    /// must not keep later events from being learnt.
    @inline(__always)
    mutating func makeRoom() {
        if count == capacity { forget() }
    }

    private mutating func forget() {
        slots.update(repeating: 0, count: capacity * 2)
        for index in 0..<2 { start[index] = Self.nothing }
        count = 2
    }

    /// The number of a head, which is learnt where it is new; `none` where there is no room.
    /// - Parameter node: where its name leads, looked up only if it is new.
    mutating func number(
        of text: UnsafePointer<UInt8>, _ length: Int, in parent: Int32, node: () -> Int32
    ) -> Int32 {
        let mask = UInt32.max >> UInt32(Self.longest - length)
        var slot = Int(truncatingIfNeeded: ByteHash.hash(text, length) ^ UInt64(parent)) & (capacity * 2 - 1)
        while slots[slot] > 0 {
            let head = start + Int(slots[slot])
            if head.pointee.parent == parent, head.pointee.mask == mask, Head.stands(head, at: text) {
                return slots[slot]
            }
            slot = (slot + 1) & (capacity * 2 - 1)
        }
        guard count < capacity else { return Self.none }
        let words = UnsafeRawPointer(text)
        (start + count).initialize(
            to: Head(
                bytes: (
                    words.loadUnaligned(as: UInt64.self), words.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    words.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                    words.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
                ), mask: mask, length: Int32(length), node: node(), parent: parent))
        slots[slot] = Int32(count)
        count += 1
        return Int32(count - 1)
    }

    /// Remembers which head came where.
    /// - Parameter previous: `first` where the head is the first one of its object.
    func expect(_ head: Int32, after previous: Int32, in parent: Int32) {
        if previous == Self.first {
            start[Int(parent)].first = head
        } else if previous != Self.none {
            start[Int(previous)].next = head
        }
    }
}
