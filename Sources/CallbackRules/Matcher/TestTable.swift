import CScan

/// The tests of all rules with the texts that they compare.
struct TestTable: Sendable {
    let tests: Slab<CompiledTest>
    private let texts: Slab<CompiledTest.Text>
    private let networks: Slab<IPRange>
    private let bytes: Slab<UInt8>
    private let others: Slab<ValueTest>

    init(
        tests: Slab<CompiledTest>, texts: Slab<CompiledTest.Text>, networks: Slab<IPRange>, bytes: Slab<UInt8>,
        others: Slab<ValueTest>
    ) {
        self.tests = tests
        self.texts = texts
        self.networks = networks
        self.bytes = bytes
        self.others = others
    }

    /// Whether one of a clause's tests accepts a leaf.
    @inline(__always)
    func accepts(_ clause: UnsafePointer<CompiledClause>, _ leaf: UnsafePointer<Leaf>) -> Bool {
        var test = clause.pointee.firstTest
        let end = test &+ clause.pointee.testCount
        while test < end {
            if accepts(test, leaf) { return true }
            test &+= 1
        }
        return false
    }

    @inline(__always)
    func accepts(_ number: Int32, _ leaf: UnsafePointer<Leaf>) -> Bool {
        let test = tests.start + Int(number)
        switch test.pointee.kind {
        case .string:
            return leaf.pointee.kind == .string
                && leaf.pointee.length == Int32(truncatingIfNeeded: test.pointee.length)
                && isEqual(leaf.pointee.bytes, test)
        case .number:
            return leaf.pointee.kind == .number && leaf.pointee.number == Double(bitPattern: test.pointee.first)
        case .yes: return leaf.pointee.kind == .yes
        case .no: return leaf.pointee.kind == .no
        case .null: return leaf.pointee.kind == .null
        case .range: return leaf.pointee.kind == .number && Self.contains(test, leaf.pointee.number)
        case .prefix:
            return leaf.pointee.kind == .string && leaf.pointee.length >= Int32(truncatingIfNeeded: test.pointee.length)
                && isEqual(leaf.pointee.bytes, test)
        case .suffix:
            let offset = Int(leaf.pointee.length) - Int(test.pointee.length)
            return leaf.pointee.kind == .string && offset >= 0 && isEqual(leaf.pointee.bytes + offset, test)
        case .longNumber:
            return leaf.pointee.kind == .longNumber
                && leaf.pointee.length == Int32(truncatingIfNeeded: test.pointee.length)
                && isEqual(leaf.pointee.bytes, test)
        case .present: return true
        case .absent: return false
        case .wildcard: return leaf.pointee.kind == .string && fits(leaf, test)
        case .notTexts: return leaf.pointee.kind != .string || !isListed(leaf, test)
        case .caseless:
            return leaf.pointee.kind == .string
                && leaf.pointee.length == Int32(truncatingIfNeeded: test.pointee.length)
                && isEqualWithoutCase(leaf.pointee.bytes, test)
        case .caselessPrefix:
            return leaf.pointee.kind == .string && leaf.pointee.length >= Int32(truncatingIfNeeded: test.pointee.length)
                && isEqualWithoutCase(leaf.pointee.bytes, test)
        case .caselessSuffix:
            let offset = Int(leaf.pointee.length) - Int(test.pointee.length)
            return leaf.pointee.kind == .string && offset >= 0
                && isEqualWithoutCase(leaf.pointee.bytes + offset, test)
        case .network:
            guard leaf.pointee.kind == .string,
                let address = leaf.pointee.knownAddress ?? IPAddress(leaf.pointee.text)
            else { return false }
            return networks.start[Int(test.pointee.first)].contains(address)
        case .other: return others.start[Int(test.pointee.first)].accepts(leaf.pointee)
        }
    }

    /// Whether a test for an exact text asks for this one.
    @inline(__always)
    func isText(_ number: Int32, _ text: RowValue.Text) -> Bool {
        let test = tests.start + Int(number)
        return text.count == Int(test.pointee.length) && text.isEqual(bytes.start + Int(test.pointee.second))
    }

    @inline(__always)
    private func isEqual(_ text: UnsafePointer<UInt8>, _ test: UnsafePointer<CompiledTest>) -> Bool {
        let wanted = bytes.start + Int(test.pointee.second)
        return Self.isEqual(text, wanted, Int(test.pointee.length))
    }

    /// Behind both, 8 bytes can be read.
    @inline(__always)
    private static func isEqual(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var index = 0
        while count &- index > 8 {
            guard cscan_load64(left + index) == cscan_load64(right + index) else { return false }
            index &+= 8
        }
        return ByteHash.head(left + index, count &- index) == ByteHash.head(right + index, count &- index)
    }

    @inline(__always)
    private func isEqualWithoutCase(_ text: UnsafePointer<UInt8>, _ test: UnsafePointer<CompiledTest>) -> Bool {
        let wanted = bytes.start + Int(test.pointee.second)
        for index in 0..<Int(test.pointee.length) {
            let byte = text[index]
            guard (byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte) == wanted[index] else { return false }
        }
        return true
    }

    private func isListed(_ leaf: UnsafePointer<Leaf>, _ test: UnsafePointer<CompiledTest>) -> Bool {
        let first = texts.start + Int(test.pointee.first)
        for text in first..<(first + Int(test.pointee.length)) {
            guard leaf.pointee.length == Int32(truncatingIfNeeded: text.pointee.length) else { continue }
            if stands(text, at: leaf.pointee.bytes) { return true }
        }
        return false
    }

    @inline(__always)
    private func stands(_ text: UnsafePointer<CompiledTest.Text>, at place: UnsafePointer<UInt8>) -> Bool {
        let wanted = bytes.start + Int(text.pointee.offset)
        return Self.isEqual(place, wanted, Int(text.pointee.length))
    }

    /// Whether a text has the literals of a wildcard in their order, the first and the last at its ends.
    private func fits(_ leaf: UnsafePointer<Leaf>, _ test: UnsafePointer<CompiledTest>) -> Bool {
        let first = texts.start + Int(test.pointee.first)
        let last = first + (Int(test.pointee.length) - 1)
        var place = leaf.pointee.bytes
        let end = place + Int(leaf.pointee.length)
        if first == last { return leaf.pointee.length == Int32(first.pointee.length) && stands(first, at: place) }
        guard Int(leaf.pointee.length) >= Int(first.pointee.length) + Int(last.pointee.length),
            stands(first, at: place), stands(last, at: end - Int(last.pointee.length))
        else { return false }
        place += Int(first.pointee.length)
        let limit = end - Int(last.pointee.length)
        for text in (first + 1)..<last where text.pointee.length > 0 {
            let wanted = bytes.start + Int(text.pointee.offset)
            let length = Int(text.pointee.length)
            guard let found = cscan_find(place, limit - place, wanted, length) else { return false }
            place = found + length
        }
        return true
    }

    @inline(__always)
    private static func contains(_ test: UnsafePointer<CompiledTest>, _ number: Double) -> Bool {
        let flags = test.pointee.flags
        if flags & CompiledTest.Bound.low != 0 {
            let low = Double(bitPattern: test.pointee.first)
            if number < low || (number == low && flags & CompiledTest.Bound.lowIncluded == 0) { return false }
        }
        if flags & CompiledTest.Bound.high != 0 {
            let high = Double(bitPattern: test.pointee.second)
            if number > high || (number == high && flags & CompiledTest.Bound.highIncluded == 0) { return false }
        }
        return true
    }
}

extension ValueTest {
    /// Whether the test accepts a leaf of an event: for the tests that have no shorter form.
    fileprivate func accepts(_ leaf: Leaf) -> Bool {
        guard case .anythingBut(let exclusion) = self else { return leaf.kind == .string && accepts(leaf.text) }
        if case .numbers(let numbers) = exclusion { return !numbers.contains { $0.equals(leaf) } }
        return leaf.kind != .string || !exclusion.contains(leaf.text)
    }
}

extension ExactNumber {
    fileprivate func equals(_ leaf: Leaf) -> Bool {
        switch leaf.kind {
        case .number: comparable == leaf.number
        case .longNumber: text.map { leaf.text.elementsEqual($0.utf8) } ?? false
        case .null, .no, .yes, .string: false
        }
    }
}
