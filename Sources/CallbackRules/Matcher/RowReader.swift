import CallbackCore

/// Finds values of an event in memory when a rule asks for them, and no others: most rules of a type look at few fields.
///
/// Each name stands once in its object, as sources make them. It knows objects, single values, and lists of single values. `needsWhole` says that there is more, and that the event
/// must be read by `EventReader` instead.
struct RowReader {
    private typealias Members = UnsafeBufferPointer<JSONObject.Member>

    /// Where a path leads from the object above it.
    private struct Step {
        let name: String
        /// The object above; -1 where that is the event itself.
        let parent: Int32
        let attribute: EventAttribute?
        private let isASCII: Bool

        init(name: String, parent: Int32, attribute: EventAttribute?) {
            self.name = name
            self.parent = parent
            self.attribute = attribute
            isASCII = name.utf8.allSatisfy { $0 < 0x80 }
        }

        /// Byte by byte: Swift's own `==` takes é for e followed by an accent, JSON does not.
        @inline(__always)
        func isNamed(_ key: String) -> Bool {
            key == name && (isASCII ? key.utf8.count == name.utf8.count : key.utf8.elementsEqual(name.utf8))
        }
    }

    /// An object of the event, being the value of a name.
    private struct Place: BitwiseCopyable {
        var epoch: UInt32
        /// Nil where there is no such object.
        var members: UnsafePointer<JSONObject.Member>?
        var count: Int
    }

    /// By path, and behind the paths by object.
    private let steps: UnsafeMutablePointer<Step>
    private let stepCount: Int
    private let pathCount: Int
    /// Where a name stood last: events of one source have their fields in one order.
    private let hints: UnsafeMutablePointer<Int32>
    private let places: UnsafeMutablePointer<Place>
    private let placeCount: Int
    private var epoch: UInt32 = 0
    private(set) var needsWhole = false

    /// - Parameter names: the dotted name of each path.
    init(_ names: [String]) {
        var objects: [[String]: Int32] = [:]
        var objectSteps: [Step] = []
        func object(_ segments: [String]) -> Int32 {
            if segments.isEmpty { return -1 }
            if let known = objects[segments] { return known }
            let parent = object(Array(segments.dropLast()))
            let number = Int32(objectSteps.count)
            objects[segments] = number
            objectSteps.append(Step(name: segments[segments.count - 1], parent: parent, attribute: nil))
            return number
        }
        let pathSteps = names.map { name in
            let segments = EventPath(dotted: name).segments
            let attribute = segments.count == 1 ? EventAttribute(rawValue: name) : nil
            let parent = object(Array(segments.dropLast()))
            return Step(name: segments[segments.count - 1], parent: parent, attribute: attribute)
        }
        let all = pathSteps + objectSteps
        stepCount = all.count
        steps = .allocate(capacity: max(stepCount, 1))
        steps.initialize(from: all, count: stepCount)
        pathCount = names.count
        placeCount = objectSteps.count
        hints = .allocate(capacity: max(stepCount, 1))
        hints.initialize(repeating: 0, count: max(stepCount, 1))
        places = .allocate(capacity: max(placeCount, 1))
        places.initialize(repeating: Place(epoch: 0, members: nil, count: 0), count: max(placeCount, 1))
    }

    func free() {
        steps.deinitialize(count: stepCount)
        steps.deallocate()
        hints.deallocate()
        places.deallocate()
    }

    mutating func begin() {
        needsWhole = false
        epoch &+= 1
        guard epoch == 0 else { return }
        places.update(repeating: Place(epoch: 0, members: nil, count: 0), count: max(placeCount, 1))
        epoch = 1
    }

    /// Adds the leaves of a path.
    mutating func read(
        _ path: Int32, of event: UnsafePointer<EventView>, into leaves: UnsafeMutablePointer<EventLeaves>
    ) {
        let number = Int(path)
        let parent = steps[number].parent
        guard parent >= 0 else {
            guard let attribute = steps[number].attribute, let value = event.pointee.value(of: attribute) else {
                return
            }
            return leaves.pointee.append(value, path)
        }
        guard let members = members(of: parent, in: event), let index = find(number, members) else { return }
        switch members[index].value {
        case .object: return
        case .array(let elements):
            for element in elements {
                if element.isScalar { leaves.pointee.append(element, path) } else { needsWhole = true }
            }
        case let value: leaves.pointee.append(value, path)
        }
    }

    /// The members of an object; nil where it is none. They stay where they are while the event is matched, which holds
    /// it.
    private mutating func members(of object: Int32, in event: UnsafePointer<EventView>) -> Members? {
        let place = places + Int(object)
        if place.pointee.epoch != epoch {
            let found = find(object, in: event)
            place.pointee = Place(epoch: epoch, members: found?.baseAddress, count: found?.count ?? 0)
        }
        return place.pointee.members.map { Members(start: $0, count: place.pointee.count) }
    }

    private mutating func find(_ object: Int32, in event: UnsafePointer<EventView>) -> Members? {
        let number = pathCount + Int(object)
        let parent = steps[number].parent
        if parent < 0 { return steps[number].name == "data" ? members(of: event.pointee.data) : nil }
        guard let members = members(of: parent, in: event) else { return nil }
        // A member whose own name has dots may lead there as well.
        if members.contains(where: { $0.key.utf8.contains(UInt8(ascii: ".")) }) { needsWhole = true }
        guard let index = find(number, members) else { return nil }
        return self.members(of: members[index].value)
    }

    private mutating func members(of value: JSONValue) -> Members? {
        switch value {
        case .object(let object): return object.members.withUnsafeBufferPointer { $0 }
        case .array:
            needsWhole = true
            return nil
        default: return nil
        }
    }

    @inline(__always)
    private func find(_ step: Int, _ members: Members) -> Int? {
        let hint = Int(hints[step])
        if hint < members.count, steps[step].isNamed(members[hint].key) { return hint }
        guard let index = members.firstIndex(where: { steps[step].isNamed($0.key) }) else { return nil }
        hints[step] = Int32(truncatingIfNeeded: index)
        return index
    }
}

extension JSONValue {
    fileprivate var isScalar: Bool {
        switch self {
        case .object, .array: false
        default: true
        }
    }
}
