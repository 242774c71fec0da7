/// The version of the protocol that a packet names: parts separated by dots, compared as numbers.
struct ProtocolVersion: Sendable, Comparable {
    /// The last version that has the operator `plan-item`.
    static let latest = ProtocolVersion(parts: [1, 6, 9, 1])

    /// The versions that a client is told of; those between them are understood, too.
    static let documented = [
        "1.6.0.0", "1.6.3.0", "1.6.3.5", "1.6.4.0", "1.6.5.0", "1.6.6.0", "1.6.7.0", "1.6.8.0", "1.6.9.0", "1.6.9.1",
    ]

    let parts: [Int]

    init?(_ text: String) {
        let fields = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { field in
            field.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(field) : nil
        }
        guard numbers.count == fields.count, (2...4).contains(numbers.count) else { return nil }
        parts = numbers
    }

    private init(parts: [Int]) {
        self.parts = parts
    }

    /// Tells whether packets of this version are understood: any of the first protocol up to the latest.
    var isSupported: Bool { parts[0] == 1 && self <= .latest }

    static func < (left: Self, right: Self) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }
}
