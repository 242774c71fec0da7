package import CallbackCore

/// Event patterns and bodies as definitions of a JSON Schema, for editors.
package enum RuleSchemas {
    package static let definitions: JSONObject = [
        "pattern": [
            "description": "An event pattern: it has the shape of the event, and lists of alternatives as its leaves.",
            "type": "object",
            "minProperties": 1,
            "properties": [
                "$or": [
                    "description": "Patterns of which one must hold.",
                    "type": "array", "minItems": 2, "items": ["$ref": "#/$defs/pattern"],
                ]
            ],
            "additionalProperties": [
                "anyOf": [
                    ["type": "array", "minItems": 1, "items": ["$ref": "#/$defs/alternative"]],
                    ["$ref": "#/$defs/pattern"],
                ]
            ],
        ],
        "alternative": [
            "anyOf": [
                ["type": ["string", "number", "boolean", "null"]],
                .object(operation(alternatives)),
            ]
        ],
        "body": [
            "description": "Any JSON; texts are templates. A text that is one {{ … }} keeps the value's JSON type.",
            "anyOf": [
                ["type": ["number", "boolean", "null"]],
                ["type": "string", "not": ["pattern": "\\$\\{secret\\."]],
                ["type": "array", "items": ["$ref": "#/$defs/body"]],
                [
                    "type": "object", "propertyNames": ["not": ["pattern": "\\{\\{"]],
                    "additionalProperties": ["$ref": "#/$defs/body"],
                ],
            ],
        ],
    ]

    private static let alternatives: JSONObject = [
        "prefix": textOrCaseless("Texts that begin so."),
        "suffix": textOrCaseless("Texts that end so."),
        "equals-ignore-case": ["description": "This text, in capital or small letters.", "type": "string"],
        "exactly": ["description": "Exactly this text.", "type": "string"],
        "wildcard": [
            "description": "Texts in which * stands for any characters.", "type": "string",
            "not": ["pattern": "^([^*\\\\]|\\\\.|\\*(?!\\*))*\\*\\*"],
        ],
        "cidr": [
            "description": "Addresses of this network.", "type": "string",
            "pattern":
                "^([0-9.]+/([0-9]|[12][0-9]|3[0-2])|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))$",
        ],
        "exists": ["description": "Whether the field is there.", "type": "boolean"],
        "numeric": numeric,
        "anything-but": [
            "description": "Everything else.",
            "anyOf": [
                ["type": ["string", "number"]],
                ["type": "array", "minItems": 1, "items": ["type": "string"]],
                ["type": "array", "minItems": 1, "items": ["type": "number"]],
                .object(
                    operation([
                        "prefix": oneOrMore(1), "suffix": oneOrMore(1), "equals-ignore-case": oneOrMore(0),
                        "wildcard": oneOrMore(0),
                    ])),
            ],
        ],
    ]

    private static let numeric: JSONValue = [
        "description": "Numbers in a range, such as [\">=\", 0, \"<\", 100].",
        "type": "array",
        "anyOf": [
            [
                "prefixItems": [["enum": ["<", "<=", "=", ">=", ">"]], ["type": "number"]],
                "minItems": 2, "maxItems": 2,
            ],
            [
                "prefixItems": [
                    ["enum": [">", ">="]], ["type": "number"], ["enum": ["<", "<="]], ["type": "number"],
                ],
                "minItems": 4, "maxItems": 4,
            ],
        ],
    ]

    /// A mapping with exactly one of these operators.
    private static func operation(_ operators: JSONObject) -> JSONObject {
        [
            "type": "object", "minProperties": 1, "maxProperties": 1, "properties": .object(operators),
            "additionalProperties": false,
        ]
    }

    private static func textOrCaseless(_ description: JSONValue) -> JSONValue {
        [
            "description": description,
            "anyOf": [["type": "string"], .object(operation(["equals-ignore-case": ["type": "string"]]))],
        ]
    }

    private static func oneOrMore(_ shortest: Int64) -> JSONValue {
        let text: JSONValue = ["type": "string", "minLength": .integer(shortest)]
        return ["anyOf": [text, ["type": "array", "minItems": 1, "items": text]]]
    }
}
