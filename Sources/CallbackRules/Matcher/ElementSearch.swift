/// Decides a rule for an event with lists: for each clause a value is chosen, and the values must agree on the element
/// of every list that they share. Values that stand in a list themselves are tied to nothing.
///
/// That a field is missing is asked of the elements that clauses before it have chosen, the clauses being in the order of
/// their names: the engine that defined the language does the same, so that the names of fields decide. Where no clause
/// asks that, the order changes nothing, and the clause that accepts the fewest leaves comes first.
///
/// The order matters in one more case. A list of objects may hold values as well, which belong to a path that is the
/// beginning of those of the objects' fields. What is skipped for such a field are whole elements, but between two of
/// them may stand such a value: so the shorter path, which comes first in the order of names, is chosen before.
struct ElementSearch {
    private struct Level: BitwiseCopyable {
        var rank: Int32
        var acceptsAbsence: Bool
        /// The leaves that the clause accepts: in `candidates`, or where the index has them.
        var isIndexed: Bool
        var start: Int32
        var end: Int32
        /// All leaves of its path, where it accepts that there is none: in `candidates`.
        var allStart: Int32
        var allEnd: Int32
    }

    private var values: ValueIndex
    private var levels = Scratch<Level>(capacity: 16)
    private var candidates = Scratch<Int32>(capacity: 64)
    /// By list: the element that was chosen, or -1, and the level that chose it.
    private var chosen = Scratch<Int32>(capacity: 16)
    private var choosers = Scratch<Int32>(capacity: 16)

    init(pathCount: Int) { values = ValueIndex(pathCount: pathCount) }

    /// Forgets the last event.
    mutating func begin() { values.begin() }

    func free() {
        values.free()
        levels.free()
        candidates.free()
        chosen.free()
        choosers.free()
    }

    /// Whether a clause holds for itself; nil where its leaves are few enough to be walked through.
    mutating func holds(
        _ clause: UnsafePointer<CompiledClause>, _ leaves: UnsafePointer<EventLeaves>,
        _ tables: UnsafePointer<MatcherTables>
    ) -> Bool? {
        values.holds(clause, leaves, tables)
    }

    /// Whether all of a program holds.
    mutating func holds(
        _ program: UnsafePointer<Program>, _ leaves: UnsafePointer<EventLeaves>, _ tables: UnsafePointer<MatcherTables>
    ) -> Bool {
        guard prepare(program, leaves, tables) else { return false }
        guard levels.count > 0 else { return true }
        while chosen.count < leaves.pointee.listEnds.count {
            chosen.append(-1)
            choosers.append(-1)
        }
        return solve(0, leaves) == nil
    }

    /// Finds for each clause what it accepts.
    /// - Returns: false where a clause accepts nothing at all. Clauses that hold without tying anything need no level.
    private mutating func prepare(
        _ program: UnsafePointer<Program>, _ leaves: UnsafePointer<EventLeaves>, _ tables: UnsafePointer<MatcherTables>
    ) -> Bool {
        levels.removeAll()
        candidates.removeAll()
        let first = tables.pointee.clauses.start + Int(program.pointee.firstClause)
        for clause in first..<(first + Int(program.pointee.clauseCount)) {
            var level = Level(
                rank: tables.pointee.pathOrder.start[Int(clause.pointee.path)],
                acceptsAbsence: clause.pointee.acceptsAbsence, isIndexed: false, start: 0, end: 0, allStart: 0,
                allEnd: 0)
            // What is chosen can only help that something else is missing: then nothing is free.
            if find(clause, for: &level, freeIsEnough: !program.pointee.hasAbsence, leaves, tables) { continue }
            if level.start == level.end && !level.acceptsAbsence { return false }
            if level.acceptsAbsence {
                level.allStart = Int32(candidates.count)
                var leaf = leaves.pointee.first(of: clause.pointee.path)
                while leaf >= 0 {
                    candidates.append(leaf)
                    leaf = leaves.pointee.leaves[Int(leaf)].next
                }
                level.allEnd = Int32(candidates.count)
            }
            levels.append(level)
        }
        if !program.pointee.isOrdered {
            for index in 0..<levels.count { levels.start[index].rank = levels[index].end - levels[index].start }
        }
        sortLevels()
        return true
    }

    /// Finds the leaves that a clause accepts.
    /// - Returns: whether one of them lies in no element and that is enough: then there is nothing to choose.
    private mutating func find(
        _ clause: UnsafePointer<CompiledClause>, for level: inout Level, freeIsEnough: Bool,
        _ leaves: UnsafePointer<EventLeaves>, _ tables: UnsafePointer<MatcherTables>
    ) -> Bool {
        level.start = Int32(candidates.count)
        switch values.find(clause, freeIsEnough: freeIsEnough, leaves, tables) {
        case .free: return true
        case .nothing: break
        case .span(let span):
            level.isIndexed = true
            level.start = span.lowerBound
            level.end = span.upperBound
            return false
        case .scattered: values.collect(clause.pointee.path, into: &candidates)
        case nil:
            var leaf = leaves.pointee.first(of: clause.pointee.path)
            while leaf >= 0 {
                let value = leaves.pointee.pointer(leaf)
                if tables.pointee.tests.accepts(clause, value) {
                    if freeIsEnough && value.pointee.element < 0 { return true }
                    candidates.append(leaf)
                }
                leaf = value.pointee.next
            }
        }
        level.end = Int32(candidates.count)
        return false
    }

    private func sortLevels() {
        for index in 0..<levels.count {
            var place = index
            while place > 0, levels[place - 1].rank > levels[place].rank {
                let level = levels[place]
                levels[place] = levels[place - 1]
                levels[place - 1] = level
                place -= 1
            }
        }
    }

    /// The bit of a level in a set of levels. Beyond 63 they share one, which makes sets larger and never wrong.
    private static func bit(_ level: Int) -> UInt64 { 1 << UInt64(min(level, 63)) }

    /// Chooses for a level and all behind it.
    /// - Returns: nil where it can be done; else the levels before it that are to blame: to choose anew at any other is
    ///   in vain.
    private mutating func solve(_ number: Int, _ leaves: UnsafePointer<EventLeaves>) -> UInt64? {
        guard number < levels.count else { return nil }
        let level = levels[number]
        let accepted = level.isIndexed ? values.members.start : candidates.start
        var blamed: UInt64 = 0
        var cursor = Int(level.start)
        while cursor < Int(level.end) {
            let leaf = leaves.pointee.leaves.start + Int(accepted[cursor])
            if let conflict = conflict(leaf, leaves) {
                blamed |= Self.bit(Int(choosers[Int(conflict.list)]))
                cursor = Self.skip(accepted, from: cursor + 1, to: Int(level.end), target: conflict.target)
                continue
            }
            tie(leaf, to: number, leaves)
            let result = solve(number + 1, leaves)
            untie(leaf, from: number, leaves)
            guard let result else { return nil }
            if result & Self.bit(number) == 0 { return result }
            blamed |= result & (Self.bit(number) &- 1 | (number > 63 ? Self.bit(63) : 0))
            cursor += 1
        }
        guard level.acceptsAbsence else { return blamed }
        let before = Self.bit(number) &- 1 | (number > 63 ? Self.bit(63) : 0)
        cursor = Int(level.allStart)
        while cursor < Int(level.allEnd) {
            let leaf = leaves.pointee.leaves.start + Int(candidates[cursor])
            guard let conflict = conflict(leaf, leaves) else { return blamed | before }
            cursor = Self.skip(
                candidates.start, from: cursor + 1, to: Int(level.allEnd), target: conflict.target)
        }
        guard let result = solve(number + 1, leaves) else { return nil }
        return blamed | result & before
    }

    /// The outermost list of which another element was chosen than the one that a leaf lies in, and the first leaf that
    /// could be without that conflict.
    private func conflict(_ leaf: UnsafePointer<Leaf>, _ leaves: UnsafePointer<EventLeaves>) -> (
        list: Int32, target: Int32
    )? {
        var number = leaf.pointee.element
        var conflict: (list: Int32, target: Int32)?
        while number >= 0 {
            let element = leaves.pointee.elements.start + Int(number)
            let list = element.pointee.list
            let other = chosen[Int(list)]
            if other >= 0, other != number {
                let isBefore = number < other
                conflict = (
                    list, isBefore ? leaves.pointee.elements[Int(other)].firstLeaf : leaves.pointee.listEnds[Int(list)]
                )
            }
            number = element.pointee.parent
        }
        return conflict
    }

    /// The first of some leaves that is not before another one. They stand in the order of the event.
    private static func skip(_ leaves: UnsafePointer<Int32>, from start: Int, to end: Int, target: Int32) -> Int {
        var low = start
        var high = end
        while low < high {
            let middle = (low + high) / 2
            if leaves[middle] < target { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func tie(_ leaf: UnsafePointer<Leaf>, to level: Int, _ leaves: UnsafePointer<EventLeaves>) {
        var number = leaf.pointee.element
        while number >= 0 {
            let element = leaves.pointee.elements.start + Int(number)
            let list = Int(element.pointee.list)
            if chosen[list] < 0 {
                chosen[list] = number
                choosers[list] = Int32(truncatingIfNeeded: level)
            }
            number = element.pointee.parent
        }
    }

    private func untie(_ leaf: UnsafePointer<Leaf>, from level: Int, _ leaves: UnsafePointer<EventLeaves>) {
        var number = leaf.pointee.element
        while number >= 0 {
            let element = leaves.pointee.elements.start + Int(number)
            let list = Int(element.pointee.list)
            if choosers[list] == Int32(truncatingIfNeeded: level) {
                chosen[list] = -1
                choosers[list] = -1
            }
            number = element.pointee.parent
        }
    }
}
