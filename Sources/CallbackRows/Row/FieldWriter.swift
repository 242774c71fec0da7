import CallbackCore

/// Makes JSON fields of a row's values, and remembers what JSON cannot hold as it is.
struct FieldWriter {
    /// Values that an event may carry at most, in bytes.
    static let heaviestEvent = 1 << 20
    /// Beyond this, programs that read numbers as floating point change them.
    private static let largestInteger: Int64 = 1 << 53

    /// Paths of the fields whose value is a text that stands for something else, or null.
    private(set) var encoded: [String] = []
    private(set) var isTruncated = false
    private var weight = 0

    /// The fields of one row; `side` is the name under which the event has them.
    mutating func object(_ names: [String], _ values: [RowValue], side: String, from first: Int = 0) -> JSONObject {
        var object = JSONObject()
        object.members.reserveCapacity(values.count)
        var weights = 0
        for index in first..<values.count {
            weights += values[index].weight
            guard let value = json(values[index], side: side, name: names[index]) else { continue }
            object.members.append(.init(key: names[index], value: value))
        }
        weight += weights
        return object
    }

    /// The JSON value of one field; nil where it is too large for any event.
    mutating func json(_ value: RowValue, side: String, name: String) -> JSONValue? {
        switch value {
        case .null: return .null
        case .integer(let number):
            guard number.magnitude > Self.largestInteger.magnitude else { return .integer(number) }
            encoded.append("\(side).\(name)")
            return .string(String(number))
        case .unsigned(let number):
            encoded.append("\(side).\(name)")
            return .string(String(number))
        case .real(let number):
            guard !number.isFinite else { return .double(number) }
            encoded.append("\(side).\(name)")
            return .null
        case .text(let text): return .string(text)
        case .blob(let bytes), .brokenText(let bytes):
            encoded.append("\(side).\(name)")
            return .string(Base64.text(of: bytes))
        case .large:
            isTruncated = true
            return nil
        }
    }

    /// Cuts the largest fields out until the event is light enough.
    mutating func trim(_ objects: inout [JSONObject]) {
        guard weight > Self.heaviestEvent else { return }
        var fields: [(object: Int, key: String, weight: Int)] = []
        for (index, object) in objects.enumerated() {
            for member in object.members {
                fields.append((index, member.key, member.value.string?.utf8.count ?? 8))
            }
        }
        for field in fields.sorted(by: { $0.weight > $1.weight }) {
            let total = objects.reduce(0) {
                $0 + $1.members.reduce(0) { $0 + $1.key.utf8.count + ($1.value.string?.utf8.count ?? 8) }
            }
            guard total > Self.heaviestEvent else { return }
            objects[field.object][field.key] = nil
            isTruncated = true
        }
    }
}

/// Base 64 as RFC 4648 has it, with padding.
enum Base64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let remaining = bytes.count - index
            let first = UInt32(bytes[index]) << 16
            let second = remaining > 1 ? UInt32(bytes[index + 1]) << 8 : 0
            let third = remaining > 2 ? UInt32(bytes[index + 2]) : 0
            let group = first | second | third
            text.append(alphabet[Int(group >> 18)])
            text.append(alphabet[Int(group >> 12 & 63)])
            text.append(remaining > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            text.append(remaining > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }
}
