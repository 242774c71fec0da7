/// A clause of a program that is asked first once its gate is open, beside the program itself: most programs end here,
/// and what the others consist of stands elsewhere in memory.
///
/// It only keeps out. Values whose hashes are equal pass, and so does an event with a longer list at the path.
struct Sentry: BitwiseCopyable {
    private enum Kind: UInt8, BitwiseCopyable {
        case none
        /// One of two marks, which may be the same.
        case exact
        /// A range of numbers, both ends included.
        case range
    }

    private var first: UInt64 = 0
    private var second: UInt64 = 0
    let path: Int32
    private var kind: Kind

    /// More leaves of a path are not looked at: that is the work of the clause itself.
    static let mostLeaves = 4

    /// Keeps nothing out.
    static let none = Sentry(.none, -1, 0, 0)

    /// Values of a path by their hashes.
    static func exact(_ path: Int32, _ first: UInt64, _ second: UInt64) -> Sentry {
        Sentry(.exact, path, UInt64(mark(first)), UInt64(mark(second)))
    }

    /// A part of a hash that a leaf keeps, so that a text is not hashed again for each program. Never 0.
    @inline(__always)
    private static func mark(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash &>> 32) | 1 }

    static func range(_ path: Int32, _ range: NumericRange) -> Sentry {
        // A double is above another one where it is at least the next one.
        let low = range.low.map { $0.isIncluded ? $0.value : $0.value.nextUp } ?? -.infinity
        let high = range.high.map { $0.isIncluded ? $0.value : $0.value.nextDown } ?? .infinity
        return Sentry(.range, path, low.bitPattern, high.bitPattern)
    }

    private init(_ kind: Kind, _ path: Int32, _ first: UInt64, _ second: UInt64) {
        self.kind = kind
        self.path = path
        self.first = first
        self.second = second
    }

    @inline(__always)
    func accepts(_ leaf: UnsafeMutablePointer<Leaf>) -> Bool {
        switch kind {
        case .none: return true
        case .exact:
            let mark = UInt64(leaf.pointee.mark != 0 ? leaf.pointee.mark : Self.remember(leaf))
            return mark == first || mark == second
        case .range:
            return leaf.pointee.kind == .number && leaf.pointee.number >= Double(bitPattern: first)
                && leaf.pointee.number <= Double(bitPattern: second)
        }
    }

    @inline(never)
    private static func remember(_ leaf: UnsafeMutablePointer<Leaf>) -> UInt32 {
        leaf.pointee.mark = mark(Gate.hash(of: leaf))
        return leaf.pointee.mark
    }
}
