/// An element of a packet, asked or answered.
package struct PacketNode: Sendable {
    /// The name as it was written.
    package let name: String
    /// The attributes; only the version of a packet has a meaning.
    package var attributes: [String: String] = [:]
    /// The text directly inside the element, without that of its children.
    package var text = ""
    package var children: [PacketNode] = []
    /// Where the element begins; nil in answers.
    package var position: PacketPosition?

    package init(_ name: String, text: String = "", children: [PacketNode] = []) {
        self.name = name
        self.text = text
        self.children = children
    }

    /// The first child of that name, in either spelling.
    package func child(_ name: String) -> PacketNode? {
        children.first { $0.isNamed(name) }
    }

    /// All children of that name, in either spelling.
    package func children(named name: String) -> [PacketNode] {
        children.filter { $0.isNamed(name) }
    }

    /// The text of the first child of that name with white space collapsed, or nil where there is no such child.
    func string(_ name: String) -> String? {
        child(name)?.text.whiteSpaceCollapsed
    }

    /// Compares names as the panel does: the documentation prints `dom-id` where the schema says `dom_id`.
    package func isNamed(_ other: String) -> Bool {
        name.utf8.elementsEqual(other.utf8) { Self.folded($0) == Self.folded($1) }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte
    }
}

/// A place in the text of a packet, both numbers counted from 1.
package struct PacketPosition: Sendable, Equatable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package var description: String { "line \(line), column \(column)" }
}
