package import CallbackCore

/// A body with its content type. Values are escaped as that content type needs it, so that none ends its place.
package struct DocumentTemplate: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// A tree that is written as JSON.
        case json(BodyTemplate)
        /// A text that is written out, each part with the place in which it stands.
        case text([Part])
        case form([Field])
    }

    package struct Part: Hashable, Sendable {
        let template: Template
        let place: TemplatePlace
    }

    /// One name of a form; several values are sent as the name several times.
    package struct Field: Hashable, Sendable {
        let name: String
        let values: [Template]
    }

    package let type: MediaType
    package let content: Content

    package func render(_ event: EventView) throws(RenderingError) -> [UInt8] {
        switch content {
        case .json(let body): return try body.render(event)
        case .text(let parts):
            var text = ""
            for part in parts { text += try part.render(event) }
            return Array(text.utf8)
        case .form(let fields):
            var pairs: [String] = []
            for field in fields {
                for value in field.values {
                    pairs.append("\(field.name.formEncoded)=\(try value.render(event, as: .form))")
                }
            }
            return Array(pairs.joined(separator: "&").utf8)
        }
    }

    package var readsBody: Bool {
        switch content {
        case .json(let body): body.readsBody
        case .text(let parts): parts.contains(where: \.template.readsBody)
        case .form(let fields): fields.contains { $0.values.contains(where: \.readsBody) }
        }
    }
}

extension DocumentTemplate.Part {
    fileprivate func render(_ event: EventView) throws(RenderingError) -> String {
        // A value of its own keeps its JSON type, which a text cannot.
        if case .jsonValue = place, case .field(let expression)? = template.segments.first {
            return try expression.value(in: event).text
        }
        return try template.render(event, as: place)
    }
}

// MARK: - Compiling

extension TemplateCompiler {
    /// A body that stands in the configuration. What is wrong becomes diagnostics; the result is then not to be used.
    package mutating func compileDocument(_ node: ConfigNode, _ type: MediaType) -> DocumentTemplate {
        let content: DocumentTemplate.Content
        switch (node.content, type.syntax) {
        case (.string(let text), _): content = .text(compileText(text, at: node.place, type.syntax))
        case (_, .json): content = .json(compileBody(node))
        case (.mapping(let members), .form): content = .form(members.map { compileField($0) })
        case (_, .form):
            report(.wrongBody, "a form is a mapping of names and values, or a text", node.place)
            content = .form([])
        case (_, .xml), (_, .text):
            report(
                .wrongBody, "a body of \(type.text) is a text, not \(node.kind)", node.place,
                help: "write it as it is to be sent, with | and indented lines")
            content = .text([])
        }
        return DocumentTemplate(type: type, content: content)
    }

    private mutating func compileText(
        _ text: String, at place: ConfigPlace, _ syntax: MediaType.Syntax
    ) -> [DocumentTemplate.Part] {
        guard let template = compile(text, at: place, for: .json) else { return [] }
        var sample: [UInt8] = []
        for segment in template.segments {
            if case .text(let literal) = segment {
                sample.append(contentsOf: literal.utf8)
            } else {
                sample.append(BodySyntax.mark)
            }
        }
        do throws(BodySyntaxProblem) {
            var places = try BodySyntax.places(in: sample, of: syntax)[...]
            return template.segments.map { segment in
                guard case .text = segment else {
                    return .init(template: Template(segments: [segment]), place: places.popFirst() ?? .plain)
                }
                return .init(template: Template(segments: [segment]), place: .plain)
            }
        } catch {
            report(error.code, error.message, place, help: error.help)
            return []
        }
    }

    private mutating func compileField(_ member: ConfigMember) -> DocumentTemplate.Field {
        if member.key.contains("{{") {
            report(.templateAsKey, "the name of a field cannot come from a template", member.keyPlace)
        }
        let nodes: [ConfigNode]
        if case .sequence(let elements) = member.value.content { nodes = elements } else { nodes = [member.value] }
        return .init(name: member.key, values: nodes.compactMap { compileValue($0, of: member.key) })
    }

    private mutating func compileValue(_ node: ConfigNode, of name: String) -> Template? {
        switch node.content {
        case .string(let text): return compile(text, at: node.place, for: .form).map(\.withQuotedText)
        case .null: return Template(segments: [])
        case .bool, .integer, .double, .longNumber: return Template(segments: [.quoted(node.json.text)])
        case .sequence, .mapping:
            report(
                .wrongBody, "the field \"\(name)\" of a form is \(node.kind), but fields are texts", node.place,
                help: "write {{ … | json }} to send JSON in a field")
            return nil
        }
    }
}

extension Template {
    /// The template with its fixed texts escaped like values: in a field of a form nothing is written out.
    fileprivate var withQuotedText: Template {
        Template(
            segments: segments.map { segment in
                if case .text(let text) = segment { .quoted(text) } else { segment }
            })
    }
}
