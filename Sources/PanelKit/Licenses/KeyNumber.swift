import GRDB

/// The number of a licence: what stays the same for its life, and a revision that counts its changes.
package struct KeyNumber: Sendable, Equatable, CustomStringConvertible {
    /// Letters of the kind, a dot and 8 digits: the same through all revisions.
    package let stablePart: String
    /// 0 to 9999.
    package let revision: Int

    private init(stablePart: String, revision: Int) {
        self.stablePart = stablePart
        self.revision = revision
    }

    /// Reads a whole number, such as `PLSK.01234567.0003`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isDigits(parts[2], 4), let stable = Self.stablePart(of: text),
            let revision = Int(parts[2])
        else { return nil }
        self.init(stablePart: stable, revision: revision)
    }

    /// The stable part of a number that is written with or without its revision; nil where it is no key number.
    static func stablePart(of text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || (parts.count == 3 && isDigits(parts[2], 4)), isDigits(parts[1], 8),
            LicenseKind.allCases.contains(where: { $0.keyPrefix == parts[0] })
        else { return nil }
        return "\(parts[0]).\(parts[1])"
    }

    package var description: String {
        stablePart + "." + Self.padded(revision, to: 4)
    }

    /// The same licence after one more change. After 9999 comes 1: 0 is how a licence begins.
    var next: KeyNumber {
        KeyNumber(stablePart: stablePart, revision: revision == 9_999 ? 1 : revision + 1)
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

    private static func isDigits(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
