import PanelKit

/// Carries out the packets of remote senders: those that change something share durable commits with whatever else
/// waits, those that only read go past them.
struct PacketLine: Sendable {
    let engine: PacketEngine
    let access: RemoteAccess
    let commits: GroupCommit
    let reader: PanelReader

    /// - Returns: nil where the grant is no longer good, and nothing was done.
    /// - Throws: 1023 where the database could take nothing of it.
    func answer(_ bytes: [UInt8], _ grant: RemoteGrant) async throws(PacketError) -> PacketAnswer? {
        let packet = engine.prepare(bytes, as: grant.caller)
        let access = access
        let engine = engine
        do {
            guard packet.changes else {
                return try await reader.view(as: grant.caller) { view in
                    guard try access.holds(grant, in: view) else { return nil }
                    return try engine.answer(packet, reading: view)
                }
            }
            return try await commits.perform(as: grant.caller) { series in
                guard try access.holds(grant, in: series.view) else { return nil }
                return try engine.answer(packet, in: series)
            }
        } catch let error as PacketError {
            throw error
        } catch is GroupCommit.Busy {
            throw PacketError(.operationFailed, "The panel is busy, and nothing was changed; try again in a moment")
        } catch {
            throw PacketError(
                .operationFailed, "The panel's database could not take it, and nothing was changed: \(error)")
        }
    }
}
