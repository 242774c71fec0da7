import Testing

@testable import PanelKit

@Suite("plan-item add")
struct PlanItemTests {
    private func add(_ count: Int, to panel: TestPanel) throws -> [String?] {
        let operation = "<add><visible>true</visible><label>Same label</label><tooltip/></add>"
        let operations = String(repeating: operation, count: count)
        return try panel.send("<packet><plan-item>\(operations)</plan-item></packet>").results.map { $0.string("name") }
    }

    @Test("items are named plan-item, plan-item-2, plan-item-3, …, and labels may repeat")
    func names() throws {
        let panel = try TestPanel()
        let expected = ["plan-item"] + (2...20).map { "plan-item-\($0)" }
        #expect(try add(20, to: panel) == expected)
        #expect(try add(1, to: panel) == ["plan-item-21"])
        #expect(try panel.number("SELECT count(*) FROM PlanItemProperties WHERE value = 'Same label'") == 21)
        #expect(try panel.number("SELECT count(DISTINCT uuid) FROM PlanItems") == 22)
    }

    @Test("a name that is taken is never given again, also where earlier ones were removed")
    func namesWithGaps() throws {
        let panel = try TestPanel(sample: false)
        _ = try add(5, to: panel)
        try panel.write("DELETE FROM PlanItems WHERE name IN ('plan-item-3', 'plan-item-4')")
        _ = try add(6, to: panel)
        #expect(try panel.number("SELECT count(*) FROM PlanItems") == 9)
    }

    @Test(
        "visible is kept as a number, in whichever way truth was written",
        arguments: zip(["true", "1", " false ", "0"], [1, 1, 0, 0]))
    func visibility(written: String, stored: Int) throws {
        let panel = try TestPanel(sample: false)
        let answer = try panel.send(
            "<packet><plan-item><add><visible>\(written)</visible><label>L</label><tooltip/></add></plan-item></packet>"
        )
        #expect(answer.verdict == .ok)
        #expect(try panel.number("SELECT isVisible FROM PlanItems") == stored)
    }

    @Test("what the packet leaves out has no property, truth becomes a word, and texts keep their white space")
    func properties() throws {
        let panel = try TestPanel(sample: false)
        _ = try panel.send(
            """
            <packet><plan-item><add><visible>1</visible><label> two  spaces </label><tooltip></tooltip>\
            <internal>0</internal><noframe>1</noframe><url-components><cl-id>1</cl-id></url-components>\
            </add></plan-item></packet>
            """)
        #expect(
            try panel.texts("SELECT name || '=' || value FROM PlanItemProperties ORDER BY name") == [
                "cl_id=true", "internal=false", "label= two  spaces ", "noframe=true", "tooltip=",
            ])
        #expect(try panel.texts("SELECT classname FROM PlanItems") == ["Plesk_PlanItem_Custom"])
    }
}
