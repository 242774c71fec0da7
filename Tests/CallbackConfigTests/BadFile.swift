import Testing

/// A file with errors, and everything that is to be said about it, warnings left out.
struct BadFile: Sendable, CustomTestStringConvertible {
    var subject: String
    var text: String
    var expected: [String]

    init(_ subject: String, _ text: String, _ expected: String...) {
        self.subject = subject
        self.text = text
        self.expected = expected
    }

    var testDescription: String { subject }
}
