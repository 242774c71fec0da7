/// An event as the list of its scalars.
struct OracleEvent {
    struct Leaf {
        /// The names on the way, joined by dots.
        let path: [UInt8]
        let value: TextJSON
        /// For each list on the way that ties the scalar, which of its elements it lies in. A scalar that is itself an
        /// element of a list is not tied to that list, but it is to the lists around it.
        let elements: [Int: Int]
    }

    private(set) var leaves: [Leaf] = []
    /// Lists are numbered in the order of the text.
    private var lists = 0

    /// A name that stands twice in an object counts with both values.
    init(_ text: [UInt8]) throws {
        guard case .object(let members) = try TextJSON.parse(text) else { throw Refusal("event") }
        collect(members, path: nil, elements: [:])
    }

    private mutating func collect(_ members: [TextJSON.Member], path: [UInt8]?, elements: [Int: Int]) {
        for member in members {
            let inner = path.map { $0 + [UInt8(ascii: ".")] + member.key } ?? member.key
            collect(member.value, path: inner, elements: elements)
        }
    }

    private mutating func collect(_ value: TextJSON, path: [UInt8], elements: [Int: Int]) {
        switch value {
        case .object(let members): collect(members, path: path, elements: elements)
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
        default: leaves.append(Leaf(path: path, value: value, elements: elements))
        }
    }
}
