import CallbackCore

/// `tests:`.
extension EditorSchema {
    var testDefinitions: JSONObject {
        [
            "test": test, "example-event": exampleEvent, "change": change, "row": Self.row, "expectation": expectation,
            "value": Self.value,
        ]
    }

    private var test: JSONValue {
        var object = members(
            of: ConfigurationSchema.test,
            nodes: [
                "name": ["$ref": "#/$defs/text", "pattern": "\\S"],
                "event": ["$ref": "#/$defs/example-event"],
                "change": ["$ref": "#/$defs/change"],
                "expect": Self.list(of: ["anyOf": [["type": "string"], ["$ref": "#/$defs/expectation"]]]),
            ])
        object.append("oneOf", Self.exactlyOne(of: ["event", "change"]))
        return .object(object)
    }

    private var exampleEvent: JSONValue {
        .object(
            members(
                of: ConfigurationSchema.exampleEvent,
                nodes: [
                    "type": ["$ref": "#/$defs/event"],
                    "time": [
                        "$ref": "#/$defs/text",
                        "pattern": "^[0-9]{4}-[0-9-]{5}T[0-9:]{8}(\\.[0-9]+)?(Z|[+-][0-9:]{5})$",
                    ],
                    "sequence": [
                        "anyOf": [
                            ["type": "integer", "minimum": 1, "maximum": 9_999_999_999_999_999],
                            ["type": "string", "pattern": "^0*[1-9][0-9]{0,15}$"],
                        ]
                    ],
                    "data": ["type": ["object", "null"], "additionalProperties": ["$ref": "#/$defs/value"]],
                ]))
    }

    private var change: JSONValue {
        let row: JSONValue = ["$ref": "#/$defs/row"]
        let update = members(of: ConfigurationSchema.update, nodes: ["old": row, "new": row])
        var object = members(
            of: ConfigurationSchema.change, nodes: ["insert": row, "update": .object(update), "delete": row])
        object.append("oneOf", Self.exactlyOne(of: RowExample.Operation.allCases.map(\.rawValue)))
        return .object(object)
    }

    /// What a database can hold, which has no booleans.
    private static let row: JSONValue = [
        "type": "object", "minProperties": 1,
        "additionalProperties": ["anyOf": [["type": ["number", "null"]], ["$ref": "#/$defs/text"]]],
    ]

    private var expectation: JSONValue {
        var object = members(
            of: ConfigurationSchema.expectation,
            nodes: [
                "targets": Self.list(of: ["type": "string"]),
                "deliver": Self.list(of: ["anyOf": [["type": "string"], .object(expectedDelivery)]]),
            ])
        object.append("not", ["required": ["targets", "deliver"]])
        return .object(object)
    }

    private var expectedDelivery: JSONObject {
        let value: JSONValue = ["$ref": "#/$defs/value"]
        let texts: JSONValue = [
            "type": "object", "additionalProperties": ["anyOf": [["type": "null"], ["$ref": "#/$defs/text"]]],
        ]
        return members(
            of: ConfigurationSchema.expectedDelivery,
            nodes: ["headers": texts, "body": value, "environment": texts, "stdin": value])
    }

    /// Whose elements are named once each.
    private static func list(of element: JSONValue) -> JSONValue {
        ["type": "array", "uniqueItems": true, "items": element]
    }

    /// Any JSON without a signing key in it.
    private static let value: JSONValue = [
        "anyOf": [
            ["type": ["number", "boolean", "null"]],
            ["$ref": "#/$defs/text"],
            ["type": "array", "items": ["$ref": "#/$defs/value"]],
            ["type": "object", "additionalProperties": ["$ref": "#/$defs/value"]],
        ]
    ]
}
