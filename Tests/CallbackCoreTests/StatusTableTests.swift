import CallbackCore
import Testing

@Suite("A table of statuses")
struct StatusTableTests {
    private let table = StatusTable(codes: [404: .dead, 503: .disable], classes: [4: .delivered, 5: .retry])

    @Test("a code goes before its class, and what is not there means nothing")
    func lookUp() {
        #expect(table[404] == .dead)
        #expect(table[409] == .delivered)
        #expect(table[503] == .disable)
        #expect(table[500] == .retry)
        #expect(table[200] == nil)
        #expect(StatusTable()[404] == nil)
    }

    @Test("it is written down sorted, classes first")
    func entries() {
        #expect(table.entries.map(\.code) == ["4xx", "5xx", "404", "503"])
        #expect(table.entries.map(\.meaning) == [.delivered, .retry, .dead, .disable])
    }
}
