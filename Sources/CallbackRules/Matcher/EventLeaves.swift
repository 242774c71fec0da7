/// One value of an event that a rule may ask for.
struct Leaf: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case null, no, yes, string
        /// A number that compares, and one that is only its text.
        case number, longNumber
    }

    var path: Int32
    var kind: Kind
    /// The list element that it lies in; -1 where it lies in none.
    var element: Int32
    /// The next leaf of the same path; -1 where it is the last.
    var next: Int32
    var length: Int32
    /// Of its hash, for `Sentry`; 0 where nobody has asked for it.
    var mark: UInt32 = 0
    var bytes: UnsafePointer<UInt8>
    var number: Double

    @inline(__always)
    var text: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: Int(length)) }
}

/// An element of a list, being an object or a list itself: what lies in it belongs together.
struct Element: BitwiseCopyable {
    var list: Int32
    /// The element around the list; -1 where there is none.
    var parent: Int32
    var firstLeaf: Int32
    /// One past its last leaf.
    var endLeaf: Int32
}

/// The leaves of one event, in the order of its text. Used again for each event.
struct EventLeaves {
    private struct Line: BitwiseCopyable {
        var epoch: UInt32
        var first: Int32
        var last: Int32
    }

    private(set) var leaves = Scratch<Leaf>(capacity: 64)
    private(set) var elements = Scratch<Element>(capacity: 64)
    /// One past the last leaf of each list.
    private(set) var listEnds = Scratch<Int32>(capacity: 16)
    /// Texts that do not stand in the event as they are.
    var texts = TextStore()
    private let lines: UnsafeMutablePointer<Line>
    private var epoch: UInt32 = 0
    /// Whether every path has at most one leaf, and none lies in a list's element.
    private(set) var isFlat = true
    /// Whether a leaf lies in a list's element: then rules may need a search.
    private(set) var hasTies = false

    init(pathCount: Int) {
        lines = .allocate(capacity: max(pathCount, 1))
        lines.initialize(repeating: Line(epoch: 0, first: -1, last: -1), count: max(pathCount, 1))
        self.pathCount = pathCount
    }

    private let pathCount: Int

    mutating func begin() {
        leaves.removeAll()
        elements.removeAll()
        listEnds.removeAll()
        texts.removeAll()
        isFlat = true
        hasTies = false
        epoch &+= 1
        guard epoch == 0 else { return }
        // After four billion events: what is left from the first ones must not look new.
        lines.update(repeating: Line(epoch: 0, first: -1, last: -1), count: max(pathCount, 1))
        epoch = 1
    }

    @inline(__always)
    func first(of path: Int32) -> Int32 { max(known(path), -1) }

    /// The first leaf of a path; -1 where it is settled that there is none, -2 where nothing is known.
    @inline(__always)
    func known(_ path: Int32) -> Int32 {
        let line = lines[Int(path)]
        return line.epoch == epoch ? line.first : -2
    }

    /// Remembers that all of a path's leaves are there.
    func settle(_ path: Int32) -> Int32 {
        if lines[Int(path)].epoch != epoch { lines[Int(path)] = Line(epoch: epoch, first: -1, last: -1) }
        return lines[Int(path)].first
    }

    @inline(__always)
    mutating func append(
        _ path: Int32, _ kind: Leaf.Kind, _ bytes: UnsafePointer<UInt8>, _ length: Int, number: Double,
        in element: Int32
    ) {
        let index = Int32(truncatingIfNeeded: leaves.count)
        leaves.append(
            Leaf(
                path: path, kind: kind, element: element, next: -1, length: Int32(truncatingIfNeeded: length),
                bytes: bytes, number: number))
        if element >= 0 {
            isFlat = false
            hasTies = true
        }
        let line = lines + Int(path)
        if line.pointee.epoch == epoch {
            leaves.start[Int(line.pointee.last)].next = index
            line.pointee.last = index
            isFlat = false
        } else {
            line.pointee = Line(epoch: epoch, first: index, last: index)
        }
    }

    @inline(__always)
    func pointer(_ leaf: Int32) -> UnsafePointer<Leaf> { UnsafePointer(leaves.start + Int(leaf)) }

    // MARK: Lists

    mutating func beginList() -> Int32 {
        listEnds.append(-1)
        return Int32(truncatingIfNeeded: listEnds.count - 1)
    }

    mutating func endList(_ list: Int32) { listEnds[Int(list)] = Int32(truncatingIfNeeded: leaves.count) }

    mutating func beginElement(of list: Int32, in parent: Int32) -> Int32 {
        elements.append(
            Element(
                list: list, parent: parent, firstLeaf: Int32(truncatingIfNeeded: leaves.count), endLeaf: -1))
        return Int32(truncatingIfNeeded: elements.count - 1)
    }

    mutating func endElement(_ element: Int32) {
        elements.start[Int(element)].endLeaf = Int32(truncatingIfNeeded: leaves.count)
    }

    func free() {
        leaves.free()
        elements.free()
        listEnds.free()
        texts.free()
        lines.deallocate()
    }
}

extension EventLeaves {
    /// Adds a number as it is written.
    mutating func appendNumber(_ path: Int32, _ bytes: UnsafePointer<UInt8>, _ length: Int, in element: Int32) {
        let short = ShortNumber.value(bytes, length)
        if let number = short ?? DecimalText.comparable(UnsafeBufferPointer(start: bytes, count: length)) {
            append(path, .number, bytes, length, number: number, in: element)
        } else {
            append(path, .longNumber, bytes, length, number: 0, in: element)
        }
    }
}
