import CallbackCore

/// A value of an event in memory, as far as a leaf needs it.
///
/// The functions here only read and return numbers: as long as nothing is written in between, the compiler need not
/// hold on to the strings and lists that are looked at, and counts no references. That is most of what a row costs.
enum RowValue {
    typealias Member = JSONObject.Member

    enum Kind: UInt8 {
        case null, no, yes, integer, double, string, list, object
    }

    static func kind(_ value: UnsafePointer<JSONValue>) -> Kind {
        switch value.pointee {
        case .null: .null
        case .bool(let flag): flag ? .yes : .no
        case .integer: .integer
        case .double: .double
        case .string: .string
        case .array: .list
        case .object: .object
        }
    }

    static func integer(_ value: UnsafePointer<JSONValue>) -> Int64 {
        guard case .integer(let number) = value.pointee else { return 0 }
        return number
    }

    static func double(_ value: UnsafePointer<JSONValue>) -> Double {
        guard case .double(let number) = value.pointee else { return 0 }
        return number
    }

    static func text(_ value: UnsafePointer<JSONValue>) -> Text {
        guard case .string(let text) = value.pointee else { return .unreadable }
        return text.utf8.withContiguousStorageIfAvailable { Text($0) } ?? .unreadable
    }

    /// The members of an object stay where they are as long as the event is not changed.
    static func members(_ value: UnsafePointer<JSONValue>) -> UnsafePointer<Member>? {
        guard case .object(let object) = value.pointee else { return nil }
        return object.members.withUnsafeBufferPointer { $0.baseAddress }
    }

    static func memberCount(_ value: UnsafePointer<JSONValue>) -> Int {
        guard case .object(let object) = value.pointee else { return 0 }
        return object.members.count
    }

    static func elements(_ value: UnsafePointer<JSONValue>) -> UnsafePointer<JSONValue>? {
        guard case .array(let elements) = value.pointee else { return nil }
        return elements.withUnsafeBufferPointer { $0.baseAddress }
    }

    static func elementCount(_ value: UnsafePointer<JSONValue>) -> Int {
        guard case .array(let elements) = value.pointee else { return 0 }
        return elements.count
    }

    // MARK: Of an event

    static func type(_ event: UnsafePointer<EventView>) -> Text {
        event.pointee.type.rawValue.utf8.withContiguousStorageIfAvailable { Text($0) } ?? .unreadable
    }

    /// The bits in which two strings differ: where there are none, they are one text, and nothing of it must be compared.
    @inline(__always)
    static func difference(_ members: UnsafePointer<Member>, _ index: Int, _ name: UnsafePointer<String>) -> UInt64 {
        let left = unsafeBitCast(members[index].key, to: (UInt64, UInt64).self)
        let right = unsafeBitCast(name.pointee, to: (UInt64, UInt64).self)
        return left.0 ^ right.0 | left.1 ^ right.1
    }
}
