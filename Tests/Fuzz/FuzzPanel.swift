import FoundationEssentials
import Glibc
import PanelKit
import Synchronization

/// An engine on a real database, which is made afresh before it grows large.
final class FuzzPanel: Sendable {
    static let shared = FuzzPanel()

    /// After so many packets that were carried out the panel begins anew.
    private static let lifetime = 400

    private struct State {
        var engine: PacketEngine?
        var carriedOut = 0
        var number = 0
    }

    private let state = Mutex(State())

    func check(_ input: [UInt8]) -> FuzzSubject.Outcome {
        do {
            let engine = try engine()
            let packet = engine.prepare(input, as: .local)
            let answer = try engine.execute(input)
            return Self.judge(answer, of: input, changes: packet.changes)
        } catch {
            return .broken("the panel threw \(error)")
        }
    }

    private func engine() throws -> PacketEngine {
        try state.withLock { state in
            state.carriedOut += 1
            if let engine = state.engine, state.carriedOut < Self.lifetime { return engine }
            let name = "panel-\(getpid())"
            for old in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: Repository.folder(for: name + "-\(state.number).db" + old))
            }
            state.number += 1
            state.carriedOut = 0
            let path = Repository.folder(for: name + "-\(state.number).db")
            let engine = PacketEngine(database: try PanelDatabase.create(at: path, sample: true))
            // It is never opened a second time, and goes when this process ends, however that is.
            for file in ["", "-wal", "-shm"] { unlink(path + file) }
            state.engine = engine
            return engine
        }
    }

    private static func judge(_ answer: PacketAnswer, of input: [UInt8], changes: Bool) -> FuzzSubject.Outcome {
        let written = Array(answer.xml.utf8)
        do throws(PacketError) {
            let again = try PacketParser.parse(written)
            guard outline(again) == outline(answer.root) else { return .broken("the answer reads differently") }
        } catch {
            return .broken("the answer cannot be read: \(error)")
        }
        if let refusal = answer.root.child("system") { return judge(refusal, of: answer, changes: changes) }
        do throws(PacketError) {
            let asked = try PacketParser.parse(input)
            guard asked.children.map(\.children.count) == answer.root.children.map(\.children.count) else {
                return .broken("another number of operations is answered than was asked")
            }
        } catch {
            return .broken("carried out, though it cannot be read: \(error)")
        }
        var words: Set<String> = []
        for operatorNode in answer.root.children {
            for operation in operatorNode.children {
                guard !operation.children.isEmpty else { return .broken("\(operation.name) has no result") }
                for result in operation.children {
                    let status = result.children.first?.text
                    let code = result.child("errcode")?.text
                    guard status == "ok" || (status == "error" && code != nil) else {
                        return .broken("a result of \(operation.name) has no status")
                    }
                    if answer.verdict == .ok, status != "ok" {
                        return .broken("an error in an answer that is called ok")
                    }
                    words.insert("\(operatorNode.name) \(operation.name) \(code ?? "ok")")
                }
            }
        }
        return .fine(words.sorted().prefix(4).joined(separator: ", "))
    }

    private static func judge(
        _ refusal: PacketNode, of answer: PacketAnswer, changes: Bool
    ) -> FuzzSubject.Outcome {
        let code = refusal.child("errcode")?.text ?? ""
        guard ["1014", "1005"].contains(code), answer.verdict != .ok, !changes else {
            return .broken("refused with \(code), \(answer.verdict)")
        }
        // A place and a name tell one refusal from the other; the kind is the words between them.
        let text = refusal.child("errtext")?.text ?? ""
        let words = text.split(separator: ":", maxSplits: 1).last ?? ""
        return .fine("refused: " + words.split { $0 == "<" || $0 == "\"" }.prefix(1).joined())
    }

    /// A tree as one line; white space that only separates elements is left away.
    private static func outline(_ node: PacketNode) -> String {
        let inside = node.children.isEmpty ? node.text : node.children.map(outline).joined()
        return "<\(node.name)>\(inside)</\(node.name)>"
    }
}
