import GRDB

/// The number of a licence: what stays the same for its life, and a revision that counts its changes.
package struct KeyNumber: Sendable, Equatable, CustomStringConvertible {
    /// Letters of the kind, a dot and 8 digits: the same through all revisions.
    package let stablePart: String
    /// 0 to 9999.
    package let revision: Int

    package var description: String {
        stablePart + "." + Self.padded(revision, to: 4)
    }

    /// A number that no licence has in any revision.
    static func unused(for kind: LicenseKind, in db: Database) throws -> KeyNumber {
        var generator = SystemRandomNumberGenerator()
        while true {
            let digits = padded(Int.random(in: 0...99_999_999, using: &generator), to: 8)
            let candidate = KeyNumber(stablePart: "\(kind.keyPrefix).\(digits)", revision: 0)
            // Written as a range, so that the index of key numbers answers it.
            let isTaken = try db.exists(
                "licenses WHERE key_number >= ? AND key_number < ?",
                arguments: [candidate.stablePart + ".", candidate.stablePart + "/"])
            if !isTaken { return candidate }
        }
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
