package import CallbackCore

/// A JSON body whose texts are templates. A text that is one expression keeps the value's JSON type.
package indirect enum BodyTemplate: Hashable, Sendable {
    case literal(JSONValue)
    case value(Template.Expression)
    case text(Template)
    case array([BodyTemplate])
    case object([Member])

    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: BodyTemplate
    }

    /// The body's bytes.
    package func render(_ event: EventView) throws(RenderingError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendJSON(try value(event))
        return bytes
    }

    private func value(_ event: EventView) throws(RenderingError) -> JSONValue {
        switch self {
        case .literal(let value): return value
        case .value(let expression): return try expression.value(in: event)
        case .text(let template): return .string(try template.render(event, as: .json))
        case .array(let elements):
            var values: [JSONValue] = []
            for element in elements { values.append(try element.value(event)) }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for member in members { object.append(member.key, try member.value.value(event)) }
            return .object(object)
        }
    }

    package var readsBody: Bool {
        switch self {
        case .literal: false
        case .value(let expression): expression.readsBody
        case .text(let template): template.readsBody
        case .array(let elements): elements.contains(where: \.readsBody)
        case .object(let members): members.contains(where: \.value.readsBody)
        }
    }
}

extension TemplateCompiler {
    /// A body as it stands in a rule. What is wrong becomes diagnostics; the tree is then not to be used.
    package mutating func compileBody(_ node: ConfigNode) -> BodyTemplate {
        switch node.content {
        case .string(let text): return compileText(text, at: node.place)
        case .sequence(let elements):
            return .array(elements.map { compileBody($0) })
        case .mapping(let members):
            return .object(
                members.map { member in
                    if member.key.contains("{{") {
                        report(.templateAsKey, "the name of a field cannot come from a template", member.keyPlace)
                    }
                    return .init(key: member.key, value: compileBody(member.value))
                }
            )
        case .null, .bool, .integer, .double, .longNumber: return .literal(node.json)
        }
    }

    private mutating func compileText(_ text: String, at place: ConfigPlace) -> BodyTemplate {
        guard let template = compile(text, at: place, for: .json) else { return .literal(.null) }
        if template.segments.count == 1, case .field(let expression) = template.segments[0] {
            return .value(expression)
        }
        return template.isConstant ? .literal(.string(template.literal)) : .text(template)
    }
}
