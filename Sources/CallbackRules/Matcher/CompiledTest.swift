/// One alternative of a clause as the matcher holds it: numbers instead of texts where that is enough.
struct CompiledTest: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case null, no, yes, string, number, longNumber, prefix, suffix, range, present
        /// Anything else: a `ValueTest` decides.
        case other
        /// Never accepts a leaf: that a field is missing is asked of the clause.
        case absent
    }

    /// What a range of numbers includes, as bits of `flags`.
    enum Bound {
        static let low: UInt8 = 1
        static let lowIncluded: UInt8 = 2
        static let high: UInt8 = 4
        static let highIncluded: UInt8 = 8
    }

    var kind: Kind
    var flags: UInt8 = 0
    var length: UInt32 = 0
    /// The hash of a text, the bits of a number or of the low bound, or the number of a `ValueTest`.
    var first: UInt64 = 0
    /// Where a text begins, or the bits of the high bound.
    var second: UInt64 = 0
}

/// The tests of all rules with the texts that they compare.
struct TestTable: Sendable {
    let tests: Slab<CompiledTest>
    private let bytes: Slab<UInt8>
    private let others: [ValueTest]

    init(tests: [CompiledTest], bytes: [UInt8], others: [ValueTest], _ store: SlabStore) {
        self.tests = store.keep(tests)
        self.bytes = store.keep(bytes)
        self.others = others
    }

    @inline(__always)
    func accepts(_ number: Int32, _ leaf: UnsafePointer<Leaf>) -> Bool {
        let test = tests.start + Int(number)
        switch test.pointee.kind {
        case .string:
            return leaf.pointee.kind == .string && leaf.pointee.hash == test.pointee.first
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
        case .other: return others[Int(test.pointee.first)].accepts(leaf.pointee)
        }
    }

    @inline(__always)
    private func isEqual(_ text: UnsafePointer<UInt8>, _ test: UnsafePointer<CompiledTest>) -> Bool {
        let wanted = bytes.start + Int(test.pointee.second)
        for index in 0..<Int(test.pointee.length) where text[index] != wanted[index] { return false }
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

extension TestTable {
    /// Takes in the tests of rules, one after another.
    struct Builder {
        private(set) var tests: [CompiledTest] = []
        private var bytes: [UInt8] = []
        private var others: [ValueTest] = []

        mutating func append(_ test: ValueTest) {
            tests.append(compiled(test))
        }

        private mutating func compiled(_ test: ValueTest) -> CompiledTest {
            switch test {
            case .null: return CompiledTest(kind: .null)
            case .bool(let flag): return CompiledTest(kind: flag ? .yes : .no)
            case .string(let text), .exactly(let text): return self.text(.string, text)
            case .prefix(let text): return self.text(.prefix, text)
            case .suffix(let text): return self.text(.suffix, text)
            case .number(let number):
                guard let value = number.comparable else { return text(.longNumber, number.text ?? "") }
                return CompiledTest(kind: .number, first: value.bitPattern)
            case .numeric(let range): return Self.range(range)
            case .present: return CompiledTest(kind: .present)
            case .absent: return CompiledTest(kind: .absent)
            case .address, .equalsIgnoringCase, .prefixIgnoringCase, .suffixIgnoringCase, .wildcard, .cidr,
                .anythingBut:
                others.append(test)
                return CompiledTest(kind: .other, first: UInt64(others.count - 1))
            }
        }

        private mutating func text(_ kind: CompiledTest.Kind, _ text: String) -> CompiledTest {
            let offset = bytes.count
            let text = Array(text.utf8)
            bytes += text
            return CompiledTest(
                kind: kind, length: UInt32(text.count), first: ByteHash.hash(text), second: UInt64(offset))
        }

        private static func range(_ range: NumericRange) -> CompiledTest {
            var test = CompiledTest(kind: .range)
            if let low = range.low {
                test.first = low.value.bitPattern
                test.flags |= CompiledTest.Bound.low | (low.isIncluded ? CompiledTest.Bound.lowIncluded : 0)
            }
            if let high = range.high {
                test.second = high.value.bitPattern
                test.flags |= CompiledTest.Bound.high | (high.isIncluded ? CompiledTest.Bound.highIncluded : 0)
            }
            return test
        }

        func build(_ store: SlabStore) -> TestTable {
            TestTable(tests: tests, bytes: bytes, others: others, store)
        }
    }
}
