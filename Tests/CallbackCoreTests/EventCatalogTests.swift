import CallbackCore
import Testing

@Suite("Catalogues of events")
struct EventCatalogTests {
    private func catalog(_ data: FieldShape) -> EventCatalog {
        EventCatalog([EventShape(type: "license.ordered", summary: "A licence was ordered.", data: data)])
    }

    private func names(_ shape: FieldShape?) -> (isOpen: Bool, members: [String])? {
        switch shape {
        case .object(let members)?: (false, members.keys.sorted())
        case .open(let members)?: (true, members.keys.sorted())
        case .leaf?, nil: nil
        }
    }

    @Test("a type of two sources can have the fields of either, and any field where one of them is open")
    func merge() {
        var all = catalog(.object(["new": .object(["id": .leaf, "options": .leaf]), "old": .leaf]))
        all.merge(catalog(.object(["new": .open(["title": .leaf, "options": .open(["a": .leaf])]), "extra": .leaf])))
        #expect(all.shapes.count == 1)
        let data = all.shapes["license.ordered"]?.data
        #expect(names(data)?.isOpen == false)
        #expect(names(data)?.members == ["extra", "new", "old"])
        guard case .object(let members)? = data, case .open(let row)? = members["new"] else {
            Issue.record("new is not open")
            return
        }
        #expect(row.keys.sorted() == ["id", "options", "title"])
        #expect(names(row["options"])?.isOpen == true)
    }

    @Test("merging a catalogue with itself changes nothing")
    func idempotent() {
        let one = catalog(.object(["new": .open(["id": .leaf])]))
        var twice = one
        twice.merge(one)
        #expect(names(twice.shapes["license.ordered"]?.data)?.members == ["new"])
        #expect(twice.shapes["license.ordered"]?.summary == "A licence was ordered.")
    }
}
