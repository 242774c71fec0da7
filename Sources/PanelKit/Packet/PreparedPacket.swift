/// A packet that has been read: what it asks for, or why it was not understood.
package struct PreparedPacket: Sendable {
    let plan: Result<PacketEngine.Plan, PacketError>

    /// Tells whether it would change anything in the panel.
    package var changes: Bool {
        switch plan {
        case .success(let plan): plan.changes
        case .failure: false
        }
    }
}
