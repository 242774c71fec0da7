import Foundation
import FoundationXML

/// Reads a packet into a small tree of our own, within limits that no packet of a client comes near.
package enum PacketParser {
    /// How deep elements may stand inside each other.
    package static let maximumDepth = 64

    /// How many elements a packet may have.
    package static let maximumElements = 500_000

    /// The root element of a packet.
    ///
    /// - Throws: the documented error 1014, with the position where there is one.
    package static func parse(_ bytes: [UInt8]) throws(PacketError) -> PacketNode {
        let admitted = try PacketGate.admit(bytes)
        let builder = TreeBuilder()
        let parser = XMLParser(data: Data(admitted))
        parser.delegate = builder
        // What `parse` returns is not looked at: it is true for some broken packets. The builder hears of each error.
        _ = parser.parse()
        if let fault = builder.fault { throw fault }
        guard let root = builder.root else {
            throw .malformed("there is no element in the packet", at: PacketPosition(line: 1, column: 1))
        }
        return root
    }
}

/// Collects the parser's events, and stops it at the first thing that is wrong.
private final class TreeBuilder: NSObject, XMLParserDelegate {
    private(set) var root: PacketNode?
    private(set) var fault: PacketError?

    private var open: [PacketNode] = []
    private var elements = 0

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard fault == nil else { return }
        elements += 1
        if open.count == PacketParser.maximumDepth {
            return stop(parser, "elements stand more than \(PacketParser.maximumDepth) deep inside each other")
        }
        if elements > PacketParser.maximumElements {
            return stop(parser, "more than \(PacketParser.maximumElements) elements; send the packet in parts")
        }
        var node = PacketNode(name)
        node.attributes = attributes
        // The parser stands behind the start tag; without attributes its beginning can be told.
        let back = attributes.isEmpty ? name.utf8.count + 1 : 0
        node.position = PacketPosition(line: parser.lineNumber, column: max(1, parser.columnNumber - back))
        open.append(node)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard fault == nil, let node = open.popLast() else { return }
        if open.isEmpty {
            root = node
        } else {
            open[open.count - 1].children.append(node)
        }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        append(text)
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        append(String(decoding: block, as: UTF8.self))
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        stop(parser, "the packet is not well-formed XML")
    }

    private func append(_ text: String) {
        guard fault == nil, !open.isEmpty else { return }
        open[open.count - 1].text += text
    }

    private func stop(_ parser: XMLParser, _ what: String) {
        guard fault == nil else { return }
        fault = .malformed(
            what, at: PacketPosition(line: max(1, parser.lineNumber), column: max(1, parser.columnNumber)))
        parser.abortParsing()
    }
}
