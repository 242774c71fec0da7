/// Which values stand at the paths of an event that have many leaves: equal ones together, so that a clause looks at each
/// value once, and at none where it asks for an exact one. Without it each of a thousand rules would walk through a
/// list of thousands of elements.
///
/// A path is taken in when a clause first asks for it, and forgotten with the event.
struct ValueIndex {
    /// Paths with fewer leaves are walked through.
    static let leastLeaves = 32
    /// A value that takes more steps to be found was made to take them: such a path is walked through as well.
    private static let mostSteps = 128

    /// The values of one path.
    private struct Table: BitwiseCopyable {
        var firstGroup: Int32 = 0
        var groupCount: Int32 = 0
        /// In `slots`: a power of two of them.
        var firstSlot: Int32 = 0
        var slotMask: Int32 = 0
        /// In `chain`, `groupOf` and `members`.
        var firstLeaf: Int32 = 0
        var leafCount: Int32 = 0
    }

    /// Leaves with one value.
    private struct Group: BitwiseCopyable {
        var hash: UInt64
        /// The first one of them.
        var leaf: Int32
        /// In `members`.
        var start: Int32 = 0
        var count: Int32 = 0
        /// Whether one of them lies in no element.
        var hasFree = false
        /// The question that was last answered with this group.
        var question: UInt32 = 0
    }

    /// What a clause accepts of a path.
    enum Answer {
        case nothing
        /// A leaf that lies in no element, among others perhaps.
        case free
        /// A part of `members`.
        case span(Range<Int32>)
        /// Leaves that stand apart: `collect` gathers them.
        case scattered
    }

    private enum Number {
        static let unasked: Int32 = -2
        static let walked: Int32 = -1
    }

    /// The table of each path.
    private let numbers: UnsafeMutablePointer<Int32>
    private var asked = Scratch<Int32>(capacity: 8)
    private var tables = Scratch<Table>(capacity: 8)
    private var groups = Scratch<Group>(capacity: 64)
    private var slots = Scratch<Int32>(capacity: 128)
    /// The leaves of each path in the order of the event, and the group of each.
    private var chain = Scratch<Int32>(capacity: 64)
    private var groupOf = Scratch<Int32>(capacity: 64)
    /// The leaves of each group in that order, one group after another.
    private(set) var members = Scratch<Int32>(capacity: 64)
    private var question: UInt32 = 0

    init(pathCount: Int) {
        numbers = .allocate(capacity: max(pathCount, 1))
        numbers.initialize(repeating: Number.unasked, count: max(pathCount, 1))
    }

    func free() {
        numbers.deallocate()
        asked.free()
        tables.free()
        groups.free()
        slots.free()
        chain.free()
        groupOf.free()
        members.free()
    }

    /// Forgets the last event.
    mutating func begin() {
        guard asked.count > 0 else { return }
        for index in 0..<asked.count { numbers[Int(asked[index])] = Number.unasked }
        asked.removeAll()
        tables.removeAll()
        groups.removeAll()
        slots.removeAll()
        chain.removeAll()
        groupOf.removeAll()
        members.removeAll()
        question = 0
    }

    // MARK: Questions

    /// Whether a clause accepts any leaf; nil where its path is to be walked through.
    mutating func holds(
        _ clause: UnsafePointer<CompiledClause>, _ leaves: UnsafePointer<EventLeaves>,
        _ tables: UnsafePointer<MatcherTables>
    ) -> Bool? {
        guard let table = table(of: clause.pointee.path, leaves) else { return nil }
        var isFound = false
        forEach(clause, in: table, leaves, tables) { _ in
            isFound = true
            return false
        }
        return isFound
    }

    /// The leaves that a clause accepts; nil where its path is to be walked through.
    /// - Parameter freeIsEnough: whether one that lies in no element is all that is wanted.
    mutating func find(
        _ clause: UnsafePointer<CompiledClause>, freeIsEnough: Bool, _ leaves: UnsafePointer<EventLeaves>,
        _ tables: UnsafePointer<MatcherTables>
    ) -> Answer? {
        guard let table = table(of: clause.pointee.path, leaves) else { return nil }
        question += 1
        var answer = Answer.nothing
        forEach(clause, in: table, leaves, tables) { group in
            if freeIsEnough && group.pointee.hasFree {
                answer = .free
                return false
            }
            guard group.pointee.question != question else { return true }
            group.pointee.question = question
            if case .nothing = answer {
                answer = .span(group.pointee.start..<group.pointee.start + group.pointee.count)
            } else {
                answer = .scattered
            }
            return true
        }
        return answer
    }

    /// The leaves that were found last, in the order of the event.
    func collect(_ path: Int32, into list: inout Scratch<Int32>) {
        let number = numbers[Int(path)]
        guard number >= 0 else { return }
        let table = tables[Int(number)]
        for place in Int(table.firstLeaf)..<Int(table.firstLeaf + table.leafCount)
        where groups.start[Int(groupOf[place])].question == question {
            list.append(chain[place])
        }
    }

    /// Hands over each group that a clause accepts, until it is told to stop. A group may come twice.
    @inline(__always)
    private func forEach(
        _ clause: UnsafePointer<CompiledClause>, in table: Table, _ leaves: UnsafePointer<EventLeaves>,
        _ tables: UnsafePointer<MatcherTables>, _ body: (UnsafeMutablePointer<Group>) -> Bool
    ) {
        for test in clause.pointee.firstTest..<clause.pointee.firstTest + clause.pointee.testCount {
            if let hash = Gate.hash(of: tables.pointee.tests.tests.start + Int(test)) {
                let number = find(hash, in: table) { tables.pointee.tests.accepts(test, leaves.pointee.pointer($0)) }
                if number >= 0, !body(groups.start + Int(number)) { return }
                continue
            }
            for number in table.firstGroup..<table.firstGroup + table.groupCount {
                let group = groups.start + Int(number)
                if tables.pointee.tests.accepts(test, leaves.pointee.pointer(group.pointee.leaf)), !body(group) {
                    return
                }
            }
        }
    }

    /// The group of a value; -1 where no leaf has it.
    @inline(__always)
    private func find(_ hash: UInt64, in table: Table, _ isEqual: (Int32) -> Bool) -> Int32 {
        let first = slots.start + Int(table.firstSlot)
        var slot = Self.slot(of: hash)
        while true {
            slot &= table.slotMask
            let number = first[Int(slot)]
            guard number >= 0 else { return -1 }
            let group = groups.start + Int(number)
            if group.pointee.hash == hash, isEqual(group.pointee.leaf) { return number }
            slot &+= 1
        }
    }

    @inline(__always)
    private static func slot(of hash: UInt64) -> Int32 { Int32(truncatingIfNeeded: hash &>> 17) & .max }

    // MARK: Taking in

    private mutating func table(of path: Int32, _ leaves: UnsafePointer<EventLeaves>) -> Table? {
        guard leaves.pointee.leaves.count >= Self.leastLeaves else { return nil }
        if numbers[Int(path)] == Number.unasked {
            asked.append(path)
            numbers[Int(path)] = takeIn(path, leaves)
        }
        let number = numbers[Int(path)]
        return number >= 0 ? tables[Int(number)] : nil
    }

    private mutating func takeIn(_ path: Int32, _ leaves: UnsafePointer<EventLeaves>) -> Int32 {
        var table = Table()
        table.firstLeaf = Int32(chain.count)
        var leaf = leaves.pointee.first(of: path)
        while leaf >= 0 {
            chain.append(leaf)
            groupOf.append(-1)
            leaf = leaves.pointee.pointer(leaf).pointee.next
        }
        table.leafCount = Int32(chain.count) - table.firstLeaf
        guard table.leafCount >= Int32(Self.leastLeaves), divide(&table, leaves) else { return Number.walked }
        gather(table)
        tables.append(table)
        return Int32(tables.count - 1)
    }

    /// Finds the group of each leaf.
    /// - Returns: false where that takes too long.
    private mutating func divide(_ table: inout Table, _ leaves: UnsafePointer<EventLeaves>) -> Bool {
        var size: Int32 = 64
        while size < table.leafCount * 2 { size *= 2 }
        table.slotMask = size - 1
        table.firstSlot = Int32(slots.count)
        table.firstGroup = Int32(groups.count)
        slots.reserve(Int(size))
        let first = slots.start + slots.count
        first.initialize(repeating: -1, count: Int(size))
        slots.advance(by: Int(size))
        for place in Int(table.firstLeaf)..<chain.count {
            let leaf = leaves.pointee.pointer(chain[place])
            let hash = Gate.hash(of: leaf)
            var slot = Self.slot(of: hash) & table.slotMask
            var steps = 0
            while first[Int(slot)] >= 0 {
                let group = groups.start + Int(first[Int(slot)])
                if group.pointee.hash == hash, leaf.pointee.isEqual(leaves.pointee.pointer(group.pointee.leaf)) {
                    break
                }
                slot = (slot &+ 1) & table.slotMask
                steps += 1
                guard steps < Self.mostSteps else { return false }
            }
            if first[Int(slot)] < 0 {
                first[Int(slot)] = Int32(groups.count)
                groups.append(Group(hash: hash, leaf: chain[place]))
            }
            let group = groups.start + Int(first[Int(slot)])
            group.pointee.count += 1
            if leaf.pointee.element < 0 { group.pointee.hasFree = true }
            groupOf[place] = first[Int(slot)]
        }
        table.groupCount = Int32(groups.count) - table.firstGroup
        return true
    }

    /// Puts the leaves of each group side by side.
    private mutating func gather(_ table: Table) {
        members.reserve(Int(table.leafCount))
        var start = Int32(members.count)
        members.advance(by: Int(table.leafCount))
        for number in table.firstGroup..<table.firstGroup + table.groupCount {
            let group = groups.start + Int(number)
            group.pointee.start = start
            start += group.pointee.count
            group.pointee.count = 0
        }
        for place in Int(table.firstLeaf)..<Int(table.firstLeaf + table.leafCount) {
            let group = groups.start + Int(groupOf[place])
            members.start[Int(group.pointee.start + group.pointee.count)] = chain[place]
            group.pointee.count += 1
        }
    }
}

extension Leaf {
    /// Whether all tests accept both or neither.
    @inline(__always)
    fileprivate func isEqual(_ other: UnsafePointer<Leaf>) -> Bool {
        guard kind == other.pointee.kind else { return false }
        switch kind {
        case .null, .no, .yes: return true
        case .number: return number == other.pointee.number
        case .string, .longNumber:
            guard length == other.pointee.length else { return false }
            for index in 0..<Int(length) where bytes[index] != other.pointee.bytes[index] { return false }
            return true
        }
    }
}
