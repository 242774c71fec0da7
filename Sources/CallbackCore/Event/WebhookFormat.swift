/// How a webhook writes an event.
package enum WebhookFormat: String, CaseIterable, Hashable, Sendable {
    /// One JSON object with all attributes: the structured mode of CloudEvents.
    case cloudEvents = "cloudevents"
    /// The attributes as headers, the data as body: the binary mode of CloudEvents.
    case cloudEventsBinary = "cloudevents-binary"
    /// The payload that Standard Webhooks recommends: `type`, `timestamp`, `data`.
    case standard
    /// A body of the configuration's own, in a content type of its own.
    case template
}

extension Event {
    /// The event as Standard Webhooks recommends it; nil where the journal's text is not the event's.
    package var standardBody: [UInt8]? {
        guard let text = CloudEventText(body) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.data.count + 128)
        bytes.append(contentsOf: #"{"type":"#.utf8)
        bytes.appendJSON(type.rawValue)
        bytes.append(contentsOf: #","timestamp":""#.utf8)
        time.appendRFC3339(to: &bytes)
        bytes.append(contentsOf: #"","data":"#.utf8)
        bytes.append(contentsOf: text.data)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The attributes of the CloudEvents binary mode by name, and the data; nil where the journal's text is not the
    /// event's.
    package var binaryParts: (attributes: [String: String], data: [UInt8])? {
        guard let text = CloudEventText(body) else { return nil }
        var number: [UInt8] = []
        number.appendDigits(sequence, width: CloudEvent.sequenceWidth)
        let attributes = [
            "specversion": "1.0", "id": id.rawValue, "source": text.source, "type": type.rawValue, "subject": subject,
            "time": time.description, "sequence": String(decoding: number, as: UTF8.self),
        ]
        return (attributes, Array(text.data))
    }
}
