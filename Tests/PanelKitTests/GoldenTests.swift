import Testing

@testable import PanelKit

@Suite("Golden packets")
struct GoldenTests {
    @Test("each request is answered with the response that is kept beside it", arguments: try GoldenCase.all())
    func golden(_ golden: GoldenCase) throws {
        let request = try Repository.text(golden.requestPath)
        let answer = try GoldenCase.panel().send(request)
        let response = GoldenCase.normalized(answer.xml, keeping: try GoldenCase.known(request))
        if Repository.isUpdating { try Repository.write(response, to: golden.responsePath) }
        #expect(response == (try Repository.text(golden.responsePath)))
        #expect((answer.verdict == .ok) == golden.name.contains("-good"), "\(answer.xml)")
        checkAgainstGrammar(answer.root)
    }

    @Test("every operation has a good and a bad request")
    func coverage() throws {
        let cases = try GoldenCase.all().map(\.description)
        for known in OperatorRegistry.all.operators {
            for operation in known.operations {
                for kind in ["good", "bad"] {
                    let name = "\(known.name)/\(operation.name)-\(kind)"
                    #expect(cases.contains { $0 == name || $0.hasPrefix(name + "-") }, "there is no \(name)")
                }
            }
        }
    }

    @Test("a request is called after an operation that it asks for")
    func names() throws {
        for golden in try GoldenCase.all() {
            let known = try #require(OperatorRegistry.all.operators.first { $0.name == golden.operatorName })
            let operation = known.operations.first {
                golden.name.hasPrefix("\($0.name)-good") || golden.name.hasPrefix("\($0.name)-bad")
            }
            let name = try #require(operation, "\(golden) is called after no operation").name
            #expect(try Repository.text(golden.requestPath).contains("<\(name)"))
        }
    }

    /// What an answer holds is what the grammar says that it can hold.
    private func checkAgainstGrammar(_ root: PacketNode) {
        for answered in root.children where answered.name != "system" {
            let known = OperatorRegistry.all.operators.first { $0.name == answered.name }
            for node in answered.children {
                let operation = known?.operations.first { $0.name == node.name }
                for result in node.children { check(result, operation?.answer ?? []) }
            }
        }
    }

    private func check(_ result: PacketNode, _ answer: [PacketGrammar.Part]) {
        var details = result
        details.children.removeAll { ["status", "errcode", "errtext"].contains($0.name) }
        guard result.string("status") == "ok" else {
            let names = answer.flatMap(\.elements).map(\.name)
            #expect(details.children.allSatisfy { names.contains($0.name) }, "\(PacketWriter.write(result))")
            return
        }
        do throws(PacketError) {
            let wrong = try PacketGrammar.sequence(answer).check(details)
            #expect(wrong == nil, "\(PacketWriter.write(result))")
        } catch {
            Issue.record("\(error) in \(PacketWriter.write(result))")
        }
    }
}
