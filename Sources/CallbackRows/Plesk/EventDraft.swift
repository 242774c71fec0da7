import CallbackCore

/// An event of the plesk profile while it is put together.
struct EventDraft {
    var type: String
    var subject: String
    var place: RowPlace
    var new: JSONObject?
    var old: JSONObject?
    var changed: [String] = []
    /// What the event is about beside old and new, such as `plan`.
    var parts: [(name: String, value: JSONValue)] = []
    var redacted: [String] = []
    var writer = FieldWriter()

    /// - Parameter ordinal: the event's number among those of its position.
    func event(operation: String?, ordinal: Int) -> CapturedEvent {
        var writer = writer
        var rows = [new ?? JSONObject(), old ?? JSONObject()]
        writer.trim(&rows)
        var data = JSONObject()
        data.append("new", new == nil ? .null : .object(rows[0]))
        data.append("old", old == nil ? .null : .object(rows[1]))
        data.append("changed", .array(changed.map { .string($0) }))
        data.append("operation", operation.map { .string($0) } ?? .null)
        for part in parts { data.append(part.name, part.value) }
        if !redacted.isEmpty { data.append("redacted", .array(redacted.map { .string($0) })) }
        if !writer.encoded.isEmpty { data.append("encoded", .array(writer.encoded.map { .string($0) })) }
        if writer.isTruncated { data.append("truncated", true) }
        return CapturedEvent(
            type: EventType(type), subject: subject, time: Timestamp(milliseconds: place.milliseconds),
            data: .object(data),
            origin: EventOrigin(position: place.position, nonce: place.nonce, ordinal: ordinal))
    }
}
