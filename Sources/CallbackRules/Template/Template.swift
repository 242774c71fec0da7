package import CallbackCore

/// A text with places that an event fills in: `{{ path }}`, `{{ path | default("…") }}`, `${secret.name}`.
package struct Template: Hashable, Sendable {
    package enum Segment: Hashable, Sendable {
        case text(String)
        case field(Expression)
        /// Resolved each time it is rendered, and never kept.
        case secret(String)
    }

    /// What stands between `{{` and `}}`.
    package struct Expression: Hashable, Sendable {
        package let path: EventPath
        /// Takes the place of a value that is missing or null.
        package let fallback: JSONValue?

        package init(path: EventPath, fallback: JSONValue? = nil) {
            self.path = path
            self.fallback = fallback
        }

        /// The value with its JSON type; null where there is none.
        func value(in event: EventView) -> JSONValue {
            let value = event.value(at: path) ?? .null
            return value == .null ? fallback ?? .null : value
        }

        /// The value as text: null is empty, objects and lists are compact JSON.
        func text(in event: EventView) -> String {
            switch value(in: event) {
            case .null: ""
            case .string(let text): text
            case let value: value.text
            }
        }
    }

    package let segments: [Segment]

    package init(segments: [Segment]) { self.segments = segments }

    /// Whether every rendering gives the same text.
    package var isConstant: Bool {
        segments.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The text of a constant template, and the fixed parts of another one.
    package var literal: String {
        segments.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
    }

    package var expressions: [Expression] {
        segments.compactMap { if case .field(let expression) = $0 { expression } else { nil } }
    }

    package var secrets: [String] {
        segments.compactMap { if case .secret(let name) = $0 { name } else { nil } }
    }

    /// Whether rendering needs the event's JSON text and not only its attributes.
    package var readsBody: Bool { expressions.contains(where: \.readsBody) }
}

extension Template.Expression {
    var readsBody: Bool { path.segments.first == "data" || path.segments.first == "source" }
}
