import Testing

@testable import PanelKit

@Suite("Reference page")
struct ReferencePageTests {
    @Test("the reference page says what the grammar says, with samples that are tested")
    func page() throws {
        let page = try Repository.text(ReferencePage.path)
        let start = try #require(page.firstRange(of: ReferencePage.mark)).upperBound
        let made = try ReferencePage.text()
        if Repository.isUpdating { try Repository.write(page[..<start] + made, to: ReferencePage.path) }
        #expect(try Repository.text(ReferencePage.path).hasSuffix(ReferencePage.mark + made))
    }
}
