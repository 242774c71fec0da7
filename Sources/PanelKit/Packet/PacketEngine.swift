/// Carries out packets on a panel database, however they arrived.
package struct PacketEngine: Sendable {
    /// The largest packet that is looked at, in bytes. Of a larger one a byte more is enough to refuse it.
    package static let maximumPacketSize = PacketGate.maximumSize

    private let database: PanelDatabase
    private let operators: OperatorRegistry

    package init(database: PanelDatabase, operators: OperatorRegistry = .all) {
        self.database = database
        self.operators = operators
    }

    /// Answers a packet. Each operation is carried out whole or not at all, and is on disk when this returns;
    /// those of one packet share one commit.
    ///
    /// A packet that cannot be understood is answered as such, and nothing of it is carried out.
    ///
    /// - Throws: `.locked` or `.failed` where the database could not take any of it: then nothing was changed.
    package func execute(_ bytes: [UInt8]) throws(PanelDatabaseError) -> PacketAnswer {
        let root: PacketNode
        let calls: [[PlannedCall]]
        do {
            root = try PacketParser.parse(bytes)
            calls = try plan(root)
        } catch {
            return .refusal(error)
        }
        do {
            return try database.series { series in try carryOut(calls, of: root, in: series) }
        } catch {
            throw database.explained(error)
        }
    }

    private func carryOut(
        _ calls: [[PlannedCall]], of root: PacketNode, in series: OperationSeries
    ) throws -> PacketAnswer {
        var verdict = PacketAnswer.Verdict.ok
        var answer = PacketNode("packet")
        answer.attributes = root.attributes.filter { $0.key == "version" }
        for (group, asked) in zip(calls, root.children) {
            var answered = PacketNode(operators.find(asked)?.name ?? asked.name)
            for call in group {
                let results = try carryOut(call, in: series)
                if results.contains(where: { $0.error != nil }) { verdict = .failed }
                answered.children.append(PacketNode(call.operation.name, children: results.map(\.node)))
            }
            answer.children.append(answered)
        }
        return PacketAnswer(verdict: verdict, root: answer)
    }

    /// Compares the whole packet with the grammar before any of it is carried out.
    private func plan(_ root: PacketNode) throws(PacketError) -> [[PlannedCall]] {
        guard root.name == "packet" else {
            throw .malformed("the root element is <\(root.name)>, expected <packet>", at: root.position)
        }
        if let version = root.attributes["version"], ProtocolVersion(version)?.isSupported != true {
            throw PacketError(
                .unsupportedVersion, "Protocol version \"\(version.prefix(40))\" is not supported; use 1.6.9.1")
        }
        guard root.text.isBlank else {
            throw .malformed("text inside <packet>, where only operators may stand", at: root.position)
        }
        guard !root.children.isEmpty else { throw .malformed("the packet holds no operator", at: root.position) }
        var groups: [[PlannedCall]] = []
        for asked in root.children { groups.append(try plan(operatorNode: asked)) }
        return groups
    }

    private func plan(operatorNode asked: PacketNode) throws(PacketError) -> [PlannedCall] {
        guard let known = operators.find(asked) else {
            throw .malformed("there is no operator <\(asked.name)>", at: asked.position)
        }
        guard asked.text.isBlank else {
            throw .malformed("text inside <\(asked.name)>, where only operations may stand", at: asked.position)
        }
        guard !asked.children.isEmpty else {
            throw .malformed("<\(asked.name)> holds no operation", at: asked.position)
        }
        var calls: [PlannedCall] = []
        for node in asked.children {
            guard let operation = known.operations.first(where: { node.isNamed($0.name) }) else {
                throw .malformed("<\(asked.name)> has no operation <\(node.name)>", at: node.position)
            }
            calls.append(PlannedCall(operation: operation, node: node, wrongValue: try operation.grammar.check(node)))
        }
        return calls
    }

    private func carryOut(_ call: PlannedCall, in series: OperationSeries) throws -> [PacketResult] {
        if let wrong = call.wrongValue { return call.operation.failure(call.node, wrong) }
        do {
            return try series.run { operation in
                let results = try call.operation.run(call.node, operation)
                // Where nothing succeeded nothing was changed, and no number is spent on it.
                guard results.contains(where: { $0.error == nil }) else { throw NothingDone(results: results) }
                return results
            }
        } catch let nothing as NothingDone {
            return nothing.results
        } catch let ended as SeriesEnded {
            throw ended
        } catch {
            return call.operation.failure(call.node, .explaining(error))
        }
    }

    private struct PlannedCall {
        let operation: PacketOperation
        let node: PacketNode
        let wrongValue: PacketError?
    }

    /// Ends a transaction in which every part failed.
    private struct NothingDone: Error {
        let results: [PacketResult]
    }
}
