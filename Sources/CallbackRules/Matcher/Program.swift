/// One combination of a rule's clauses, as it is checked once a gate has led to it.
struct Program: BitwiseCopyable {
    /// Asked before anything else of the program is read; with them a program fills one line of the cache.
    var sentry: Sentry
    var secondSentry: Sentry
    var rule: Int32
    var firstClause: Int32
    /// The first ones are checked for an event without lists; the clause that chose the partition comes behind them.
    var checkedClauses: Int32
    var clauseCount: Int32
    /// Whether a clause of it also accepts that its field is missing.
    var hasAbsence: Bool
    /// Whether the fields of list elements must be chosen in the order of their names.
    var isOrdered: Bool
}

struct CompiledClause: BitwiseCopyable {
    var path: Int32
    var firstTest: Int32
    var testCount: Int32
    var acceptsAbsence: Bool
}

/// Which gates stand at a path for the rules of a partition, so that only these are tried.
struct PathPlan: BitwiseCopyable {
    static let exact: UInt8 = 1
    static let caseless: UInt8 = 2
    static let range: UInt8 = 4
    static let any: UInt8 = 8
    /// Any that looks into a text.
    static let inside: UInt8 = 16
    /// Any for which all of a text must be looked through.
    static let through: UInt8 = 32

    let path: Int32
    var kinds: UInt8 = 0
    /// A bit for each of `Gate.gramSizes`.
    var grams: UInt8 = 0
    /// The number of its tree of ranges; -1 where it has none.
    var tree: Int32 = -1
    /// What all keys of the path and the partition have in common.
    let salt: UInt64
    /// Lengths of beginnings, and of ends: a bit for each length less 1.
    var prefixes: UInt64 = 0
    var suffixes: UInt64 = 0
    /// Bits of networks of IPv4: a bit for each count from 0 to 32.
    var networks4: UInt64 = 0
    /// The same for IPv6, from 0 to 127 here, and 128 beside it.
    var networks6Low: UInt64 = 0
    var networks6High: UInt64 = 0
    var hasSingle6 = false
    /// Of the beginnings and ends, to be asked before any of their lengths.
    var prefixStems = StemTable.Part()
    var suffixStems = StemTable.Part()

    init(path: Int32, partition: UInt32) {
        self.path = path
        salt = Gate.salt(path: path, partition: partition)
    }

    mutating func add(_ gate: Gate) {
        switch gate.kind {
        case .caseless, .prefix, .suffix: kinds |= Self.inside
        case .gram, .address: kinds |= Self.inside | Self.through
        case .exact, .range, .any, .none: break
        }
        switch gate.kind {
        case .exact: kinds |= Self.exact
        case .caseless: kinds |= Self.caseless
        case .range: kinds |= Self.range
        case .any, .none: kinds |= Self.any
        case .prefix: prefixes |= 1 << UInt64(gate.length - 1)
        case .suffix: suffixes |= 1 << UInt64(gate.length - 1)
        case .gram: grams |= 1 << UInt8(Gate.gramSizes.firstIndex(of: Int(gate.length)) ?? 0)
        case .address: break
        }
    }

    mutating func add(network: IPRange) {
        let bits = UInt64(network.bits)
        if network.network.isVersion4 {
            networks4 |= 1 << bits
        } else if bits == 128 {
            hasSingle6 = true
        } else if bits >= 64 {
            networks6High |= 1 << (bits - 64)
        } else {
            networks6Low |= 1 << bits
        }
    }

    /// `Gate.gramSizes` without the array.
    @inline(__always)
    static func gramSize(bit: Int) -> Int { bit == 0 ? 8 : 5 - bit }

    @inline(__always)
    var hasAddresses: Bool { networks4 | networks6Low | networks6High != 0 || hasSingle6 }
}

/// What a partition tries for each event.
struct Partition: BitwiseCopyable {
    /// Its part of all plans.
    var firstPlan: UInt32
    var planCount: UInt32
    /// Its part of the programs to which no value leads.
    var firstAlways: UInt32
    var alwaysCount: UInt32
}
