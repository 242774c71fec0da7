import CallbackCore
import CallbackRules

/// Events, shapes and settings that the tests of this target share.
enum Sample {
    static let planItem: FieldShape = .object([
        "id": .leaf, "name": .leaf, "label": .leaf, "visible": .leaf, "guid": .leaf,
    ])

    static let created = EventShape(
        type: "plan_item.created", summary: "A plan item was made.",
        data: .object(["new": planItem, "old": planItem, "changed": .leaf, "operation": .leaf]))

    static let added = EventShape(
        type: "service_plan.plan_item_added", summary: "A plan item was added to a plan.",
        data: .object([
            "new": .leaf, "old": .leaf, "changed": .leaf, "operation": .leaf,
            "plan": .object(["id": .leaf, "name": .leaf, "owner_id": .leaf, "owner_login": .leaf]),
            "plan_item": .object(["id": .leaf, "name": .leaf]),
        ]))

    static let appAdded = EventShape(
        type: "service_plan.app_added", summary: "An app was added to a plan.",
        data: .object([
            "changed": .leaf, "operation": .leaf,
            "plan": .object(["id": .leaf, "name": .leaf, "owner_id": .leaf, "owner_login": .leaf]),
            "app": .object(["property": .leaf, "value": .leaf]),
        ]))

    static let placed = EventShape(
        type: "order.placed", summary: "A row of a table that nobody described.",
        data: .object(["new": .open(["id": .leaf]), "old": .open([:]), "changed": .leaf]))

    static let catalog = EventCatalog([created, added, appAdded, placed])

    static func captured(
        _ type: EventType = "plan_item.created", subject: String = "plan_item/7", data: JSONValue
    ) -> CapturedEvent {
        CapturedEvent(
            type: type, subject: subject, time: Timestamp(milliseconds: 1_795_341_600_123), data: data,
            origin: EventOrigin(position: 1, nonce: 2, ordinal: 0))
    }

    static func view(
        _ type: EventType = "plan_item.created", subject: String = "plan_item/7", data: JSONValue
    ) -> EventView {
        EventView(captured(type, subject: subject, data: data), source: "/installation/panel")
    }

    /// The event as the journal would have it, number 42.
    static func event(
        _ type: EventType = "plan_item.created", subject: String = "plan_item/7", data: JSONValue
    ) -> Event {
        let captured = captured(type, subject: subject, data: data)
        let id = EventID(incarnation: "life", origin: captured.origin)
        var draft = CloudEvent.draft(
            id: id, source: "/installation/panel", type: type, subject: subject, time: captured.time, data: data)
        draft.number(42)
        return Event(sequence: 42, id: id, type: type, subject: subject, time: captured.time, body: draft.body)
    }

    static let place = ConfigPlace(file: "rules.yaml", line: 1, column: 1)
}

extension ConfigNode {
    /// Reads compact JSON as if it stood in a file: line 1, the column where each value begins.
    static func json(_ text: String, file: String = "rules.yaml") throws -> ConfigNode {
        var column = 1
        return node(try JSONParser.parse(text.utf8), file: file, column: &column)
    }

    private static func node(_ json: JSONValue, file: String, column: inout Int) -> ConfigNode {
        let place = ConfigPlace(file: file, line: 1, column: column)
        switch json {
        case .array(let elements):
            column += 1
            var nodes: [ConfigNode] = []
            for element in elements {
                nodes.append(node(element, file: file, column: &column))
                column += 1
            }
            if elements.isEmpty { column += 1 }
            return ConfigNode(.sequence(nodes), at: place)
        case .object(let object):
            column += 1
            var members: [ConfigMember] = []
            for member in object.members {
                let keyPlace = ConfigPlace(file: file, line: 1, column: column)
                column += JSONValue.string(member.key).text.count + 1
                let value = node(member.value, file: file, column: &column)
                members.append(ConfigMember(key: member.key, keyPlace: keyPlace, value: value))
                column += 1
            }
            if object.members.isEmpty { column += 1 }
            return ConfigNode(.mapping(members), at: place)
        default:
            column += json.text.count
            return ConfigNode(json: json, at: place)
        }
    }
}
