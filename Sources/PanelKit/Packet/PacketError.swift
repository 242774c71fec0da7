/// An error as the panel's API words it: a documented number, and a sentence for people.
package struct PacketError: Error, Sendable, Equatable, CustomStringConvertible {
    package let code: Code
    package let text: String

    package init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    package var description: String { "\(code.rawValue): \(text)" }

    /// A packet that cannot be understood, and where.
    static func malformed(_ what: String, at position: PacketPosition?) -> PacketError {
        let place = position.map { " at \($0)" } ?? ""
        // Names in a packet can be as long as the sender likes.
        return PacketError(.malformedPacket, "Parsing error\(place): \(what.prefix(400))")
    }

    static func invalid(_ element: String, _ why: String) -> PacketError {
        PacketError(.invalidValue, "Wrong value of <\(element)>: \(why)")
    }
}
