import FoundationEssentials
import Testing

@testable import PanelKit

/// What the vendor's PHP client sends, packet by packet.
@Suite("Requests of clients")
struct ClientRequestTests {
    struct Recorded: Decodable, Sendable, CustomTestStringConvertible {
        let packet: String
        /// `ok` or the number of the error, for each result or for the packet as a whole.
        let statuses: [String]

        var testDescription: String { String(packet.prefix(80)) }
    }

    static func recorded() throws -> [Recorded] {
        try Repository.text("Tests/PanelKitTests/Fixtures/client-requests.jsonl").split(separator: "\n").map { line in
            try JSONDecoder().decode(Recorded.self, from: Data(line.utf8))
        }
    }

    @Test("each request is answered: what exists with ok, what does not with 1013, what is unknown with 1014")
    func answers() throws {
        let requests = try Self.recorded()
        #expect(requests.count == 50)
        for request in requests {
            let answer = try TestPanel().send(request.packet)
            let statuses = answer.refusal.map { [$0.string("errcode") ?? ""] } ?? answer.statuses
            #expect(statuses == request.statuses, "\(request.packet) got \(answer.xml)")
        }
    }

    @Test("in one panel and in a row, what a client makes it can read and remove by the number it was given")
    func conversation() throws {
        let panel = try TestPanel()
        func number(_ answer: PacketAnswer) throws -> String { try #require(answer.results.first?.string("id")) }
        func send(_ name: String, _ operation: String) throws -> PacketAnswer {
            try panel.send("<packet><\(name)>\(operation)</\(name)></packet>")
        }
        for name in ["service-plan", "service-plan-addon"] {
            let id = try number(try send(name, "<add><name>p</name></add>"))
            let found = try send(name, "<get><filter><id>\(id)</id></filter></get>")
            #expect(found.results.map { $0.string("name") } == ["p"])
            #expect(try send(name, "<del><filter><id>\(id)</id></filter></del>").statuses == ["ok"])
            #expect(try send(name, "<get><filter><id>\(id)</id></filter></get>").statuses == ["1013"])
        }
        let info = "<gen_info><pname>P</pname><login>p</login><passwd>p</passwd></gen_info>"
        let id = try number(try send("customer", "<add>\(info)</add>"))
        let filter = "<filter><id>\(id)</id></filter>"
        let change = "<set>\(filter)<values><gen_info><status>16</status></gen_info></values></set>"
        #expect(try send("customer", change).statuses == ["ok"])
        let read = try send("customer", "<get>\(filter)<dataset><gen_info/></dataset></get>")
        #expect(read.results.first?.child("data")?.child("gen_info")?.string("status") == "16")
        #expect(try send("customer", "<del>\(filter)</del>").statuses == ["ok"])
        let made = try send("secret_key", "<create><ip_address>192.168.0.1</ip_address></create>")
        let key = try #require(made.results.first?.string("key"))
        let known = try send("secret_key", "<get_info><filter><key>\(key)</key></filter></get_info>")
        #expect(known.results.first?.child("key_info")?.string("key") == key)
        #expect(try send("secret_key", "<delete><filter><key>\(key)</key></filter></delete>").statuses == ["ok"])
    }

    @Test("nobody's plan list is empty without an error, and so is a list of customers")
    func emptyLists() throws {
        let panel = try TestPanel()
        try panel.write("DELETE FROM PlansSubscriptions")
        try panel.write("DELETE FROM Templates")
        let plans = try panel.sendPlan("<get><filter/></get>")
        #expect(plans.statuses == ["ok"])
        #expect(plans.results.first?.children.map(\.name) == ["status"])
    }
}
