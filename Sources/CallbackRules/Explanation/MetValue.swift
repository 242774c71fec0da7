package import CallbackCore

/// What stands at one of the places that a clause looks at.
package struct MetValue: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case value(JSONValue)
        /// With why, where something on the way explains it, such as `data.old is null`.
        case missing(because: String?)
        case object
        case emptyList
    }

    /// The path with the numbers of list elements, such as `data.items[0].size`.
    package let place: String
    package let state: State

    /// Whether it is an element of a list, and no field of one.
    package var isListElement: Bool { place.hasSuffix("]") }

    package var words: String {
        switch state {
        case .value(let value): "\(place) is \(value.excerpt)"
        case .missing(let because): "\(place) is missing" + (because.map { " (\($0))" } ?? "")
        case .object: "\(place) is an object"
        case .emptyList: "\(place) is an empty list"
        }
    }

    package var json: JSONValue {
        var object: JSONObject = ["place": .string(place)]
        switch state {
        case .value(let value): object.append("value", value)
        case .missing: object.append("is", "missing")
        case .object: object.append("is", "object")
        case .emptyList: object.append("is", "empty list")
        }
        return .object(object)
    }

    /// Follows a path into lists and objects.
    static func all(at path: ArraySlice<String>, in value: JSONValue, place: String) -> [MetValue] {
        switch value {
        case .array(let elements) where elements.isEmpty:
            guard !path.isEmpty else { return [MetValue(place: place, state: .emptyList)] }
            return [missing(path, below: place, because: "\(place) is an empty list")]
        case .array(let elements):
            return elements.enumerated().flatMap { all(at: path, in: $1, place: "\(place)[\($0)]") }
        case .object(let object):
            guard !path.isEmpty else { return [MetValue(place: place, state: .object)] }
            var name = ""
            var found: [MetValue] = []
            for end in path.indices {
                name += (end == path.startIndex ? "" : ".") + path[end]
                guard let member = object[name] else { continue }
                found += all(at: path[(end + 1)...], in: member, place: place.isEmpty ? name : "\(place).\(name)")
            }
            guard found.isEmpty else { return found }
            return [missing(path, below: place, because: nil)]
        default:
            guard !path.isEmpty else { return [MetValue(place: place, state: .value(value))] }
            return [missing(path, below: place, because: "\(place) is \(value.excerpt)")]
        }
    }

    private static func missing(_ path: ArraySlice<String>, below place: String, because: String?) -> MetValue {
        let rest = path.joined(separator: ".")
        return MetValue(place: place.isEmpty ? rest : "\(place).\(rest)", state: .missing(because: because))
    }
}

extension JSONValue {
    /// The JSON text, cut where it is long.
    var excerpt: String {
        let text = text
        return text.count > 80 ? text.prefix(80) + "…" : text
    }
}
