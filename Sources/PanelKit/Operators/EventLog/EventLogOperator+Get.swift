import GRDB

extension EventLogOperator {
    /// How many events one answer holds; the next question brings the next ones.
    static let page = 10_000

    /// Events behind a number, oldest first. Whoever asks again with the last number it saw misses none.
    static let getEvents = PacketOperation.read(
        "get_events", "List events behind a number; asking changes nothing", for: .administrator,
        grammar: .sequence([
            .optional(
                "lastId", .integer, "Only events with a greater number; 0 and leaving it out mean from the first"),
            .optional(
                "events",
                .sequence([
                    .several(
                        "event",
                        .sequence([
                            .required("type", .word(types), "What happened"),
                            .required("class", .word(classes), "What it happened to"),
                        ]), "Only events of this kind, or of one of these kinds")
                ]), "Which events; all of them where it is left out"),
        ]),
        answer: [
            .any(
                "event",
                .sequence([
                    .required("id", .identifier, "Its number"),
                    .required("type", .string, "What happened"),
                    .required("time", .integer, "When, in seconds since 1970 UTC"),
                    .required("class", .string, "What it happened to"),
                    .required("obj_id", .string, "The number of what it happened to"),
                    .required("user", .string, "Who did it"),
                    .required("host", .string, "From where"),
                ]), "An event")
        ]
    ) { node, view in
        let last = node.string("lastId").flatMap { Int64($0) } ?? 0
        let kinds = (node.child("events")?.children ?? []).map { [$0.string("type") ?? "", $0.string("class") ?? ""] }
        let request = SQLRequest<Row>(
            sql: """
                SELECT id, event_type, strftime('%s', event_time), obj_class, obj_id, user, host FROM exp_event
                WHERE id > ? ORDER BY id
                """, arguments: [last], cached: true)
        let names = ["id", "type", "time", "class", "obj_id", "user", "host"]
        let rows = try request.fetchCursor(view.db)
        var events: [PacketNode] = []
        while events.count < page, let row = try rows.next() {
            guard kinds.isEmpty || kinds.contains([row[1], row[3]]) else { continue }
            events.append(event(row, names))
        }
        return [.ok(events)]
    }

    /// The number of the latest event.
    static let getLastID = PacketOperation.read(
        "get-last-id", "Tell the number of the latest event", for: .administrator, grammar: .empty,
        answer: [.optional("id", .integer, "The number; 0 where there is no event yet")]
    ) { _, view in
        let last = try SQLRequest<Int64>(sql: "SELECT max(id) FROM exp_event", cached: true).fetchOne(view.db)
        return [.ok([PacketNode("id", text: String(last ?? 0))])]
    }

    /// Events that nobody has taken yet. They are marked as taken, so that two that ask share them between them:
    /// `get_events` is what a program should ask.
    static let get = PacketOperation.change(
        "get", "Take the events that nobody has taken yet", for: .administrator,
        grammar: .sequence([
            .optional(
                "options",
                .sequence([
                    .optional(
                        "flush_selected_range", .boolean,
                        "Whether they are marked as taken, which is what leaving it out means")
                ]), "How they are taken")
        ]),
        answer: [
            .any(
                "event",
                .sequence([
                    .required("type", .string, "What happened"),
                    .required("time", .integer, "When, in seconds since 1970 UTC"),
                    .required("class", .string, "What it happened to"),
                    .required("id", .string, "The number of what it happened to"),
                ]), "An event")
        ]
    ) { node, operation in
        let request = SQLRequest<Row>(
            sql: """
                SELECT event_type, strftime('%s', event_time), obj_class, obj_id, id FROM exp_event
                WHERE flushed = 'false' ORDER BY id LIMIT ?
                """, arguments: [page], cached: true)
        let rows = try request.fetchAll(operation.db)
        let isTaken = node.child("options")?.string("flush_selected_range").flatMap(ValueType.boolean) ?? true
        if isTaken, let last = rows.last {
            try operation.db.change(
                sql: "UPDATE exp_event SET flushed = 'true' WHERE flushed = 'false' AND id <= ?",
                arguments: [last["id"] as Int64])
        }
        return [.ok(rows.map { event($0, ["type", "time", "class", "id"]) })]
    }

    /// The first columns of a row under these names.
    private static func event(_ row: Row, _ names: [String]) -> PacketNode {
        let children = names.enumerated().map { place, name in
            let value: DatabaseValue = row[place]
            return PacketNode(
                name, text: String.fromDatabaseValue(value) ?? String(Int64.fromDatabaseValue(value) ?? 0))
        }
        return PacketNode("event", children: children)
    }
}
