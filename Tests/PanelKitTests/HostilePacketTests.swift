import Testing

@testable import PanelKit

@Suite("Hostile packets")
struct HostilePacketTests {
    /// The refusal's text, after checking that it is the documented error for broken packets.
    private func refusal(_ bytes: [UInt8]) throws -> String {
        let panel = try TestPanel()
        let before = try panel.everything()
        let answer = try panel.engine.execute(bytes)
        #expect(answer.verdict == .broken)
        let refusal = try #require(answer.refusal)
        #expect(refusal.children.map(\.name) == ["status", "errcode", "errtext"])
        #expect(refusal.string("status") == "error")
        #expect(refusal.string("errcode") == "1014")
        #expect(try panel.everything() == before)
        return try #require(refusal.string("errtext"))
    }

    private func refusal(_ packet: String) throws -> String {
        try refusal(Array(packet.utf8))
    }

    @Test("100,000 nested elements are refused")
    func nested() throws {
        let text = try refusal(String(repeating: "<packet>", count: 100_000))
        #expect(text.contains("64 deep"))
    }

    @Test("64 nested elements are read, 65 are not")
    func depthLimit() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        #expect(try PacketParser.parse(nested(64)).name == "a")
        #expect(throws: PacketError.self) { try PacketParser.parse(nested(65)) }
    }

    @Test(
        "a packet with a DOCTYPE is refused, in whatever case it is written",
        arguments: [
            "<!DOCTYPE packet><packet/>",
            "<?xml version=\"1.0\"?>\n<!doctype packet [<!ENTITY a \"b\">]><packet>&a;</packet>",
            "<!DOCTYPE packet SYSTEM \"file:///etc/passwd\"><packet/>",
        ])
    func doctype(packet: String) throws {
        let text = try refusal(packet)
        #expect(text.contains("DOCTYPE"))
        #expect(text.contains("line "))
    }

    @Test("a DOCTYPE in UTF-16 is refused, with and without a byte order mark, in both byte orders")
    func doctypeInUTF16() throws {
        let units = Array("<!DOCTYPE packet><packet/>".utf16)
        let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for bytes in [[0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little, big] {
            _ = try refusal(bytes)
        }
    }

    @Test("an encoding other than UTF-8 is refused", arguments: ["UTF-16", "ISO-8859-1", "UTF-7", "latin1"])
    func encoding(name: String) throws {
        let text = try refusal("<?xml version='1.0' encoding='\(name)'?><packet/>")
        #expect(text.contains(name))
    }

    @Test("UTF-8 is accepted with a byte order mark, with a declaration, and behind a line break")
    func acceptedBeginnings() throws {
        let packet = DocumentedPackets.planItemAddRequest
        for beginning in [
            "\u{FEFF}", "<?xml version=\"1.0\" encoding=\"utf-8\"?>", "\n\n<?xml version=\"1.0\"?>\u{A0}\n", "\u{A0}\n",
        ] {
            #expect(try TestPanel().send(beginning + packet + "\u{A0}\n").verdict == .ok)
        }
    }

    @Test("bytes that are not UTF-8 are refused with their position")
    func invalidUTF8() throws {
        let text = try refusal(Array("<packet>\n  ".utf8) + [0xC3, 0x28] + Array("</packet>".utf8))
        #expect(text.contains("line 2, column 3"))
    }

    @Test("a NUL byte is refused with its position")
    func nul() throws {
        let text = try refusal(Array("<packet>\n".utf8) + [0] + Array("</packet>".utf8))
        #expect(text.contains("line 2, column 1"))
    }

    @Test("ten megabytes of anything are refused", arguments: [UInt8(ascii: "x"), UInt8(ascii: "<"), 0, 0xFF])
    func tenMegabytes(byte: UInt8) throws {
        let text = try refusal([UInt8](repeating: byte, count: 10_000_000))
        #expect(text.contains("8388608"))
    }

    @Test("a tag with countless attributes is refused before it can cost time")
    func manyAttributes() throws {
        let attributes = (0..<200_000).map { "a\($0)=''" }.joined(separator: " ")
        #expect(try refusal("<packet \(attributes)/>").contains("2048"))
        let hidden = "<packet><!-- > --><![CDATA[>]]><a b='>' \(attributes)/></packet>"
        #expect(try refusal(hidden).contains("line 1, column 32"))
    }

    @Test("more elements than any client sends are refused")
    func manyElements() throws {
        let packet = "<packet>" + String(repeating: "<a/>", count: 500_001) + "</packet>"
        #expect(try refusal(packet).contains("500000"))
    }

    @Test(
        "what is not well-formed is refused with its line",
        arguments: [
            ("<packet>\n<plan-item></packet>", 2), ("<packet>\n\n<wrongly formatted xml</packet>", 3),
            ("<packet>&unknown;</packet>", 1), ("<packet/><packet/>", 1), ("<packet/>\ntext", 2),
            ("text", 1), ("<packet>", 1), ("<packet a='1' a='2'/>", 1), ("<packet><a:b/></packet>", 1),
        ])
    func notWellFormed(packet: String, line: Int) throws {
        #expect(try refusal(packet).contains("line \(line), column "))
    }

    @Test("an empty packet is refused", arguments: ["", "   \n", "\u{FEFF}", "<?xml version='1.0'?>"])
    func empty(packet: String) throws {
        _ = try refusal(packet)
    }

    @Test("text in references and CDATA arrives whole")
    func references() throws {
        let panel = try TestPanel()
        let answer = try panel.send(
            """
            <packet><plan-item><add><visible>1</visible><label>a&amp;b&#65;c<![CDATA[<d>&e]]>f<!-- g -->h</label>\
            <tooltip>&lt;&gt;&quot;&apos;\u{1F600}é</tooltip></add></plan-item></packet>
            """)
        #expect(answer.verdict == .ok)
        let stored = try panel.texts(
            "SELECT value FROM PlanItemProperties WHERE plan_item_id > 1234 AND name IN ('label', 'tooltip') ORDER BY name"
        )
        #expect(stored == ["a&bAc<d>&efh", "<>\"'\u{1F600}é"])
    }

    @Test("an answer holds no character that XML cannot hold")
    func writtenControlCharacters() throws {
        let node = PacketNode("a", text: "x\u{1}\u{8}\t\r\n<&>\"\u{FFFE}")
        let written = PacketWriter.write(node)
        #expect(written.contains("x\u{FFFD}\u{FFFD}\t&#13;\n&lt;&amp;&gt;&quot;\u{FFFD}"))
        #expect(try PacketParser.parse(Array(written.utf8)).text == "x\u{FFFD}\u{FFFD}\t\r\n<&>\"\u{FFFD}")
    }
}
