/// What the codes of one target mean where they mean something else than usual.
///
/// A code is an HTTP status or the exit code of a hook. One that stands here by itself goes before its class.
package struct StatusTable: Hashable, Sendable {
    /// What follows from a code.
    package enum Meaning: String, Hashable, Sendable, CaseIterable {
        /// The target has it.
        case delivered
        /// It may work later.
        case retry
        /// It never will: a dead letter.
        case dead
        /// The target wants nothing more: it is left alone, and the delivery waits.
        case disable
    }

    package var codes: [Int: Meaning]
    /// By the first digit of a status.
    package var classes: [Int: Meaning]

    package init(codes: [Int: Meaning] = [:], classes: [Int: Meaning] = [:]) {
        self.codes = codes
        self.classes = classes
    }

    package var isEmpty: Bool { codes.isEmpty && classes.isEmpty }

    /// What the table says of a code; nil where it says nothing.
    package subscript(code: Int) -> Meaning? {
        guard !isEmpty else { return nil }
        return codes[code] ?? classes[code / 100]
    }

    /// The entries as they are written, sorted.
    package var entries: [(code: String, meaning: Meaning)] {
        let classes = classes.sorted { $0.key < $1.key }.map { (code: "\($0.key)xx", meaning: $0.value) }
        return classes + codes.sorted { $0.key < $1.key }.map { (code: "\($0.key)", meaning: $0.value) }
    }
}

/// The codes that a kind of target can end with, for `statuses:`.
package struct StatusCodes: Sendable {
    package var range: ClosedRange<Int>
    /// Whether a class such as `4xx` stands for a hundred of them.
    package var hasClasses: Bool
    /// Such as `an HTTP status from 200 to 599`.
    package var words: String

    package init(_ range: ClosedRange<Int>, hasClasses: Bool, _ words: String) {
        self.range = range
        self.hasClasses = hasClasses
        self.words = words
    }
}
