/// Carries out packets on a panel database, however they arrived.
package struct PacketEngine: Sendable {
    /// The largest packet that is looked at, in bytes. Of a larger one a byte more is enough to refuse it.
    package static let maximumPacketSize = PacketGate.maximumSize

    private let database: PanelDatabase
    /// The operators that packets may name.
    package let operators: OperatorRegistry

    package init(database: PanelDatabase, operators: OperatorRegistry = .all) {
        self.database = database
        self.operators = operators
    }

    /// Answers a packet. Each operation is carried out whole or not at all, and is on disk when this returns;
    /// those of one packet share one commit.
    ///
    /// A packet that cannot be understood is answered as such, and nothing of it is carried out. One that only reads
    /// waits for nobody's lock.
    ///
    /// - Parameter caller: whose packet it is; operators hold it to what it may see and touch.
    /// - Throws: `.locked` or `.failed` where the database could not take any of it: then nothing was changed.
    package func execute(
        _ bytes: [UInt8], as caller: Caller = .local
    ) throws(PanelDatabaseError) -> PacketAnswer {
        let packet = prepare(bytes, as: caller)
        do {
            guard packet.changes else { return try database.view(as: caller) { try answer(packet, reading: $0) } }
            return try database.series(as: caller) { try answer(packet, in: $0) }
        } catch {
            throw database.explained(error)
        }
    }

    /// Reads a packet and compares it with the grammar, without looking into the database.
    package func prepare(_ bytes: [UInt8], as caller: Caller) -> PreparedPacket {
        do throws(PacketError) {
            return PreparedPacket(plan: .success(try plan(bytes, caller)))
        } catch {
            return PreparedPacket(plan: .failure(error))
        }
    }

    /// Answers a packet that changes nothing.
    package func answer(_ packet: PreparedPacket, reading view: PanelView) throws -> PacketAnswer {
        try answer(packet) { call in
            guard case .read(let read) = call.operation.work else { return [] }
            return try read(call.node, view)
        }
    }

    /// Answers a packet as a part of what shares one durable commit: packets that arrive together may.
    package func answer(_ packet: PreparedPacket, in series: OperationSeries) throws -> PacketAnswer {
        try answer(packet) { call in
            switch call.operation.work {
            case .read(let read): try read(call.node, series.view)
            case .change(let change):
                try series.run { operation in
                    let results = try change(call.node, operation)
                    // Where nothing succeeded nothing was changed, and no number is spent on it.
                    guard results.contains(where: { $0.error == nil }) else { throw NothingDone(results: results) }
                    return results
                }
            }
        }
    }

    private func answer(
        _ packet: PreparedPacket, carryingOut carryOut: (PlannedCall) throws -> [PacketResult]
    ) throws -> PacketAnswer {
        let plan: Plan
        switch packet.plan {
        case .failure(let error): return .refusal(error)
        case .success(let understood): plan = understood
        }
        var verdict = PacketAnswer.Verdict.ok
        var answer = PacketNode("packet")
        answer.attributes = plan.attributes
        for group in plan.groups {
            var answered = PacketNode(group.name)
            for call in group.calls {
                let results = try results(of: call, carryingOut: carryOut)
                if results.contains(where: { $0.error != nil }) { verdict = .failed }
                answered.children.append(PacketNode(call.operation.name, children: results.map(\.node)))
            }
            answer.children.append(answered)
        }
        return PacketAnswer(verdict: verdict, root: answer)
    }

    private func results(
        of call: PlannedCall, carryingOut carryOut: (PlannedCall) throws -> [PacketResult]
    ) throws -> [PacketResult] {
        if let refusal = call.refusal { return call.operation.failure(call.node, refusal) }
        do {
            return try carryOut(call)
        } catch let nothing as NothingDone {
            return nothing.results
        } catch let ended as SeriesEnded {
            throw ended
        } catch {
            return call.operation.failure(call.node, .explaining(error))
        }
    }

    /// Ends an operation in which every part failed.
    private struct NothingDone: Error {
        let results: [PacketResult]
    }
}
