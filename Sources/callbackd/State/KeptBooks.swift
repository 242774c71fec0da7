import CallbackCore
import CallbackRules
import CallbackStore

/// The rule books that were in force, read from the state file and compiled when an event asks for them.
struct KeptBooks {
    /// A rule book of a version, or why it cannot be had.
    enum Finding {
        case found(RuleBook)
        case missing(String)
    }

    /// Compiled books that are held at a time; events come in the order of their books.
    private static let room = 8

    private let queries: StateQueries
    private var findings: [Int64: Finding] = [:]

    init(_ queries: StateQueries) { self.queries = queries }

    mutating func book(_ version: Int64) throws -> Finding {
        if let finding = findings[version] { return finding }
        let finding = try read(version)
        if findings.count >= Self.room, let oldest = findings.keys.min() { findings[oldest] = nil }
        findings[version] = finding
        return finding
    }

    private func read(_ version: Int64) throws -> Finding {
        guard let content = try queries.book(version: version) else {
            return .missing("the state file does not have it")
        }
        do throws(RuleBookArchiveError) {
            let (book, diagnostics) = RuleBook.compile(try RuleBookSource(archive: content))
            if let book { return .found(book) }
            return .missing("this program cannot read it: " + diagnostics.map(\.message).joined(separator: "; "))
        } catch {
            return .missing(error.description)
        }
    }
}
