/// The number of a licence: what stays the same for its life, and a revision that changes with every renewal.
package enum LicenseNumber {
    /// The number without its revision: `PLSK.01234567.0003` is `PLSK.01234567`.
    package static func stablePart(of number: String) -> String {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].count == 4, parts[2].allSatisfy({ $0.isASCII && $0.isNumber }),
            parts[0].first?.isLetter == true
        else { return number }
        return "\(parts[0]).\(parts[1])"
    }

    /// What an event of the licence is about.
    package static func subject(of number: String) -> String {
        "license/\(SubjectKey.encoded(Array(stablePart(of: number).utf8)))"
    }
}
