import GRDB

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

    /// Answers a packet. Each operation is carried out whole or not at all, and is on disk when this returns.
    ///
    /// A packet that cannot be understood is answered as such, and nothing of it is carried out.
    ///
    /// - Throws: `.locked` where the database was locked before anything had been done.
    package func execute(_ bytes: [UInt8]) throws(PanelDatabaseError) -> PacketAnswer {
        let root: PacketNode
        let calls: [[PlannedCall]]
        do {
            root = try PacketParser.parse(bytes)
            calls = try plan(root)
        } catch {
            return .refusal(error)
        }
        var verdict = PacketAnswer.Verdict.ok
        var started = false
        var answer = PacketNode("packet")
        answer.attributes = root.attributes.filter { $0.key == "version" }
        for (group, asked) in zip(calls, root.children) {
            var answered = PacketNode(operators.find(asked)?.name ?? asked.name)
            for call in group {
                let results = try carryOut(call, isFirst: !started)
                started = true
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

    private func carryOut(_ call: PlannedCall, isFirst: Bool) throws(PanelDatabaseError) -> [PacketResult] {
        if let wrong = call.wrongValue { return call.operation.failure(call.node, wrong) }
        do {
            return try database.change { transaction in
                let results = try call.operation.run(call.node, transaction)
                // Where nothing succeeded nothing was changed, and no number is spent on it.
                guard results.contains(where: { $0.error == nil }) else { throw NothingDone(results: results) }
                return results
            }
        } catch let nothing as NothingDone {
            return nothing.results
        } catch let error as PacketError {
            return call.operation.failure(call.node, error)
        } catch {
            let explained = database.explained(error)
            if case .locked = explained, isFirst { throw explained }
            return call.operation.failure(call.node, .fromDatabase(error))
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

extension PacketError {
    /// A database error in the API's terms: what is there twice is 1007, all else a failed operation.
    static func fromDatabase(_ error: any Error) -> PacketError {
        if let error = error as? PacketError { return error }
        guard let error = error as? DatabaseError else { return PacketError(.operationFailed, "\(error)") }
        let message = error.message ?? "the database answered \(error.resultCode)"
        return switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
            PacketError(.alreadyExists, "The same thing is already there: \(message)")
        default:
            PacketError(.operationFailed, "The database refused the change: \(message)")
        }
    }

    /// Tells whether the transaction can go on after this error: only the statement failed, not the database.
    static func concernsOnlyOnePart(_ error: any Error) -> Bool {
        if error is PacketError { return true }
        guard let error = error as? DatabaseError else { return false }
        return error.resultCode == .SQLITE_CONSTRAINT
    }
}
