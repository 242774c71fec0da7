extension TestTable {
    /// Takes in the tests of rules, one after another.
    struct Builder {
        private(set) var tests: [CompiledTest] = []
        private var texts: [CompiledTest.Text] = []
        private var networks: [IPRange] = []
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
            case .address(let range, _), .cidr(let range, _):
                networks.append(range)
                return CompiledTest(kind: .network, first: UInt64(networks.count - 1))
            case .wildcard(let text): return list(.wildcard, text.literals)
            case .anythingBut(.strings(let texts)): return list(.notTexts, texts.map { Array($0.utf8) })
            case .equalsIgnoringCase(let text): return caseless(.caseless, text) ?? other(test)
            case .prefixIgnoringCase(let text): return caseless(.caselessPrefix, text) ?? other(test)
            case .suffixIgnoringCase(let text): return caseless(.caselessSuffix, text) ?? other(test)
            case .anythingBut: return other(test)
            }
        }

        private mutating func other(_ test: ValueTest) -> CompiledTest {
            others.append(test)
            return CompiledTest(kind: .other, first: UInt64(others.count - 1))
        }

        private mutating func list(_ kind: CompiledTest.Kind, _ list: [[UInt8]]) -> CompiledTest {
            let first = texts.count
            for text in list {
                texts.append(.init(offset: UInt32(bytes.count), length: UInt32(text.count)))
                bytes += text
            }
            return CompiledTest(kind: kind, length: UInt32(list.count), first: UInt64(first))
        }

        private mutating func caseless(_ kind: CompiledTest.Kind, _ text: CaselessText) -> CompiledTest? {
            guard let plain = text.plain else { return nil }
            let offset = bytes.count
            bytes += plain
            return CompiledTest(kind: kind, length: UInt32(plain.count), second: UInt64(offset))
        }

        private mutating func text(_ kind: CompiledTest.Kind, _ text: String) -> CompiledTest {
            var text = text
            let offset = bytes.count
            text.withUTF8 { bytes += $0 }
            return CompiledTest(
                kind: kind, length: UInt32(text.utf8.count), first: ByteHash.hash(text), second: UInt64(offset))
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

        /// - Parameter order: which test stands at each place.
        func build(_ store: SlabStore, order: [Int32]) -> TestTable {
            TestTable(
                tests: store.keep(order.lazy.map { tests[Int($0)] }), texts: store.keep(texts),
                networks: store.keep(networks),
                // Texts are compared 8 bytes at a time.
                bytes: store.keep(bytes + [UInt8](repeating: 0, count: 8)), others: store.keep(whole: others))
        }
    }
}
