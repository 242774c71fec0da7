import FoundationEssentials
import Testing

@testable import PanelKit

@Suite("Answers of commands")
struct CommandAnswerTests {
    private func answer(_ xml: String, to line: [String]) throws -> CommandAnswer {
        try CommandAnswer(PacketAnswer(received: Array(xml.utf8)), to: parsed(line).command.operation)
    }

    @Test("a line for each result, and errors apart with what they are about")
    func lines() throws {
        let panel = try TestPanel()
        let (command, words) = try parsed([
            "service-plan", "set", "--filter-name", "base_plan", "--filter-name", "none", "--external-id", "a b",
        ])
        let received = try panel.send(PacketWriter.write(command.packet(words)))
        let answer = CommandAnswer(received, to: command.operation)
        #expect(answer.lines == ["ok name=base_plan"])
        #expect(answer.errors == ["error 1013: There is no plan with name \"none\" (name=none)"])
    }

    @Test("what has a structure stands below, each with its own values on a line")
    func structures() throws {
        let answer = try answer(
            """
            <packet><service-plan><get><result><status>ok</status><id>1</id><name>a b</name><limits>\
            <overuse>block</overuse><limit><name>max_site</name><value>-1</value></limit></limits></result></get>\
            </service-plan></packet>
            """, to: ["service-plan", "get"])
        #expect(
            answer.lines == [
                "ok id=1 name=\"a b\"", "  limits overuse=block", "    limit name=max_site value=-1",
            ])
    }

    @Test("nothing that another panel sends reaches the terminal as a command")
    func hostile() throws {
        let answer = try answer(
            """
            <packet><plan-item><get><result><status>ok</status><name>a&#x9B;2J\u{202E}</name></result>\
            <result><status>error</status><errcode>1\u{85}3</errcode><errtext>two\nlines "\u{7F}"</errtext></result>\
            </get></plan-item></packet>
            """, to: ["plan-item", "get"])
        #expect(answer.lines == ["ok name=\"a\\u009b2J\\u202e\""])
        let errors = try #require(answer.errors.first)
        #expect(answer.errors.count == 1)
        #expect(errors.hasSuffix("3: two\\nlines \"\\u007f\""), "\(errors)")
        #expect(errors.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x85 })
    }

    @Test("a packet that was refused as a whole is an error, too")
    func refusal() throws {
        let answer = try answer(
            "<packet><system><status>error</status><errcode>1001</errcode><errtext>No</errtext></system></packet>",
            to: ["ip", "get"])
        #expect(answer.lines.isEmpty)
        #expect(answer.errors == ["error 1001: No"])
    }

    @Test("as JSON numbers are numbers, truths are truths, and what may repeat is an array")
    func json() throws {
        struct Result: Decodable, Equatable {
            struct Limits: Decodable, Equatable {
                struct Limit: Decodable, Equatable {
                    let name: String
                    let value: Int
                }
                let limit: [Limit]
            }
            let status: String
            let name: String
            let limits: Limits
            let apsFilter: Bool

            enum CodingKeys: String, CodingKey {
                case status, name, limits
                case apsFilter = "aps-filter"
            }
        }
        let answer = try answer(
            """
            <packet><service-plan><get><result><status>ok</status><name>"é\\&#9;</name><limits><limit>\
            <name>max_site</name><value>7</value></limit></limits><aps-filter>false</aps-filter></result></get>\
            </service-plan></packet>
            """, to: ["service-plan", "get"])
        let results = try JSONDecoder().decode([Result].self, from: Data(answer.json.utf8))
        let limits = Result.Limits(limit: [.init(name: "max_site", value: 7)])
        #expect(results == [Result(status: "ok", name: "\"é\\\t", limits: limits, apsFilter: false)])
    }

    @Test("the dictionary needs no database, and says what the panel answers")
    func dictionary() throws {
        let own = try #require(OperatorRegistry.all.dictionary)
        let asked = try TestPanel().send("<packet><dictionary><get/></dictionary></packet>")
        #expect(own.xml == asked.xml)
        let answer = CommandAnswer(own, to: try parsed(["dictionary", "get"]).command.operation)
        #expect(answer.lines.first == "ok")
        #expect(answer.lines.contains { $0.hasPrefix("    operator name=plan-item summary=\"Plan items: ") })
        let listings = try JSONDecoder().decode([Listing].self, from: Data(answer.json.utf8))
        #expect(listings.first?.operators.operator.map(\.name) == OperatorRegistry.all.operators.map(\.name))
    }

    private struct Listing: Decodable {
        struct Operators: Decodable { let `operator`: [Entry] }
        struct Entry: Decodable { let name: String }
        let operators: Operators
    }
}
