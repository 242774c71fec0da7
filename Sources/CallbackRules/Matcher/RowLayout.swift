import CallbackCore

/// The names of an object's members as an event before had them, with the places of those that rules ask for. Rows of
/// one table have the same names in the same order, so that one comparison finds all of them.
struct RowLayout: BitwiseCopyable {
    /// Held here, so that a name with the same bits elsewhere is the same text.
    private let names: UnsafeMutablePointer<String>
    let count: Int
    /// Where each wanted name stands; -1 where it does not.
    private let places: UnsafeMutablePointer<Int32>
    var indexes: UnsafePointer<Int32> { UnsafePointer(places) }
    /// Whether a name has dots: what lies below it may be found by a path of several steps.
    let hasDots: Bool

    init(_ members: UnsafeBufferPointer<JSONObject.Member>, wanted: [String]) {
        count = members.count
        names = .allocate(capacity: max(count, 1))
        for (index, member) in members.enumerated() { (names + index).initialize(to: member.key) }
        places = .allocate(capacity: max(wanted.count, 1))
        for (index, name) in wanted.enumerated() {
            let place = members.firstIndex { Self.isEqual($0.key, name) } ?? -1
            (places + index).initialize(to: Int32(truncatingIfNeeded: place))
        }
        hasDots = members.contains { $0.key.utf8.contains(UInt8(ascii: ".")) }
    }

    func free() {
        names.deinitialize(count: count)
        names.deallocate()
        places.deallocate()
    }

    @inline(__always)
    func fits(_ members: UnsafePointer<JSONObject.Member>, _ count: Int) -> Bool {
        guard count == self.count else { return false }
        var differences: UInt64 = 0
        for index in 0..<count { differences |= RowValue.difference(members, index, names + index) }
        return differences == 0 || hasNames(of: members)
    }

    private func hasNames(of members: UnsafePointer<JSONObject.Member>) -> Bool {
        for index in 0..<count {
            guard
                RowValue.difference(members, index, names + index) == 0
                    || Self.isEqual(members[index].key, names[index])
            else { return false }
        }
        return true
    }

    /// Byte by byte: Swift's own `==` takes é for e followed by an accent, JSON does not.
    @inline(never)
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }
}
