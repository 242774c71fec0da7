import CallbackCore
import CallbackRules
import CallbackStore

/// The rule books that waiting deliveries were made under: each is sent as it was meant, however late.
struct BookShelf {
    private var books: [Int64: RuleBook]

    init(_ book: RuleBook, version: Int64) { books = [version: book] }

    /// The book of a version, read and compiled when it is first needed.
    mutating func book(_ version: Int64, _ queue: QueueReader) throws -> RuleBook {
        if let book = books[version] { return book }
        guard let content = try queue.book(version: version) else {
            throw StateError(
                kind: .corrupt, message: "the rule book of version \(version) is missing from the state file")
        }
        let source: RuleBookSource
        do throws(RuleBookArchiveError) {
            source = try RuleBookSource(archive: content)
        } catch {
            throw StateError(kind: .corrupt, message: "the rule book of version \(version) cannot be read: \(error)")
        }
        let (book, diagnostics) = RuleBook.compile(source)
        guard let book else {
            let words = diagnostics.map(\.message).joined(separator: "; ")
            throw StateError(
                kind: .newer,
                message: "the rule book of version \(version), which waiting deliveries need, cannot be read: \(words)")
        }
        books[version] = book
        return book
    }

    /// The book of a version that was needed before.
    func taken(_ version: Int64) -> RuleBook? { books[version] }
}
