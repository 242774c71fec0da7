import CScan
import CallbackCore

/// Reads the text of an event once: all of it is checked to be JSON, and what rules ask for becomes leaves.
///
/// It stops at the first byte that cannot be right. What lies behind the text is never taken for a part of it: the
/// caller sees to it that bytes can be read there, and that the first of them is no part of a JSON text.
///
/// Where it stands is handed from function to function and not kept in the scanner, so that it stays in a register;
/// nil is a text that is not JSON, and `error` says why.
struct JSONScanner {
    typealias Place = UnsafePointer<UInt8>

    /// A text nested deeper is refused, so that hostile text cannot exhaust the stack.
    static let deepest = 128

    let trie: PathTrie
    /// Nil where only JSON is read and nothing is asked for.
    private let tables: UnsafePointer<MatcherTables>?
    /// The names that the event's partition asks for, once that is known.
    private var wanted: UnsafePointer<UInt64>?
    /// Whether the field that decides the partition stands twice: then nothing may be passed over.
    private(set) var isAmbiguous = false
    private var hasPartition = false
    private let partitionPath: Int32
    let leaves: UnsafeMutablePointer<EventLeaves>
    private let heads: UnsafeMutablePointer<MemberHeads>
    /// The beginning of a member that was read last, and where its name leads.
    private var head: Int32 = MemberHeads.none
    private var child: Int32 = -1
    let text: Place
    let end: Place
    private var problem: (message: StaticString, place: Place)?

    /// The string that was read last, without its quotes.
    var string: Place
    var stringLength = 0

    /// - Parameter tables: lets what the event's type does not need be passed over; nil reads all that any rule needs.
    init(
        trie: PathTrie, tables: UnsafePointer<MatcherTables>?, leaves: UnsafeMutablePointer<EventLeaves>,
        heads: UnsafeMutablePointer<MemberHeads>, text: Place, count: Int
    ) {
        self.trie = trie
        self.tables = tables
        partitionPath = tables?.pointee.partitioning.path ?? -1
        self.leaves = leaves
        self.heads = heads
        self.text = text
        end = text + count
        string = text
    }

    /// Reads the event.
    /// - Returns: whether the text is a JSON object.
    mutating func scan() -> Bool {
        heads.pointee.makeRoom()
        let start = skipSpace(text)
        guard start.pointee == UInt8(ascii: "{") else { return fail("an event must be a JSON object", start) != nil }
        guard let place = object(start + 1, 0, parent: MemberHeads.event, element: -1, depth: 1)
        else { return false }
        return isEnd(place)
    }

    /// Whether nothing follows but space.
    mutating func isEnd(_ place: Place) -> Bool {
        let place = skipSpace(place)
        return place == end || fail("unexpected text after the value", place) != nil
    }

    var error: JSONError? {
        problem.map { JSONError(message: "\($0.message)", offset: min($0.place, end) - text) }
    }

    @inline(never)
    mutating func fail(_ message: StaticString, _ place: Place) -> Place? {
        problem = (place >= end ? "the text ends too early" : message, place)
        return nil
    }

    @inline(__always)
    func skipSpace(_ place: Place) -> Place { place.pointee > 0x20 ? place : Self.skipMoreSpace(place, end) }

    @inline(never)
    private static func skipMoreSpace(_ start: Place, _ end: Place) -> Place {
        var place = start
        while place < end {
            switch place.pointee {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return place
            }
        }
        return place
    }

    /// Steps over a byte that must stand here.
    @inline(__always)
    mutating func take(_ byte: UInt8, _ place: Place, orElse message: StaticString) -> Place? {
        place.pointee == byte ? place + 1 : fail(message, place)
    }

    // MARK: Values

    /// Reads the members of an object behind its opening brace.
    /// - Parameters:
    ///   - node: where the object stands in the trie; -1 where no rule asks for anything in it.
    ///   - parent: the head of the member that has the object as its value.
    private mutating func object(
        _ start: Place, _ node: Int32, parent: Int32, element: Int32, depth: Int
    ) -> Place? {
        guard depth < Self.deepest else { return fail("nested too deeply", start) }
        var place = start
        var head = heads.pointee.start[Int(parent)].first
        var child: Int32
        if MemberHeads.Head.stands(heads.pointee.start + Int(head), at: place) {
            child = heads.pointee.start[Int(head)].node
            place += Int(heads.pointee.start[Int(head)].length)
        } else {
            place = skipSpace(place)
            if place.pointee == UInt8(ascii: "}") { return place + 1 }
            guard let start = readHead(place, node, parent: parent, after: MemberHeads.first) else { return nil }
            place = start
            head = self.head
            child = self.child
        }
        while true {
            guard let end = value(skipSpace(place), child, head: head, element: element, depth: depth) else {
                return nil
            }
            place = end.pointee == UInt8(ascii: ",") ? end : skipSpace(end)
            guard place.pointee == UInt8(ascii: ",") else {
                return take(UInt8(ascii: "}"), place, orElse: Self.endOfObjectExpected)
            }
            place += 1
            let previous = head
            head = heads.pointee.start[Int(previous)].next
            if MemberHeads.Head.stands(heads.pointee.start + Int(head), at: place) {
                child = heads.pointee.start[Int(head)].node
                place += Int(heads.pointee.start[Int(head)].length)
            } else {
                guard let start = readHead(place, node, parent: parent, after: previous) else { return nil }
                place = start
                head = self.head
                child = self.child
            }
        }
    }

    /// Reads the beginning of a member that is not the one that stood here last: `head` and `child` say what it is.
    @inline(never)
    private mutating func readHead(_ start: Place, _ node: Int32, parent: Int32, after previous: Int32) -> Place? {
        guard let name = take(UInt8(ascii: "\""), skipSpace(start), orElse: Self.nameExpected),
            let afterName = readString(name, keeps: true),
            let colon = take(UInt8(ascii: ":"), skipSpace(afterName), orElse: Self.colonExpected)
        else { return nil }
        let end = skipSpace(colon)
        head = MemberHeads.none
        if parent != MemberHeads.none, end - start <= MemberHeads.longest, isLearnable(start, end) {
            head = heads.pointee.number(of: start, end - start, in: parent) { step(from: node) }
            if head != MemberHeads.none {
                child = heads.pointee.start[Int(head)].node
                heads.pointee.expect(head, after: previous, in: parent)
                return end
            }
        }
        child = step(from: node)
        return end
    }

    /// Whether the beginning of a member may be compared with others byte by byte. A line's end must not be a part of
    /// it, because what lies behind the text would be as well.
    private func isLearnable(_ start: Place, _ end: Place) -> Bool {
        var place = start
        while place < end {
            guard place.pointee >= 0x20, place.pointee != UInt8(ascii: "\\") else { return false }
            place += 1
        }
        return true
    }

    private static let nameExpected: StaticString = "a member name in double quotes is expected"
    private static let colonExpected: StaticString = "\":\" is expected"
    private static let endOfObjectExpected: StaticString = "\",\" or \"}\" is expected"
    private static let endOfListExpected: StaticString = "\",\" or \"]\" is expected"

    @inline(__always)
    private func isWanted(_ child: Int32) -> Bool {
        guard child >= 0 else { return false }
        guard let wanted else { return true }
        return WantedNodes.contains(wanted, child)
    }

    /// Looks at a leaf that decides the partition.
    private mutating func choosePartition(_ leaf: Int) {
        guard let tables else { return }
        guard !hasPartition else {
            wanted = nil
            isAmbiguous = true
            return
        }
        hasPartition = true
        let partition = tables.pointee.partitioning.partition(
            of: leaves.pointee.pointer(Int32(leaf)), tables.pointee.tests)
        wanted = tables.pointee.wanted.of(partition)
    }

    /// Follows the name that was read last.
    private func step(from number: Int32) -> Int32 {
        guard number >= 0 else { return -1 }
        let node = trie.node(number)
        guard node.slots > 0 else { return -1 }
        let child = trie.child(of: node, string, stringLength)
        return child >= 0 || !node.hasGrandchildren ? child : trie.descendant(of: node, string, stringLength)
    }

    /// Reads a value. What no rule asks for is checked only.
    /// - Parameter head: of the member that has the value.
    @inline(__always)
    private mutating func value(
        _ place: Place, _ child: Int32, head: Int32, element: Int32, depth: Int
    ) -> Place? {
        let isWanted = isWanted(child)
        switch place.pointee {
        case UInt8(ascii: "\""):
            let path = isWanted ? trie.node(child).path : -1
            return path >= 0 ? text(place + 1, path, element: element) : readString(place + 1, keeps: false)
        case UInt8(ascii: "{"):
            return object(place + 1, child, parent: head, element: element, depth: depth + 1)
        case UInt8(ascii: "["):
            return list(place + 1, child, head: head, element: element, depth: depth + 1, isWanted: isWanted)
        default:
            let path = isWanted ? trie.node(child).path : -1
            return scalar(place, path, element: element)
        }
    }

    private mutating func list(
        _ start: Place, _ child: Int32, head: Int32, element: Int32, depth: Int, isWanted: Bool
    ) -> Place? {
        guard depth < Self.deepest else { return fail("nested too deeply", start) }
        var place = skipSpace(start)
        if place.pointee == UInt8(ascii: "]") { return place + 1 }
        let list = isWanted ? leaves.pointee.beginList() : -1
        while true {
            let byte = place.pointee
            let next: Place?
            if isWanted, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let inner = leaves.pointee.beginElement(of: list, in: element)
                next = value(place, child, head: head, element: inner, depth: depth)
                leaves.pointee.endElement(inner)
            } else {
                next = value(place, child, head: head, element: element, depth: depth)
            }
            guard let next else { return nil }
            place = skipSpace(next)
            guard place.pointee == UInt8(ascii: ",") else {
                if isWanted { leaves.pointee.endList(list) }
                return take(UInt8(ascii: "]"), place, orElse: Self.endOfListExpected)
            }
            place = skipSpace(place + 1)
        }
    }

    @inline(__always)
    private mutating func text(_ start: Place, _ path: Int32, element: Int32) -> Place? {
        guard let place = readString(start, keeps: true) else { return nil }
        leaves.pointee.append(path, .string, string, stringLength, number: 0, in: element)
        if path == partitionPath { choosePartition(leaves.pointee.leaves.count - 1) }
        return place
    }

    /// Reads a number or a word; path -1 where no rule asks for it.
    @inline(__always)
    private mutating func scalar(_ start: Place, _ path: Int32, element: Int32) -> Place? {
        switch start.pointee {
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            guard let place = word(start) else { return nil }
            guard path >= 0 else { return place }
            let kind: Leaf.Kind =
                start.pointee == UInt8(ascii: "t") ? .yes : start.pointee == UInt8(ascii: "f") ? .no : .null
            leaves.pointee.append(path, kind, start, place - start, number: 0, in: element)
            return place
        default:
            guard let place = skipNumber(start) else { return nil }
            if path >= 0 { leaves.pointee.appendNumber(path, start, place - start, in: element) }
            return place
        }
    }

    /// Passes over a value, checking it.
    mutating func skipValue(_ place: Place, depth: Int) -> Place? {
        value(place, -1, head: MemberHeads.none, element: -1, depth: depth)
    }

    /// `true`, `false` or `null`, told apart by the first letter.
    @inline(__always)
    private mutating func word(_ place: Place) -> Place? {
        let head = UInt32(truncatingIfNeeded: cscan_load64(place))
        // The letters as a number, the first one lowest.
        switch head {
        case 0x6575_7274, 0x6C6C_756E: return place + 4
        case 0x736C_6166: return take(UInt8(ascii: "e"), place + 4, orElse: "unknown word")
        default: return fail("unknown word", place)
        }
    }

    @inline(__always)
    private mutating func skipNumber(_ start: Place) -> Place? {
        let first = start.pointee == UInt8(ascii: "-") ? start + 1 : start
        var place = Self.skipDigits(first)
        guard place > first else { return fail("a value is expected", place) }
        guard first.pointee != UInt8(ascii: "0") || place == first + 1 else {
            return fail("a number has no leading zero", first)
        }
        if place.pointee == UInt8(ascii: ".") {
            let fraction = place + 1
            place = Self.skipDigits(fraction)
            guard place > fraction else { return fail("a digit is expected after the point", place) }
        }
        return place.pointee | 0x20 == UInt8(ascii: "e") ? skipExponent(place + 1) : place
    }

    private mutating func skipExponent(_ start: Place) -> Place? {
        let isSigned = start.pointee == UInt8(ascii: "+") || start.pointee == UInt8(ascii: "-")
        let digits = isSigned ? start + 1 : start
        let place = Self.skipDigits(digits)
        return place > digits ? place : fail("a digit is expected in the exponent", place)
    }

    @inline(__always)
    private static func skipDigits(_ start: Place) -> Place {
        let count = cscan_digit_count(start)
        return count < 16 ? start + Int(count) : skipManyDigits(start)
    }

    private static func skipManyDigits(_ start: Place) -> Place {
        var place = start
        while place.pointee &- UInt8(ascii: "0") < 10 { place += 1 }
        return place
    }
}
