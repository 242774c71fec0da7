import CScan
import CallbackCore

/// Reads the text of an event once: all of it is checked to be JSON, and what rules ask for becomes leaves.
///
/// It stops at the first byte that cannot be right. What lies behind the text is never taken for a part of it: the
/// caller sees to it that bytes can be read there, and that the first of them is no part of a JSON text.
struct JSONScanner {
    /// A text nested deeper is refused, so that hostile text cannot exhaust the stack.
    static let deepest = 128

    let trie: PathTrie
    var leaves: EventLeaves
    let text: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var position: UnsafePointer<UInt8>
    private(set) var problem: StaticString?

    /// The string that was read last, without its quotes.
    var string: UnsafePointer<UInt8>
    var stringLength = 0

    init(trie: PathTrie, leaves: EventLeaves, text: UnsafePointer<UInt8>, count: Int) {
        self.trie = trie
        self.leaves = leaves
        self.text = text
        end = text + count
        position = text
        string = text
    }

    /// Reads the event.
    /// - Returns: whether the text is a JSON object; `error` says what is wrong otherwise.
    mutating func scan() -> Bool {
        skipSpace()
        guard position.pointee == UInt8(ascii: "{") else { return fail("an event must be a JSON object") }
        guard object(trie.node(0), element: -1, depth: 1) else { return false }
        skipSpace()
        return position == end || fail("unexpected text after the value")
    }

    var error: JSONError? {
        problem.map { JSONError(message: "\($0)", offset: min(position, end) - text) }
    }

    mutating func fail(_ problem: StaticString) -> Bool {
        // The innermost is the one that is meant; past the end there is only one thing to say.
        if self.problem == nil { self.problem = position >= end ? "the text ends too early" : problem }
        return false
    }

    @inline(__always)
    mutating func skipSpace() {
        if position.pointee <= 0x20 { skipMoreSpace() }
    }

    private mutating func skipMoreSpace() {
        while position < end {
            switch position.pointee {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard position.pointee == byte else { return false }
        position += 1
        return true
    }

    // MARK: What rules ask for

    /// Reads the members of an object at the opening brace.
    private mutating func object(_ node: PathTrie.Node, element: Int32, depth: Int) -> Bool {
        guard node.slots > 0 else { return skipObject(depth: depth) }
        guard depth < Self.deepest else { return fail("nested too deeply") }
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        while true {
            guard take(UInt8(ascii: "\"")) else { return fail("a member name in double quotes is expected") }
            guard readString(keeps: true) else { return false }
            let child = step(from: node)
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return fail("\":\" is expected") }
            skipSpace()
            guard child >= 0 ? value(trie.node(child), element: element, depth: depth) : skipValue(depth: depth)
            else { return false }
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "}")) else { return fail("\",\" or \"}\" is expected") }
            return true
        }
    }

    /// Follows the name that was read last.
    @inline(__always)
    private func step(from node: PathTrie.Node) -> Int32 {
        let child = trie.child(of: node, string, stringLength)
        return child >= 0 || !node.hasGrandchildren ? child : trie.descendant(of: node, string, stringLength)
    }

    /// Reads a value that a rule asks for, or that has fields which a rule asks for.
    private mutating func value(_ node: PathTrie.Node, element: Int32, depth: Int) -> Bool {
        switch position.pointee {
        case UInt8(ascii: "{"): return object(node, element: element, depth: depth + 1)
        case UInt8(ascii: "["): return list(node, element: element, depth: depth + 1)
        default: return node.path >= 0 ? leaf(node.path, element: element) : skipValue(depth: depth)
        }
    }

    private mutating func list(_ node: PathTrie.Node, element: Int32, depth: Int) -> Bool {
        guard depth < Self.deepest else { return fail("nested too deeply") }
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        let list = leaves.beginList()
        while true {
            let byte = position.pointee
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let inner = leaves.beginElement(of: list, in: element)
                guard value(node, element: inner, depth: depth) else { return false }
                leaves.endElement(inner)
            } else {
                guard value(node, element: element, depth: depth) else { return false }
            }
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "]")) else { return fail("\",\" or \"]\" is expected") }
            leaves.endList(list)
            return true
        }
    }

    private mutating func leaf(_ path: Int32, element: Int32) -> Bool {
        let start = position
        switch start.pointee {
        case UInt8(ascii: "\""):
            position += 1
            guard readString(keeps: true) else { return false }
            let hash = ByteHash.hash(string, stringLength)
            leaves.append(path, .string, string, stringLength, number: 0, hash: hash, in: element)
        case UInt8(ascii: "t"):
            guard word("true") else { return false }
            leaves.append(path, .yes, start, 4, number: 0, hash: 0, in: element)
        case UInt8(ascii: "f"):
            guard word("false") else { return false }
            leaves.append(path, .no, start, 5, number: 0, hash: 0, in: element)
        case UInt8(ascii: "n"):
            guard word("null") else { return false }
            leaves.append(path, .null, start, 4, number: 0, hash: 0, in: element)
        default:
            guard skipNumber() else { return false }
            leaves.appendNumber(path, start, position - start, in: element)
        }
        return true
    }

    // MARK: What no rule asks for

    /// Passes over a value, checking it.
    mutating func skipValue(depth: Int) -> Bool {
        switch position.pointee {
        case UInt8(ascii: "\""):
            position += 1
            return readString(keeps: false)
        case UInt8(ascii: "{"): return skipObject(depth: depth + 1)
        case UInt8(ascii: "["): return skipList(depth: depth + 1)
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return skipNumber()
        }
    }

    private mutating func skipObject(depth: Int) -> Bool {
        guard depth < Self.deepest else { return fail("nested too deeply") }
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        while true {
            guard take(UInt8(ascii: "\"")) else { return fail("a member name in double quotes is expected") }
            guard readString(keeps: false) else { return false }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return fail("\":\" is expected") }
            skipSpace()
            guard skipValue(depth: depth) else { return false }
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "}")) else { return fail("\",\" or \"}\" is expected") }
            return true
        }
    }

    private mutating func skipList(depth: Int) -> Bool {
        guard depth < Self.deepest else { return fail("nested too deeply") }
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        while true {
            guard skipValue(depth: depth) else { return false }
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                continue
            }
            guard take(UInt8(ascii: "]")) else { return fail("\",\" or \"]\" is expected") }
            return true
        }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for index in 0..<word.utf8CodeUnitCount where position[index] != word.utf8Start[index] {
            return fail("unknown word")
        }
        position += word.utf8CodeUnitCount
        return true
    }

    private mutating func skipNumber() -> Bool {
        if position.pointee == UInt8(ascii: "-") { position += 1 }
        let first = position
        guard skipDigits() else { return fail("a value is expected") }
        guard first.pointee != UInt8(ascii: "0") || position == first + 1 else {
            return fail("a number has no leading zero")
        }
        if position.pointee == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() else { return fail("a digit is expected after the point") }
        }
        if position.pointee | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position.pointee == UInt8(ascii: "+") || position.pointee == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() else { return fail("a digit is expected in the exponent") }
        }
        return true
    }

    @inline(__always)
    private mutating func skipDigits() -> Bool {
        let start = position
        while position.pointee &- UInt8(ascii: "0") < 10 { position += 1 }
        return position > start
    }
}
