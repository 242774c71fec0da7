/// Whether an account or a subscription is active: 0, or why it is not.
enum ObjectStatus {
    static let active: Int64 = 0

    private static let known: ValueType = .word(["0", "2", "4", "8", "16", "32", "64", "256"])

    static let grammar = PacketGrammar.Part.optional(
        "status", .separately(known),
        "0 active, 16 suspended by the administrator, 32 by the reseller, 64 by the customer, 256 expired")

    /// The status that a packet gives, or nil where it gives none.
    ///
    /// - Throws: 1025 for a number without a meaning.
    static func named(by node: PacketNode?) throws(PacketError) -> Int64? {
        guard let text = node?.string("status") else { return nil }
        guard known.finalObjection(to: text) == nil, let status = Int64(text) else {
            throw PacketError(.wrongStatus, "There is no status \"\(text.prefix(40))\"")
        }
        return status
    }
}
