import CallbackCore

/// A text with places that an event fills in: `{{ path }}`, `{{ path | filter }}`, `{{ "text" }}`, `${secret.name}`.
package struct Template: Hashable, Sendable {
    package enum Segment: Hashable, Sendable {
        case text(String)
        /// A text that was written as an expression, such as `{{ "{{" }}`: escaped as a value is.
        case quoted(String)
        case field(Expression)
        /// Resolved each time it is rendered, and never kept.
        case secret(String)
    }

    /// What stands between `{{` and `}}`.
    package struct Expression: Hashable, Sendable {
        package let path: EventPath
        /// In the order in which they are written, which is the order in which they work.
        package let filters: [Filter]

        package init(path: EventPath, filters: [Filter] = []) {
            self.path = path
            self.filters = filters
        }
    }

    package let segments: [Segment]

    package init(segments: [Segment]) { self.segments = segments }

    /// Whether the text is sent as it is written, whatever the event.
    package var isConstant: Bool {
        segments.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The text of a constant template, and the fixed parts of another one.
    package var literal: String {
        segments.reduce(into: "") { literal, segment in
            switch segment {
            case .text(let text), .quoted(let text): literal += text
            case .field, .secret: break
            }
        }
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

    /// Whether something takes the place of a value that is missing.
    var hasDefault: Bool {
        filters.contains { if case .fallback = $0 { true } else { false } }
    }

    /// The value with its JSON type after all filters; null where there is none.
    /// - Throws: `RenderingError` where a filter meets a value that it cannot take.
    func value(in event: EventView) throws(RenderingError) -> JSONValue {
        var value = event.value(at: path) ?? .null
        for (number, filter) in filters.enumerated() {
            do throws(Filter.Refusal) {
                value = try filter.apply(to: value)
            } catch {
                let origin = number == 0 ? "\"\(path)\"" : "\"\(path)\" after \"\(filters[number - 1].name.rawValue)\""
                throw RenderingError("\(origin) is \(error.met): the filter \"\(filter.name.rawValue)\" \(error.rule)")
            }
        }
        return value
    }

    /// The value as text: null is empty, objects and lists are compact JSON.
    func text(in event: EventView) throws(RenderingError) -> String {
        switch try value(in: event) {
        case .null: ""
        case .string(let text): text
        case let value: value.text
        }
    }
}
