import CallbackCore

/// Finds values of an event in memory when a rule asks for them, and no others: most rules of a type look at few fields.
///
/// Each name stands once in its object, as sources make them. It knows objects, single values, and lists of single
/// values. `needsWhole` says that there is more, and that the event must be read by `EventReader` instead.
struct RowReader {
    private typealias Member = JSONObject.Member

    /// Where a path, or an object on the way, leads from the object above it.
    struct Step: BitwiseCopyable {
        /// The object above; -1 where that is the event itself.
        let parent: Int32
        /// The number of its name among those that are wanted of the object above.
        let name: Int32
        let attribute: EventAttribute?
        /// Whether it is `data` of the event.
        let isData: Bool
    }

    /// An object of the event, being the value of a name.
    struct Place: BitwiseCopyable {
        var epoch: UInt32 = 0
        /// The layout that it had last.
        var layout: Int32 = -1
        var hasDots = false
        /// Nil where there is no such object.
        var members: UnsafePointer<JSONObject.Member>?
        /// Where each wanted name stands.
        var indexes: UnsafePointer<Int32>?
    }

    /// What the object looked like in events before.
    struct Memory {
        let wanted: [String]
        var layouts = Scratch<RowLayout>(capacity: 4)
    }

    /// By path, and behind the paths by object.
    let steps: UnsafeMutablePointer<Step>
    let pathCount: Int
    let places: UnsafeMutablePointer<Place>
    let memories: UnsafeMutablePointer<Memory>
    private let placeCount: Int
    private(set) var epoch: UInt32 = 0
    /// By partition.
    let routes: UnsafeMutablePointer<RowRoute.Known>
    private let partitionCount: Int
    var needsWhole = false

    /// More layouts of one object are not kept: a source has as many as it has tables.
    private static let mostLayouts = 64
    /// An object with more members is no row.
    private static let mostMembers = 1_024

    /// - Parameter names: the dotted name of each path.
    init(_ names: [String], partitionCount: Int) {
        var layout = StepLayout()
        let pathSteps = names.map { name in
            let segments = EventPath(dotted: name).segments
            let attribute = segments.count == 1 ? EventAttribute(rawValue: name) : nil
            return layout.step(segments, attribute: attribute)
        }
        let all = pathSteps + layout.objects
        steps = .allocate(capacity: max(all.count, 1))
        steps.initialize(from: all, count: all.count)
        pathCount = names.count
        placeCount = layout.objects.count
        places = .allocate(capacity: max(placeCount, 1))
        places.initialize(repeating: Place(), count: placeCount)
        memories = .allocate(capacity: max(placeCount, 1))
        for (index, wanted) in layout.wanted.enumerated() { (memories + index).initialize(to: Memory(wanted: wanted)) }
        routes = .allocate(capacity: max(partitionCount, 1))
        routes.initialize(repeating: RowRoute.Known(), count: partitionCount)
        self.partitionCount = partitionCount
    }

    /// Numbers the objects on the way to the paths, and the names that are wanted of each.
    private struct StepLayout {
        private var numbers: [[String]: Int32] = [:]
        private(set) var objects: [Step] = []
        private(set) var wanted: [[String]] = []

        mutating func step(_ segments: [String], attribute: EventAttribute?) -> Step {
            let name = segments[segments.count - 1]
            let parent = object(Array(segments.dropLast()))
            guard parent >= 0 else {
                return Step(parent: -1, name: -1, attribute: attribute, isData: name == "data")
            }
            wanted[Int(parent)].append(name)
            return Step(
                parent: parent, name: Int32(wanted[Int(parent)].count - 1), attribute: nil, isData: false)
        }

        private mutating func object(_ segments: [String]) -> Int32 {
            if segments.isEmpty { return -1 }
            if let known = numbers[segments] { return known }
            let step = step(segments, attribute: nil)
            let number = Int32(objects.count)
            numbers[segments] = number
            objects.append(step)
            wanted.append([])
            return number
        }
    }

    func free() {
        forgetRoutes()
        routes.deallocate()
        for place in 0..<placeCount {
            let layouts = memories[place].layouts
            for number in 0..<layouts.count { layouts[number].free() }
            layouts.free()
        }
        memories.deinitialize(count: placeCount)
        memories.deallocate()
        places.deallocate()
        steps.deallocate()
    }

    private func forgetRoutes() {
        for partition in 0..<partitionCount { routes[partition].forget() }
    }

    mutating func begin() {
        needsWhole = false
        epoch &+= 1
        guard epoch == 0 else { return }
        for place in 0..<placeCount { places[place].epoch = 0 }
        epoch = 1
    }

    /// Adds the leaves of a path.
    mutating func read(
        _ path: Int32, of event: UnsafePointer<EventView>, into leaves: UnsafeMutablePointer<EventLeaves>
    ) {
        let step = steps + Int(path)
        guard step.pointee.parent >= 0 else {
            guard let attribute = step.pointee.attribute else { return }
            if attribute == .type { return leaves.pointee.appendType(of: event, path) }
            guard let value = event.pointee.value(of: attribute) else { return }
            return leaves.pointee.append(value, path)
        }
        guard let value = value(step, of: event) else { return }
        switch RowValue.kind(value) {
        case .object: return
        case .list: readList(value, path, into: leaves)
        case let kind: leaves.pointee.append(kind, value, path)
        }
    }

    private mutating func readList(
        _ list: UnsafePointer<JSONValue>, _ path: Int32, into leaves: UnsafeMutablePointer<EventLeaves>
    ) {
        guard let elements = RowValue.elements(list) else { return }
        for index in 0..<RowValue.elementCount(list) {
            switch RowValue.kind(elements + index) {
            case .object, .list: needsWhole = true
            case let kind: leaves.pointee.append(kind, elements + index, path)
            }
        }
    }

    /// What stands at a step; nil where nothing does. It stays where it is while the event is matched, which holds it.
    @inline(__always)
    mutating func value(
        _ step: UnsafePointer<Step>, of event: UnsafePointer<EventView>
    ) -> UnsafePointer<JSONValue>? {
        let place = places + Int(step.pointee.parent)
        if place.pointee.epoch != epoch { find(step.pointee.parent, in: event) }
        guard let members = place.pointee.members, let indexes = place.pointee.indexes else { return nil }
        let index = indexes[Int(step.pointee.name)]
        return index >= 0 ? members.advanced(by: Int(index)).pointer(to: \.value) : nil
    }

    /// Looks an object of the event up.
    mutating func find(_ object: Int32, in event: UnsafePointer<EventView>) {
        let place = places + Int(object)
        place.pointee.epoch = epoch
        place.pointee.members = nil
        let step = steps + pathCount + Int(object)
        let value: UnsafePointer<JSONValue>?
        if step.pointee.parent < 0 {
            value = step.pointee.isData ? event.pointer(to: \.data) : nil
        } else {
            value = self.value(step, of: event)
            let parent = places + Int(step.pointee.parent)
            // A member whose own name has dots may lead there as well.
            if parent.pointee.members != nil, parent.pointee.hasDots { needsWhole = true }
        }
        guard let value else { return }
        switch RowValue.kind(value) {
        case .object: enter(object, RowValue.members(value), RowValue.memberCount(value))
        case .list: needsWhole = true
        default: return
        }
    }

    /// Finds the layout of an object, or learns it.
    private mutating func enter(_ object: Int32, _ members: UnsafePointer<JSONObject.Member>?, _ count: Int) {
        guard let members else { return }
        guard count <= Self.mostMembers else {
            needsWhole = true
            return
        }
        let place = places + Int(object)
        place.pointee.members = members
        let memory = memories + Int(object)
        let last = Int(place.pointee.layout)
        if last >= 0, memory.pointee.layouts[last].fits(members, count) { return }
        let layout =
            (0..<memory.pointee.layouts.count).first { memory.pointee.layouts[$0].fits(members, count) }
            ?? learn(UnsafeBufferPointer(start: members, count: count), memory, after: last)
        place.pointee.layout = Int32(truncatingIfNeeded: layout)
        place.pointee.hasDots = memory.pointee.layouts[layout].hasDots
        place.pointee.indexes = memory.pointee.layouts[layout].indexes
    }

    /// - Returns: the number of the new layout, which takes the place of another one where there are too many.
    private func learn(
        _ members: UnsafeBufferPointer<JSONObject.Member>, _ memory: UnsafeMutablePointer<Memory>, after last: Int
    ) -> Int {
        let layout = RowLayout(members, wanted: memory.pointee.wanted)
        let known = memory.pointee.layouts.count
        guard known == Self.mostLayouts else {
            memory.pointee.layouts.append(layout)
            return known
        }
        // Routes lead past layouts that they know by their numbers.
        forgetRoutes()
        let number = (last + 1) % known
        memory.pointee.layouts[number].free()
        memory.pointee.layouts[number] = layout
        return number
    }
}
