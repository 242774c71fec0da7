import CallbackCore

/// An event as the list of its single values, each with its path and the elements of the lists that it lies in.
struct EventScalars {
    struct Scalar {
        let value: JSONValue
        /// By list: which of its elements, being an object or a list itself, holds the value. A value that is an element
        /// of a list is not tied to that list, but to those around it.
        let elements: [Int: Int]
    }

    /// By the names on the way, joined by dots: a member's own name may hold some.
    private var byPath: [String: [Scalar]] = [:]
    /// Lists are numbered as they come.
    private var lists = 0

    init(_ event: JSONValue) { collect(event, path: "", elements: [:]) }

    func scalars(at path: EventPath) -> [Scalar] { byPath[path.description] ?? [] }

    private mutating func collect(_ value: JSONValue, path: String, elements: [Int: Int]) {
        switch value {
        case .object(let object):
            for member in object.members {
                collect(member.value, path: path.isEmpty ? member.key : "\(path).\(member.key)", elements: elements)
            }
        case .array(let values):
            let list = lists
            lists += 1
            for (index, value) in values.enumerated() {
                var inner = elements
                switch value {
                case .object, .array: inner[list] = index
                default: break
                }
                collect(value, path: path, elements: inner)
            }
        default: byPath[path, default: []].append(Scalar(value: value, elements: elements))
        }
    }
}
