/// The way a test is found from an event's value: rules are not asked one by one, the value leads to them.
struct Gate: Hashable {
    enum Kind: UInt8, BitwiseCopyable {
        /// A value as it is; addresses too, by their network.
        case exact, address
        /// A text without its case, or the beginning or end of one.
        case caseless
        case prefix, suffix
        /// Some bytes inside a text.
        case gram
        case range
        /// Any value at all: for tests that leave little out.
        case any
        /// A test that no value can lead to.
        case none
    }

    let kind: Kind
    /// The hash of what is looked for.
    let hash: UInt64
    /// The length of the text that is hashed, or the bits of a network.
    let length: UInt16
    /// Up to 8 bytes of a beginning, or the last ones of an end.
    let stem: UInt64

    init(_ kind: Kind, hash: UInt64 = 0, length: Int = 0, stem: UInt64 = 0) {
        self.kind = kind
        self.hash = hash
        self.stem = stem
        self.length = UInt16(truncatingIfNeeded: length)
    }

    /// A longer beginning or end is found by as much of it: it is compared afterwards.
    static let longestText = 64
    /// How many bytes of a text inside are looked for: each size is one pass over the value.
    static let gramSizes = [8, 4, 3, 2, 1]

    init(_ test: ValueTest) {
        switch test {
        case .null: self.init(.exact, hash: Self.null)
        case .bool(let flag): self.init(.exact, hash: flag ? Self.yes : Self.no)
        case .string(let text), .exactly(let text): self.init(.exact, hash: ByteHash.hash(text))
        case .number(let number): self.init(.exact, hash: Self.hash(number))
        case .address(let range, _), .cidr(let range, _):
            self.init(.address, hash: ByteHash.hash(range.network, bits: range.bits), length: range.bits)
        case .prefix(let text): self = Self.prefix(Array(text.utf8))
        case .suffix(let text): self = Self.suffix(Array(text.utf8))
        case .equalsIgnoringCase(let text):
            self = text.folded.map { Gate(.caseless, hash: ByteHash.hash($0)) } ?? Gate(.any)
        case .prefixIgnoringCase, .suffixIgnoringCase: self.init(.any)
        case .wildcard(let text): self = Self.options(text)[0]
        case .numeric: self.init(.range)
        case .anythingBut, .present: self.init(.any)
        case .absent: self.init(.none)
        }
    }

    private static func prefix(_ text: [UInt8]) -> Gate {
        let part = Array(text.prefix(longestText))
        return part.isEmpty
            ? Gate(.any)
            : Gate(
                .prefix, hash: ByteHash.hash(part), length: part.count, stem: StemTable.stem(part.prefix(8)))
    }

    private static func suffix(_ text: [UInt8]) -> Gate {
        let part = Array(text.suffix(longestText))
        return part.isEmpty
            ? Gate(.any)
            : Gate(
                .suffix, hash: ByteHash.hash(part), length: part.count, stem: StemTable.stem(part.suffix(8)))
    }

    /// Whether the gate is one that a wildcard may have.
    var mayHaveOptions: Bool { kind == .prefix || kind == .suffix || kind == .gram }

    /// The gates of which one is to be chosen, where a test has several.
    static func options(_ test: ValueTest) -> [Gate]? {
        guard case .wildcard(let text) = test else { return nil }
        let options = options(text)
        return options.count > 1 ? options : nil
    }

    /// By any of its literals, of those inside by their beginning or end; at least one.
    private static func options(_ text: WildcardText) -> [Gate] {
        let literals = text.literals
        if literals.count == 1 { return [Gate(.exact, hash: ByteHash.hash(literals[0]))] }
        var options: [Gate] = []
        for (index, literal) in literals.enumerated() where !literal.isEmpty {
            if index == 0 {
                options.append(prefix(literal))
            } else if index == literals.count - 1 {
                options.append(suffix(literal))
            } else if let size = gramSizes.first(where: { $0 <= literal.count }) {
                options.append(Gate(.gram, hash: ByteHash.hash(Array(literal.prefix(size))), length: size))
                guard literal.count > size else { continue }
                options.append(Gate(.gram, hash: ByteHash.hash(Array(literal.suffix(size))), length: size))
            }
        }
        return options.isEmpty ? [Gate(.any)] : options
    }

    // MARK: Values that are no text

    static let null: UInt64 = 0x6E75_6C6C_0000_0001
    static let no: UInt64 = 0x6661_6C73_0000_0001
    static let yes: UInt64 = 0x7472_7565_0000_0001
    /// Keeps the text 300 apart from the number.
    private static let numberMark: UInt64 = 0xA5A5_5A5A_0F0F_F0F0

    /// The hash under which a number is found that compares.
    @inline(__always)
    static func hash(_ number: Double) -> UInt64 { ByteHash.hash(number) ^ numberMark }

    private static func hash(_ number: ExactNumber) -> UInt64 {
        guard let value = number.comparable else { return ByteHash.hash(number.text ?? "") ^ numberMark }
        return hash(value)
    }

    /// The hash under which a test for exactly this value is found.
    @inline(__always)
    static func hash(of leaf: UnsafePointer<Leaf>) -> UInt64 {
        switch leaf.pointee.kind {
        case .string: ByteHash.hash(leaf.pointee.bytes, Int(leaf.pointee.length))
        case .number: hash(leaf.pointee.number)
        case .longNumber: ByteHash.hash(leaf.pointee.bytes, Int(leaf.pointee.length)) ^ numberMark
        case .null: null
        case .no: no
        case .yes: yes
        }
    }

    /// The same of the value that a test asks for; nil for a test that accepts several.
    @inline(__always)
    static func hash(of test: UnsafePointer<CompiledTest>) -> UInt64? {
        switch test.pointee.kind {
        case .string: test.pointee.first
        case .number: hash(Double(bitPattern: test.pointee.first))
        case .longNumber: test.pointee.first ^ numberMark
        case .null: null
        case .no: no
        case .yes: yes
        default: nil
        }
    }

    func key(_ path: Int32, _ partition: UInt32) -> UInt64 {
        Self.key(kind, hash, path: path, partition: partition)
    }

    /// The key of a gate: what is looked for, at which path, for which partition of the rules.
    @inline(__always)
    static func key(_ kind: Kind, _ hash: UInt64, path: Int32, partition: UInt32) -> UInt64 {
        key(kind, hash, salt: salt(path: path, partition: partition))
    }

    /// What is the same for all keys of a path and a partition.
    @inline(__always)
    static func salt(path: Int32, partition: UInt32) -> UInt64 {
        (UInt64(partition) &<< 32 | UInt64(UInt32(bitPattern: path))) &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    static func key(_ kind: Kind, _ hash: UInt64, salt: UInt64) -> UInt64 {
        ByteHash.mix(hash ^ 0x2545_F491_4F6C_DD1D, salt ^ UInt64(kind.rawValue) &+ 1)
    }
}
