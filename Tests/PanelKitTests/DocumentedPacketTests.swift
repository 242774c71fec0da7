import Testing

@testable import PanelKit

@Suite("Documented packets")
struct DocumentedPacketTests {
    typealias Samples = DocumentedPackets

    @Test(
        "each documented packet on a fresh sample is answered with the documented tree",
        arguments: [
            (Samples.planItemAddRequest, Samples.planItemAddResponse),
            (Samples.planItemAddRequestAsPrinted, Samples.planItemAddResponse),
            (Samples.planItemAddRequestWithUnderscores, Samples.planItemAddResponse),
            (Samples.addPackageRequest, Samples.addPackageResponse),
            (Samples.addPackageRequestAsPrinted, Samples.addPackageResponseAsPrinted),
            (Samples.addPlanItemRequest, Samples.addPlanItemResponse),
        ])
    func golden(request: String, response: String) throws {
        let answer = try TestPanel().send(request)
        let documented = try PacketParser.parse(Array(response.utf8))
        #expect(outline(answer.root) == outline(documented))
        #expect(answer.verdict == .ok)
    }

    @Test("the answer is XML that can be read again")
    func writtenAnswer() throws {
        let answer = try TestPanel().send(Samples.addPlanItemRequest)
        #expect(answer.xml.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"))
        #expect(outline(try PacketParser.parse(Array(answer.xml.utf8))) == outline(answer.root))
    }

    @Test("all documented packets can follow each other, and each is one operation of its own")
    func oneAfterTheOther() throws {
        let panel = try TestPanel()
        let before = try panel.number("SELECT max(id) FROM operations")
        for request in [Samples.planItemAddRequest, Samples.addPackageRequest, Samples.addPlanItemRequest] {
            #expect(try panel.send(request).verdict == .ok)
        }
        #expect(try panel.number("SELECT count(*) FROM operations WHERE id > \(before)") == 3)
        #expect(try panel.number("SELECT count(*) FROM operations WHERE closed_at IS NULL") == 0)
    }

    @Test("the printed plan item is stored with every property under its documented name")
    func planItemRows() throws {
        let panel = try TestPanel()
        _ = try panel.send(Samples.planItemAddRequestAsPrinted)
        let stored = try panel.texts(
            """
            SELECT p.name || '=' || p.value FROM PlanItemProperties p JOIN PlanItems i ON i.id = p.plan_item_id
            WHERE i.name = 'plan-item' ORDER BY p.name
            """)
        #expect(
            stored == [
                "cl_id=false", "cname=false", "dom_id=true", "dom_name=true", "email=false", "ftp_pass=true",
                "ftp_user=true", "image=filename.png", "internal=true", "label=New Service", "pname=false",
                "tooltip=Additional service description.", "url=http://domain.com",
            ])
    }
}
