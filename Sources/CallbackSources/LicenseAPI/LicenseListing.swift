import CallbackCore
import CallbackRows

/// The licences of one kind, as the licence API lists them: key numbers in its order.
struct LicenseListing: Sendable {
    /// Licences of one kind at most.
    static let limit = 200_000
    /// Bytes of a key number at most.
    static let longestNumber = 128

    /// The licences in the order of the answer.
    let keys: [String]
    /// The numbers with their revisions, by key.
    let numbers: [String: String]

    /// Reads the answer: an array of key numbers.
    ///
    /// One element that is no key number spoils the whole: a list that is understood in part would end licences.
    /// - Throws: what is wrong with it.
    init(_ answer: JSONValue) throws(LicenseProblem) {
        guard case .array(let elements) = answer else { throw LicenseProblem("the listing is not an array of keys") }
        guard elements.count <= Self.limit else {
            throw LicenseProblem("the listing holds \(elements.count) keys, more than \(Self.limit)")
        }
        var keys: [String] = []
        var numbers: [String: String] = [:]
        keys.reserveCapacity(elements.count)
        numbers.reserveCapacity(elements.count)
        for element in elements {
            guard let number = element.string, Self.isNumber(number) else {
                throw LicenseProblem("the listing holds something that is no key number")
            }
            let key = LicenseNumber.stablePart(of: number)
            guard let other = numbers[key] else {
                keys.append(key)
                numbers[key] = number
                continue
            }
            // Two revisions of one licence: the later one counts.
            numbers[key] = max(number, other)
        }
        self.keys = keys
        self.numbers = numbers
    }

    private static func isNumber(_ text: String) -> Bool {
        (1...longestNumber).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }
}
