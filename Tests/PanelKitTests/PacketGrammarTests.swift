import Testing

@testable import PanelKit

@Suite("Packet grammar")
struct PacketGrammarTests {
    private static let item = "<visible>true</visible><label>L</label><tooltip>T</tooltip>"

    @Test(
        "a packet that departs from the grammar is refused whole, and the text says where",
        arguments: [
            ("<other/>", "expected <packet>", "line 1, column 1"),
            ("<packet/>", "no operator", "line 1, column 1"),
            ("<packet>text</packet>", "text inside <packet>", "line 1, column 1"),
            ("<packet>\n  <unknown/></packet>", "no operator <unknown>", "line 2, column 3"),
            ("<packet>\n<plan-item/></packet>", "holds no operation", "line 2, column 1"),
            ("<packet><plan-item><fly/></plan-item></packet>", "no operation <fly>", "column 20"),
            ("<packet><plan-item><add>x\(item)</add></plan-item></packet>", "text inside <add>", "column 20"),
            ("<packet><plan-item><add/></plan-item></packet>", "lacks <visible>", "column 20"),
            (
                "<packet><plan-item><add>\n<label>L</label><visible>1</visible><tooltip/></add></plan-item></packet>",
                "lacks <visible> before <label>", "line 2, column 1"
            ),
            (
                "<packet><plan-item><add>\(item)\n<noframe>1</noframe><internal>1</internal></add></plan-item></packet>",
                "<internal> is repeated or out of order", "line 2, column 21"
            ),
            (
                "<packet><plan-item><add>\(item)\n<colour/></add></plan-item></packet>",
                "<colour> is not known", "line 2, column 1"
            ),
            (
                "<packet><plan-item><add>\(item)\n<url>a<b/></url></add></plan-item></packet>",
                "<b> inside <url>", "line 2, column 7"
            ),
            (
                "<packet><plan-item><add>\(item)<url-components><email>1</email><email>1</email></url-components>"
                    + "</add></plan-item></packet>", "<email> is repeated", "line 1"
            ),
            (
                "<packet><service-plan><add-package><filter><name>a</name><id>1</id></filter></add-package>"
                    + "</service-plan></packet>", "<id> is repeated or out of order inside <filter>", "line 1"
            ),
            (
                "<packet><service-plan><add-plan-item><filter/><owner-id>1</owner-id><owner-login>a</owner-login>"
                    + "<plan-item><name>a</name></plan-item></add-plan-item></service-plan></packet>",
                "lacks <plan-item> before <owner-login>", "line 1"
            ),
        ])
    func departures(packet: String, what: String, place: String) throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        let answer = try panel.send(packet)
        let text = try #require(answer.refusal?.string("errtext"))
        #expect(answer.refusal?.string("errcode") == "1014")
        #expect(answer.verdict == .broken)
        #expect(text.contains(what), "\(text)")
        #expect(text.contains(place), "\(text)")
        #expect(try panel.everything() == before)
    }

    @Test("a broken operation keeps the good ones before it from being carried out")
    func nothingBeforeABrokenPart() throws {
        let panel = try TestPanel()
        let before = try panel.everything()
        let answer = try panel.send(
            "<packet><plan-item><add>\(Self.item)</add></plan-item><plan-item><add/></plan-item></packet>")
        #expect(answer.verdict == .broken)
        #expect(try panel.everything() == before)
    }

    @Test(
        "a wrong value is answered with 1019 in its own result, and the operations around it go on",
        arguments: [
            "<visible>maybe</visible><label>L</label><tooltip/>", "<visible/><label>L</label><tooltip/>",
            "<visible>1</visible><label> \u{A0}</label><tooltip/>",
            "<visible>1</visible><label>\(String(repeating: "é", count: 256))</label><tooltip/>",
            "<visible>1</visible><label>L</label><tooltip/><url>\(String(repeating: "u", count: 256))</url>",
            "<visible>1</visible><label>L</label><tooltip/><internal>yes</internal>",
            "<visible>1</visible><label>L</label><tooltip/><url-components><email>2</email></url-components>",
        ])
    func wrongValues(operation: String) throws {
        let panel = try TestPanel()
        let answer = try panel.send(
            """
            <packet><plan-item><add>\(Self.item)</add><add>\(operation)</add><add>\(Self.item)</add></plan-item></packet>
            """)
        #expect(answer.verdict == .failed)
        #expect(answer.statuses == ["ok", "1019", "ok"])
        #expect(answer.results.compactMap { $0.string("name") } == ["plan-item", "plan-item-2"])
    }

    @Test("values of exactly 255 characters are kept whole")
    func longestValue() throws {
        let panel = try TestPanel()
        let label = String(repeating: "é", count: 255)
        let answer = try panel.send(
            "<packet><plan-item><add><visible>0</visible><label>\(label)</label><tooltip/></add></plan-item></packet>")
        #expect(answer.verdict == .ok)
        #expect(
            try panel.texts("SELECT value FROM PlanItemProperties WHERE plan_item_id > 1234 AND name = 'label'") == [
                label
            ])
    }

    @Test("several operators and operations are answered in order, under the schema's names")
    func order() throws {
        let panel = try TestPanel()
        let answer = try panel.send(
            """
            <packet version="1.6.5"><service_plan><add><name>a</name></add><add><name>b</name></add></service_plan>\
            <plan-item><add>\(Self.item)</add></plan-item><service-plan><add><name>c</name></add></service-plan></packet>
            """)
        #expect(answer.verdict == .ok)
        #expect(answer.root.attributes == ["version": "1.6.5"])
        #expect(answer.root.children.map(\.name) == ["service-plan", "plan-item", "service-plan"])
        #expect(answer.root.children.map(\.children.count) == [2, 1, 1])
        #expect(try panel.texts("SELECT name FROM Templates WHERE id > 1234 ORDER BY id") == ["a", "b", "c"])
    }

    @Test(
        "known protocol versions are accepted, others answered with 1005",
        arguments: [
            ("1.6", true), ("1.6.5", true), ("1.6.9.1", true), ("1.4.2.0", true), ("1.6.9.2", false),
            ("100.0.0", false), ("2.0", false), ("one", false), ("", false), ("1.-6", false), ("1", false),
        ])
    func versions(version: String, isKnown: Bool) throws {
        let answer = try TestPanel().send(
            "<packet version=\"\(version)\"><service-plan><add><name>a</name></add></service-plan></packet>")
        #expect(answer.verdict == (isKnown ? .ok : .failed))
        #expect(answer.refusal?.string("errcode") == (isKnown ? nil : "1005"))
    }
}
