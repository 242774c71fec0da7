/// One whole message as it lies on the wire, not yet understood.
package struct HookFrame: Sendable {
    package enum Kind: UInt8, Sendable {
        case hello = 1
        case ready = 2
        case waiting = 3
        case refused = 4
        case start = 5
        case report = 6
    }

    /// The longest frame that either side accepts; a longer one means that the stream is broken.
    package static let largest = 16 << 20
    static let headerLength = 5

    package let kind: Kind
    /// The frame with its header, to be passed on as it is.
    package let bytes: [UInt8]

    /// The job that a `start` or a `report` is about: in both it is the first field.
    package var job: UInt64 {
        get throws(WireError) {
            var reader = WireReader(self)
            return try reader.integer(UInt64.self)
        }
    }

    /// How many bytes for standard input follow a `start`: its second field.
    package var stdinLength: UInt64 {
        get throws(WireError) {
            var reader = WireReader(self)
            _ = try reader.integer(UInt64.self)
            return try reader.integer(UInt64.self)
        }
    }
}

/// A stream of bytes that is not what the other side would send.
package struct WireError: Error, CustomStringConvertible {
    package let description: String

    init(_ what: String) {
        description = "the hook runner and the daemon do not understand each other: \(what)"
    }
}
