import CallbackCore

/// A value of an event in memory, as far as a leaf needs it.
///
/// The functions here only read and return numbers: as long as nothing is written in between, the compiler need not
/// hold on to the strings and lists that are looked at, and counts no references. That is most of what a row costs.
enum RowValue {
    typealias Member = JSONObject.Member

    /// A text by its address or, up to 15 bytes, by its bytes: short ones may stand within the value itself.
    struct Text: BitwiseCopyable {
        /// Bytes; -1 where it cannot be read in this way.
        var count: Int
        var low: UInt64
        var high: UInt64

        static let longestShort = 15
        static let unreadable = Text(count: -1, low: 0, high: 0)

        /// - Parameter bytes: of a string.
        @inline(__always)
        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            count = bytes.count
            low = 0
            high = 0
            guard let start = UnsafeRawPointer(bytes.baseAddress) else { return }
            if count > Self.longestShort {
                low = UInt64(UInt(bitPattern: start))
            } else if count >= 8 {
                low = start.loadUnaligned(as: UInt64.self)
                let end = start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
                high = end &>> UInt64(truncatingIfNeeded: (16 &- count) &* 8)
            } else if count >= 4 {
                low = UInt64(start.loadUnaligned(as: UInt32.self))
                let end = UInt64(start.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
                low |= end &<< UInt64(truncatingIfNeeded: (count &- 4) &* 8)
            } else {
                for index in 0..<count { low |= UInt64(bytes[index]) &<< UInt64(truncatingIfNeeded: index &* 8) }
            }
        }

        /// Where a text of more than 15 bytes stands.
        @inline(__always)
        var start: UnsafePointer<UInt8>? {
            count > Self.longestShort ? UnsafePointer(bitPattern: UInt(truncatingIfNeeded: low)) : nil
        }

        private init(count: Int, low: UInt64, high: UInt64) {
            self.count = count
            self.low = low
            self.high = high
        }
    }

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

    /// Whether two strings are the same bits: then they are one text, and nothing of it must be compared.
    @inline(__always)
    static func isSame(_ members: UnsafePointer<Member>, _ index: Int, _ name: UnsafePointer<String>) -> Bool {
        let left = unsafeBitCast(members[index].key, to: (UInt64, UInt64).self)
        let right = unsafeBitCast(name.pointee, to: (UInt64, UInt64).self)
        return left == right
    }
}
