/// Writes a packet or an answer as XML: UTF-8, with a declaration, two spaces of indentation.
package enum PacketWriter {
    package static func write(_ root: PacketNode) -> String {
        var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        append(root, indentation: 0, to: &xml)
        return xml
    }

    private static func append(_ node: PacketNode, indentation: Int, to xml: inout String) {
        let margin = String(repeating: " ", count: indentation)
        xml += margin + "<" + node.name
        for (name, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
            xml += " " + name + "=\""
            append(value, to: &xml)
            xml += "\""
        }
        if !node.children.isEmpty {
            xml += ">\n"
            for child in node.children { append(child, indentation: indentation + 2, to: &xml) }
            xml += margin + "</" + node.name + ">\n"
        } else if node.text.isEmpty {
            xml += "/>\n"
        } else {
            xml += ">"
            append(node.text, to: &xml)
            xml += "</" + node.name + ">\n"
        }
    }

    private static func append(_ text: String, to xml: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": xml += "&amp;"
            case "<": xml += "&lt;"
            case ">": xml += "&gt;"
            case "\"": xml += "&quot;"
            case "\r": xml += "&#13;"
            case "\t", "\n": xml.unicodeScalars.append(scalar)
            // What XML 1.0 cannot hold, however it came into the database.
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": xml += "\u{FFFD}"
            default: xml.unicodeScalars.append(scalar)
            }
        }
    }
}
