import Testing

@testable import PanelKit

@Suite("Figures of domains")
struct DomainStatisticsTests {
    @Test("domains, subdomains and sites are counted for a subscription, a site and a customer")
    func counts() throws {
        let panel = try TestPanel()
        let main = try panel.number("SELECT id FROM domains WHERE webspace_id = 0")
        func add(_ name: String, _ place: String) throws -> Int {
            let answer = try panel.send(
                "<packet><site><add><gen_setup><name>\(name)</name>\(place)</gen_setup></add></site></packet>")
            return try #require(answer.results.first?.string("id").flatMap { Int($0) })
        }
        let further = try add("further.example", "<webspace-id>\(main)</webspace-id>")
        let below = try add("a.further.example", "<parent-site-id>\(further)</parent-site-id>")
        _ = try add("b.a.further.example", "<parent-site-id>\(below)</parent-site-id>")
        try panel.write("UPDATE domains SET status = 16 WHERE id = \(below)")

        func figures(_ operation: String, _ id: Int, _ names: String...) throws -> [String?] {
            let answer = try panel.send(
                """
                <packet><\(operation)><get><filter><id>\(id)</id></filter><dataset><stat/></dataset></get></\(operation)>
                </packet>
                """)
            let stat = answer.results.first?.child("data")?.child("stat")
            return names.map { stat?.string($0) }
        }
        #expect(
            try figures("webspace", main, "domains", "subdom", "sites", "box", "traffic") == ["2", "2", "4", "0", "0"])
        #expect(try figures("site", further, "domains", "subdom", "sites") == ["1", "2", "3"])
        #expect(try figures("site", below, "domains", "subdom", "sites") == ["1", "1", "2"])
        #expect(try figures("customer", 3, "active_domains", "subdomains", "disk_space") == ["3", "2", "0"])
    }
}
