/// The CloudEvents 1.0 text of an event, written by appending bytes.
///
/// Source: CloudEvents specification 1.0, JSON event format; `sequence` is the documented extension of that name.
package enum CloudEvent {
    /// The number of digits of `sequence`: fixed, so that it sorts as text and can be filled in afterwards.
    package static let sequenceWidth = 16

    /// An event's text with the place of its sequence number, which is known only when the journal takes it.
    package struct Draft: Sendable {
        package var body: [UInt8]
        /// Bytes from the start of `body` to the first digit.
        package let sequenceOffset: Int

        /// Fills in the number under which the journal knows the event.
        package mutating func number(_ sequence: Int64) {
            var rest = sequence
            var index = sequenceOffset + CloudEvent.sequenceWidth
            while index > sequenceOffset {
                index -= 1
                body[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
    }

    package static func draft(
        id: EventID,
        source: String,
        type: EventType,
        subject: String,
        time: Timestamp,
        data: JSONValue
    ) -> Draft {
        var body: [UInt8] = []
        body.reserveCapacity(768)
        body.append(contentsOf: #"{"specversion":"1.0","id":""#.utf8)
        body.append(contentsOf: id.rawValue.utf8)
        body.append(contentsOf: #"","source":"#.utf8)
        body.appendJSON(source)
        body.append(contentsOf: #","type":"#.utf8)
        body.appendJSON(type.rawValue)
        body.append(contentsOf: #","subject":"#.utf8)
        body.appendJSON(subject)
        body.append(contentsOf: #","time":""#.utf8)
        time.appendRFC3339(to: &body)
        body.append(contentsOf: #"","datacontenttype":"application/json","sequence":""#.utf8)
        let offset = body.count
        body.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: sequenceWidth))
        body.append(contentsOf: #"","data":"#.utf8)
        body.appendJSON(data)
        body.append(UInt8(ascii: "}"))
        return Draft(body: body, sequenceOffset: offset)
    }
}
