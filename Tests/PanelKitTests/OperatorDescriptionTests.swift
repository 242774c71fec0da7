import Testing

@testable import PanelKit

@Suite("What operators say of themselves")
struct OperatorDescriptionTests {
    private let operators = OperatorRegistry.all.operators

    private func elements(_ parts: [PacketGrammar.Part]) -> [PacketElement] {
        parts.flatMap(\.elements).flatMap { [$0] + elements($0.content.parts) }
    }

    @Test("every operator, operation and element has a summary of one line without a full stop")
    func summaries() {
        func check(_ summary: String, of what: String) {
            #expect(!summary.isEmpty && !summary.hasSuffix(".") && !summary.contains("\n"), "\(what): \(summary)")
            #expect(summary.first?.isLowercase == false, "\(what): \(summary)")
        }
        for known in operators {
            check(known.summary, of: known.name)
            for operation in known.operations {
                check(operation.summary, of: operation.name)
                for element in elements(operation.grammar.parts) + elements(operation.answer) {
                    check(element.summary, of: "\(known.name) \(operation.name) \(element.name)")
                }
            }
        }
    }

    @Test("no element is there twice in one place, in either spelling")
    func unambiguous() {
        func check(_ parts: [PacketGrammar.Part], in place: String) {
            let names = parts.flatMap(\.elements).map { $0.name.replacing("_", with: "-") }
            #expect(Set(names).count == names.count, "\(place): \(names)")
            for element in parts.flatMap(\.elements) { check(element.content.parts, in: place + "/" + element.name) }
        }
        for known in operators {
            for operation in known.operations { check(operation.grammar.parts, in: "\(known.name) \(operation.name)") }
        }
    }

    @Test("the operators and operations are those that the panel documents")
    func list() {
        let expected = [
            "plan-item": "add update remove get",
            "service-plan":
                "add get set del duplicate add-package remove-package enable-aps-filter disable-aps-filter add-plan-item remove-plan-item",
            "service-plan-addon": "add get set del duplicate add-package remove-package",
            "customer": "add get set del",
            "webspace":
                "add get set del add-subscription remove-subscription switch-subscription add-package remove-package add-plan-item remove-plan-item",
            "site": "add get set del",
            "event_log": "get_events get-last-id get",
            "secret_key": "create get_info delete",
            "server": "get_protos get",
            "ip": "get",
            "dictionary": "get",
        ]
        #expect(operators.map(\.name).sorted() == expected.keys.sorted())
        for known in operators {
            #expect(known.operations.map(\.name).joined(separator: " ") == expected[known.name])
        }
    }

    @Test("the dictionary lists every operation, every logged action and every error code")
    func dictionary() throws {
        let answer = try TestPanel().send("<packet><dictionary><get/></dictionary></packet>")
        let result = try #require(answer.results.first)
        let listed = result.child("operators")?.children ?? []
        #expect(listed.map { $0.string("name") } == operators.map(\.name))
        #expect(
            listed.map { $0.children(named: "operation").map { $0.string("name") } }
                == operators.map { $0.operations.map(\.name) })
        #expect(result.child("events")?.children.count == PanelAction.all.count)
        #expect(result.child("errors")?.children.count == 32)
    }

    @Test("the versions that are told are all spoken, and the latest is the last")
    func versions() throws {
        #expect(ProtocolVersion.documented.allSatisfy { ProtocolVersion($0)?.isSupported == true })
        let last = try #require(ProtocolVersion.documented.last)
        #expect(ProtocolVersion(last)?.parts == ProtocolVersion.latest.parts)
    }
}
