// What settings say, without the places at which they say it: two configurations that differ in comments and line
// numbers only are the same.

extension Settings {
    /// The values by key, without places.
    package var content: JSONValue { .members(values.mapValues(\.value.content)) }
}

extension SettingValue {
    /// The value without places. Equal contents of one key mean equal settings.
    package var content: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .bool(let flag): .bool(flag)
        case .integer(let number), .size(let number): .integer(number)
        case .duration(let duration): .integer(duration.nanoseconds)
        case .percent(let share): .double(share)
        case .rate(let rate): .string(rate.description)
        case .list(let elements): .array(elements.map(\.value.content))
        case .map(let map): .members(map.mapValues(\.value.content))
        case .settings(let settings): settings.content
        case .node(let node): node.json
        }
    }
}

extension SourceSettings {
    /// What the source is, without places.
    package var content: JSONValue {
        ["kind": .string(kind), "settings": settings.content, "common": common.content]
    }
}

extension TargetSettings {
    /// What the target is, without its name and without places.
    package var content: JSONValue {
        [
            "kind": .string(kind), "settings": settings.content, "timeout": .integer(timeout.nanoseconds),
            "retry": retry.content, "concurrency": .integer(Int64(concurrency)),
            "connections": .integer(Int64(connections)), "rate": rate.map { .string($0.description) } ?? .null,
            "statuses": .members(
                Dictionary(uniqueKeysWithValues: statuses.entries.map { ($0.code, .string($0.meaning.rawValue)) })),
            "breaker": breaker?.content ?? .null,
            "disable-after": disableAfter.map { .integer($0.nanoseconds) } ?? .null,
        ]
    }
}

extension RuleSettings {
    /// What the rule is, without its name and without places.
    package var content: JSONValue {
        [
            "events": .array(events.map { .string($0.type.rawValue) }), "match": match?.json ?? .null,
            "order-by": orderBy?.json ?? .null, "on-failure": .string(onFailure.rawValue),
            "deliver": .array(
                deliver.map { deliver in
                    [
                        "target": .string(deliver.target.rawValue), "retry": deliver.retry?.content ?? .null,
                        "body": deliver.body?.json ?? .null,
                    ]
                }),
            "on-dead": .array(onDead.map { .string($0.rawValue) }),
        ]
    }
}

extension BreakerSettings {
    fileprivate var content: JSONValue {
        [
            "failures": .double(failures), "window": .integer(window.nanoseconds), "at-least": .integer(Int64(minimum)),
            "wait": .integer(wait.nanoseconds), "longest": .integer(longest.nanoseconds),
        ]
    }
}

extension RetryPolicy {
    fileprivate var content: JSONValue {
        switch waits {
        case .schedule(let waits):
            ["schedule": .array(waits.map { .integer($0.nanoseconds) }), "jitter": .double(jitter)]
        case .growing(let growth):
            [
                "first": .integer(growth.first.nanoseconds), "factor": .double(growth.factor),
                "longest": .integer(growth.longest.nanoseconds), "for": .integer(growth.total.nanoseconds),
                "jitter": .double(jitter),
            ]
        }
    }
}

extension JSONValue {
    fileprivate static func members(_ values: [String: JSONValue]) -> JSONValue {
        .object(JSONObject(members: values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }))
    }
}
