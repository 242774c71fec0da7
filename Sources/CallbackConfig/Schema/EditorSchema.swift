package import CallbackCore

/// A JSON Schema (draft 2020-12) of the configuration file, which editors complete and check with.
///
/// It is made from the values that the reader itself reads with. It accepts every file that the reader accepts, and
/// refuses most of the others: what depends on two places at once, only the reader sees.
package struct EditorSchema: Sendable {
    private let sources: [SourceDescription]
    private let actions: [ActionDescription]
    private let eventTypes: [EventType]
    private let definitions: JSONObject

    /// - Parameters:
    ///   - sources: the kinds of sources that this program has.
    ///   - actions: the kinds of actions that this program has.
    ///   - events: the events of the program itself.
    ///   - definitions: schemas of what other parts read; `pattern` must be among them.
    package init(
        sources: [SourceDescription],
        actions: [ActionDescription],
        events: EventCatalog,
        definitions: JSONObject
    ) {
        self.sources = sources
        self.actions = actions
        self.definitions = definitions
        var catalog = events
        for source in sources { catalog.merge(source.events) }
        eventTypes = catalog.shapes.keys.sorted()
    }

    /// The schema's text, one member a line, ending with a line end.
    package var text: String { json.schemaText() + "\n" }

    package var json: JSONValue {
        var schema = JSONObject()
        schema.append("$schema", "https://json-schema.org/draft/2020-12/schema")
        schema.append("title", "callbackd configuration")
        for member in members(of: ConfigurationSchema.top, nodes: sections).members {
            // An included file has no version; one with any key of the main file needs it.
            if member.key == "required" { continue }
            schema.append(member.key, member.value)
        }
        let mainKeys = ConfigurationSchema.mainFileOnly.filter { $0 != "version" }
        schema.append(
            "anyOf",
            [
                ["required": ["version"]],
                ["not": ["anyOf": .array(mainKeys.map { ["required": [.string($0)]] })]],
            ])
        schema.append("$defs", .object(allDefinitions))
        return .object(schema)
    }

    // MARK: Sections

    private typealias Nodes = [String: JSONValue]

    private var sections: Nodes {
        [
            "version": ["const": 1],
            "sources": section(of: ["$ref": "#/$defs/source"]),
            "secrets": section(of: ["$ref": "#/$defs/secret"]),
            "targets": section(of: ["$ref": "#/$defs/target"]),
            "rules": ["type": ["array", "null"], "items": ["$ref": "#/$defs/rule"]],
            "tests": ["type": ["array", "null"], "items": ["$ref": "#/$defs/test"]],
        ]
    }

    /// A mapping of names; null is what remains when every entry is commented out.
    private func section(of entry: JSONValue) -> JSONValue {
        [
            "type": ["object", "null"], "propertyNames": ["$ref": "#/$defs/name"],
            "additionalProperties": entry,
        ]
    }

    private var allDefinitions: JSONObject {
        var all = JSONObject()
        all.append("name", ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"])
        all.append("text", Self.text)
        all.append("duration", quantity("^[0-9]+(ms|s|m|h|d)$", "A whole number with ms, s, m, h or d."))
        all.append("size", quantity("^[0-9]+(B|KiB|MiB|GiB|TiB)$", "A whole number with B, KiB, MiB, GiB or TiB."))
        all.append("rate", quantity("^0*[1-9][0-9]{0,6}/[smh]$", "50/s, 600/m or 1000/h."))
        all.append("percent", quantity("^0*(100|[0-9]{1,2})%$", "0% to 100%."))
        all.append("template", Self.template)
        let types = JSONValue.array(eventTypes.map { .string($0.rawValue) })
        // Tables name event types of their own.
        all.append("event", ["anyOf": [["enum": types], ["type": "string"]]])
        all.append("source", source)
        all.append("target", target)
        all.append("secret", place(ConfigurationSchema.secret, ["previous": previousSecrets]))
        all.append("rule", rule)
        for member in testDefinitions.members { all.append(member.key, member.value) }
        for member in definitions.members { all.append(member.key, member.value) }
        return all
    }

    private var previousSecrets: JSONValue {
        ["type": "array", "items": place(ConfigurationSchema.previousSecret, [:])]
    }

    /// Where a secret is kept: exactly one of three keys.
    private func place(_ schema: SettingsSchema, _ nodes: Nodes) -> JSONValue {
        var object = members(of: schema, nodes: nodes)
        object.append("oneOf", Self.exactlyOne(of: ["file", "env", "credential"]))
        return .object(object)
    }

    private var source: JSONValue {
        let kinds = sources.map {
            SettingsSchema.Key($0.kind, .settings($0.schema), "A source of the kind \($0.kind).")
        }
        return part(kinds, sources.flatMap(\.commonSchema.keys))
    }

    private var target: JSONValue {
        let kinds = actions.map {
            SettingsSchema.Key($0.kind, .settings($0.schema), "A target of the kind \($0.kind).")
        }
        let breaker = members(of: ConfigurationSchema.breaker, nodes: [:])
        return part(
            kinds, ConfigurationSchema.target.keys,
            [
                "breaker": ["anyOf": [["const": "off"], .object(breaker)]],
                "disable-after": ["anyOf": [["const": "off"], ["$ref": "#/$defs/duration"]]],
            ])
    }

    /// A source or target: one kind, and what stands beside it.
    private func part(
        _ kinds: [SettingsSchema.Key], _ common: [SettingsSchema.Key], _ nodes: Nodes = [:]
    ) -> JSONValue {
        var seen: Set<String> = []
        let keys = (kinds + common).filter { seen.insert($0.name).inserted }
        var object = members(of: SettingsSchema(keys), nodes: nodes)
        object.append("oneOf", Self.exactlyOne(of: kinds.map(\.name)))
        return .object(object)
    }

    static func exactlyOne(of keys: [String]) -> JSONValue {
        .array(keys.map { ["required": [.string($0)]] })
    }

    private var rule: JSONValue {
        let deliver = members(of: ConfigurationSchema.deliver, nodes: ["body": ["$ref": "#/$defs/body"]])
        return .object(
            members(
                of: ConfigurationSchema.rule,
                nodes: [
                    "name": ["$ref": "#/$defs/name"],
                    "events": ["type": "array", "minItems": 1, "items": ["$ref": "#/$defs/event"]],
                    "match": ["$ref": "#/$defs/pattern"],
                    "deliver": [
                        "type": "array", "minItems": 1, "items": ["anyOf": [["type": "string"], .object(deliver)]],
                    ],
                ]))
    }
}

// MARK: - Kinds

extension EditorSchema {
    /// Signing keys are refused wherever a text stands.
    static let text: JSONValue = [
        "type": "string", "not": ["pattern": "[Ww][Hh][Ss]([Ee][Cc]|[Kk])_."],
    ]

    private static let template: JSONValue = [
        "type": "string",
        "not": ["anyOf": [["pattern": "[Ww][Hh][Ss]([Ee][Cc]|[Kk])_."], ["pattern": "\\$\\{secret"]]],
    ]

    private func quantity(_ pattern: String, _ description: String) -> JSONValue {
        ["type": "string", "pattern": .string(pattern), "description": .string(description)]
    }

    /// - Parameter nodes: schemas of keys that the settings keep as they stand, or in place of the keys' own.
    func members(of schema: SettingsSchema, nodes: [String: JSONValue]) -> JSONObject {
        var properties = JSONObject()
        let keys = schema.keys
        for key in keys {
            var described = JSONObject(members: [.init(key: "description", value: .string(key.summary))])
            if case .object(let own) = nodes[key.name] ?? self.schema(of: key.kind) { described.members += own.members }
            for member in key.demands.members { described[member.key] = member.value }
            properties.append(key.name, .object(described))
        }
        var object = JSONObject()
        object.append("type", "object")
        object.append("properties", .object(properties))
        let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { object.append("required", .array(required)) }
        object.append("additionalProperties", false)
        return object
    }

    private func schema(of kind: SettingKind) -> JSONValue {
        switch kind {
        case .text: ["$ref": "#/$defs/text"]
        case .template: ["$ref": "#/$defs/template"]
        case .secretTemplate: ["$ref": "#/$defs/text"]
        case .bool: ["type": "boolean"]
        case .integer(let range):
            range.upperBound == .max
                ? ["type": "integer", "minimum": .integer(range.lowerBound)]
                : [
                    "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
                ]
        case .duration: ["$ref": "#/$defs/duration"]
        case .size: ["$ref": "#/$defs/size"]
        case .percent: ["$ref": "#/$defs/percent"]
        case .rate: ["$ref": "#/$defs/rate"]
        case .path: ["$ref": "#/$defs/text", "minLength": 1]
        case .oneOf(let words): ["enum": .array(words.map { .string($0) })]
        case .secretName: ["$ref": "#/$defs/name", "not": ["pattern": "^[Ww][Hh][Ss]([Ee][Cc]|[Kk])_."]]
        case .list(let element): ["type": "array", "items": schema(of: element)]
        case .map(let element): ["type": "object", "additionalProperties": schema(of: element)]
        case .settings(let schema): .object(members(of: schema, nodes: [:]))
        case .node: [:]
        }
    }
}

extension JSONValue {
    /// The value with one member or element a line, but short things on one.
    fileprivate func schemaText(_ depth: Int = 0) -> String {
        let short = text
        let margin = String(repeating: "  ", count: depth + 1)
        let end = "\n" + String(repeating: "  ", count: depth)
        switch self {
        case .object(let object) where short.utf8.count + depth * 2 > 100:
            let lines = object.members.map { member in
                "\(margin)\(JSONValue.string(member.key).text): \(member.value.schemaText(depth + 1))"
            }
            return "{\n" + lines.joined(separator: ",\n") + end + "}"
        case .array(let elements) where short.utf8.count + depth * 2 > 100:
            return "[\n" + elements.map { margin + $0.schemaText(depth + 1) }.joined(separator: ",\n") + end + "]"
        default: return short
        }
    }
}
