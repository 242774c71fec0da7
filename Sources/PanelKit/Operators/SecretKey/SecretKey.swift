import Crypto

/// A key with which a program may call the panel in place of a login and a password.
///
/// The panel keeps only a digest of it. A single SHA-256 is enough for 128 random bits: unlike a password, a key can
/// not be guessed, so it need not be slow to check.
struct SecretKey: Sendable {
    /// What is given out once: 128 random bits, in the shape that clients know keys to have.
    let text: String

    /// A fresh one.
    static func random() -> SecretKey {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<2).map { _ in Self.hexadecimal(generator.next() as UInt64) }.joined()
        var text = ""
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text += "-" }
            text.append(digit)
        }
        return SecretKey(text: text)
    }

    /// What the panel keeps of it.
    var digest: String {
        SHA256.hash(data: Array(text.utf8)).map { Self.hexadecimal($0) }.joined()
    }

    /// The part of a digest by which its rows are found, and by which lists name a key that nobody can read any more.
    static func lookup(ofDigest digest: String) -> String { String(digest.prefix(16)) }

    /// Compares two digests in a time that does not depend on where they differ.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func hexadecimal(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: type(of: number).bitWidth / 4 - digits.count) + digits
    }
}
