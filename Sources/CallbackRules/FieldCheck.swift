import CallbackCore

/// Holds a path against the shapes of the event types for which it is meant.
struct FieldCheck {
    /// Nil where nothing is known: every field is accepted.
    let shapes: [EventShape]?

    enum Finding {
        /// At least one type has the field: with the shapes found (nil in an open object), and the types without it.
        case known([FieldShape?], missingIn: [EventType])
        /// No type has it: how many segments are right, and the names that could follow them.
        case unknown(depth: Int, allowed: [String])
    }

    func find(_ path: EventPath) -> Finding {
        guard let shapes, !shapes.isEmpty else { return .known([nil], missingIn: []) }
        var found: [FieldShape?] = []
        var missing: [EventType] = []
        var deepest = 0
        var allowed: Set<String> = []
        for shape in shapes {
            switch Self.find(path.segments[...], in: shape.event, depth: 0) {
            case .found(let field): found.append(field)
            case .missing(let depth, let names):
                missing.append(shape.type)
                if depth > deepest { allowed = [] }
                deepest = max(deepest, depth)
                if depth == deepest { allowed.formUnion(names) }
            }
        }
        if found.isEmpty { return .unknown(depth: deepest, allowed: allowed.sorted()) }
        return .known(found, missingIn: missing)
    }

    /// The words for a field that no type has, for the label and the help of a diagnostic.
    func advice(for path: EventPath, depth: Int, allowed: [String]) -> (label: String?, help: String) {
        let word = path.segments[depth]
        let inData = EventPath(["data"] + path.segments)
        if depth == 0, case .known = find(inData) {
            return ("did you mean \"\(inData)\"?", "the fields of a change stand below \"data\"")
        }
        let label = DidYouMean.closest(to: word, among: allowed).map { "did you mean \"\($0)\"?" }
        if allowed.isEmpty {
            let parent = EventPath(Array(path.segments[..<depth]))
            return (label, "\"\(parent)\" is a single value: it has no fields")
        }
        return (label, "fields here: \(allowed.joined(separator: ", "))")
    }

    /// The event types in words, for a message.
    var types: String {
        guard let shapes, !shapes.isEmpty else { return "any event" }
        let names = shapes.prefix(3).map(\.type.rawValue).joined(separator: ", ")
        return shapes.count > 3 ? "\(names) and \(shapes.count - 3) more" : names
    }

    private enum Step {
        case found(FieldShape?)
        case missing(depth: Int, allowed: [String])
    }

    private static func find(_ path: ArraySlice<String>, in shape: FieldShape, depth: Int) -> Step {
        guard !path.isEmpty else { return .found(shape) }
        let members: [String: FieldShape]
        let isOpen: Bool
        switch shape {
        case .leaf: return .missing(depth: depth, allowed: [])
        case .object(let fields): (members, isOpen) = (fields, false)
        case .open(let fields): (members, isOpen) = (fields, true)
        }
        var name = ""
        var count = 0
        for segment in path {
            name += (count == 0 ? "" : ".") + segment
            count += 1
            if let member = members[name] {
                return find(path.dropFirst(count), in: member, depth: depth + count)
            }
        }
        return isOpen ? .found(nil) : .missing(depth: depth, allowed: Array(members.keys))
    }
}
